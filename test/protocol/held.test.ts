/** What updates leave in V8's heap until all of it is collected: a long training grows by that. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { small, trainBench } from '../_support/train.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (how?: { type: 'minor' }) => void;

/** Compilers have done by then. */
const [WARM, COUNTED] = [1000, 1500];
const PER_EPOCH = 3;

/** Bytes an update that have outlived two sweeps of the young and are dead: only a full collection gives them back. */
function held(engine: object): number {
  const { protocol, bench } = trainBench({
    protocol: { ...small.protocol, epochs: Math.ceil((WARM + COUNTED) / PER_EPOCH), evaluate_every: WARM + COUNTED },
    free: { step: 0.5, tolerance: 1e-3, max_steps: 10 },
    second: { step: 0.5, steps: 4 },
    engines: [engine],
  });
  let [updates, bytes] = [0, Number.NaN];
  for (const event of protocol.run(bench)) {
    if (event.kind !== 'work' || !event.phase.startsWith('epoch')) continue;
    updates++;
    if (updates === WARM) collect();
    if (updates !== WARM + COUNTED) continue;
    for (let i = 0; i < 2; i++) collect({ type: 'minor' });
    const { heapUsed } = process.memoryUsage();
    collect();
    bytes = heapUsed - process.memoryUsage().heapUsed;
  }
  return bytes / COUNTED;
}

// of what an update makes, tens of kilobytes: a moment that kept its copies was 7 kB, one of two copies 10, a problem of RBP 2.5
for (const engine of [
  { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.1 },
  { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.1 },
  { id: 'rbp', name: 'rbp', method: 'ode' },
])
  test.serial(`an update is dead by the next one: ${engine.id} ${engine.nudging ?? engine.method}`, (t) => {
    const bytes = held(engine);
    t.true(bytes < 1500, `${Math.round(bytes)} bytes an update`);
  });
