/** The schedule over lanes that carry nothing out: who gets what, what is tried again, and what ends it all. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { plan } from '../../src/plan/plan.js';
import type { Ending, Lane, Task } from '../../src/run/lane.js';
import { type Observer, type RunOptions, runExperiments } from '../../src/run/schedule.js';
import { quick, root, workspace, writeSpec } from '../_support/cli.js';

const [SEEDS, failure] = [6, { kind: 'failed', message: 'it is a fake' } as const];

/** A schedule of six runs over so many fake lanes: the seeds that each was given, in order, and what was told. */
async function scheduled(
  t: ExecutionContext,
  lanes: number,
  answer: (seed: number, attempt: number) => Ending,
  options: Partial<RunOptions> = {},
) {
  const work = workspace(t);
  const planned = plan(writeSpec(work, { ...quick, seeds: SEEDS }));
  const given: number[][] = Array.from({ length: lanes }, () => []);
  const attempts = new Map<number, number>();
  const told: string[] = [];
  const closed: number[] = [];
  const observer: Observer = {
    runFailed: ({ spec }, message) => told.push(`failed ${spec.seed}: ${message}`),
    runRetried: ({ spec }) => told.push(`again ${spec.seed}`),
    runHeld: ({ spec }, holder) => told.push(`held ${spec.seed} by ${holder}`),
  };
  const lane = (i: number): Lane => ({
    async attempt({ run }: Task) {
      const { seed } = run.spec;
      const count = (attempts.get(seed) ?? 0) + 1;
      attempts.set(seed, count);
      given[i].push(seed);
      await new Promise((resolve) => setImmediate(resolve));
      return answer(seed, count);
    },
    close: () => closed.push(i),
  });
  const [result] = await runExperiments(
    [planned],
    { out: join(work, 'out'), lanes: () => Array.from({ length: lanes }, (_, i) => lane(i)), ...options },
    observer,
  );
  t.deepEqual(closed, [...given.keys()], 'every lane is closed, once');
  return { given, told, result };
}

test('every run goes to one lane, in the order of the plan, whatever the number of lanes', async (t) => {
  for (const lanes of [1, 2, 4, 9]) {
    const { given, told, result } = await scheduled(t, lanes, () => failure);
    t.deepEqual(given.flat().sort(), [1, 2, 3, 4, 5, 6]);
    for (const seeds of given) t.deepEqual(seeds, [...seeds].sort());
    t.is(told.length, SEEDS);
    t.deepEqual([result.failed.length, result.finished.length, result.left], [SEEDS, 0, 0]);
  }
});

test('what fails is tried again as often as asked, and no more', async (t) => {
  const { given, told } = await scheduled(t, 2, (seed) => ({ ...failure, message: `${seed}` }), { retries: 2 });
  t.is(given.flat().length, 3 * SEEDS);
  t.is(told.filter((line) => line === 'again 3').length, 2);
});

test('a run that another process is at is looked for later, after the others', async (t) => {
  const busy: Ending = { kind: 'busy', holder: 'somebody' };
  const { given, told } = await scheduled(t, 1, (seed, attempt) => (seed === 1 && attempt === 1 ? busy : failure));
  t.deepEqual(given, [[1, 2, 3, 4, 5, 6, 1]]);
  t.is(told[0], 'held 1 by somebody');
});

test('with fail-fast the first failure is the last', async (t) => {
  const { given, result } = await scheduled(t, 1, () => failure, { failFast: true });
  t.deepEqual(given, [[1]]);
  t.deepEqual([result.failed.length, result.left], [1, 5]);
});

test('a shard is every so-manyth run', async (t) => {
  const { given } = await scheduled(t, 1, () => failure, { shard: { index: 2, of: 3 } });
  t.deepEqual(given, [[2, 5]]);
});

test('a plan is plain data: it survives structured cloning, for a lane may be anywhere', (t) => {
  const files = readdirSync(join(root, 'experiments')).filter((file) => file.endsWith('.yaml'));
  t.true(files.length > 10);
  const given = { W1: [[1], [2], [3]], b1: [0] };
  const inline = { ...quick, network: { ...quick.network, layers: [3, 1], init: undefined, parameters: given } };
  const work = workspace(t);
  for (const file of [...files.map((name) => join(root, 'experiments', name)), writeSpec(work, inline)]) {
    const { runs } = plan(file);
    for (const run of runs.slice(0, 3)) t.deepEqual(structuredClone(run), run, file);
  }
});
