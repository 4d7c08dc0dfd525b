/** A protocol for the tests of the runner: counts, keeps checkpoints, and is interrupted where a test says. */
import { entry } from '../../src/entry.js';
import { RunError } from '../../src/errors.js';
import type { Row } from '../../src/metrics/columns.js';
import type { Protocol } from '../../src/protocol/protocol.js';
import { registry } from '../../src/registry.js';

export const STEPS = 40;
const CHECKPOINT_EVERY = 7;

/** What tests set and look at. */
export const counting = {
  /** Step at which the next run is interrupted. */
  interruptAt: Number.POSITIVE_INFINITY,
  /** What happens before each step. */
  before: undefined as ((step: number) => void) | undefined,
  /** Step that each run began with. */
  begun: [] as number[],
};

/** Numbers that depend on all before them: a state that is lost shows in every later row. */
const successor = (value: number) => (value * 69069 + 1) % 4294967296;

const protocol: Protocol = {
  metrics: 'relaxation',
  usesEngines: false,
  *run({ resume }) {
    const text = resume && new TextDecoder().decode(resume);
    let { step, value } = text ? (JSON.parse(text) as { step: number; value: number }) : { step: 0, value: 1 };
    counting.begun.push(step);
    for (; step < STEPS; step++) {
      counting.before?.(step);
      if (step === counting.interruptAt) throw new RunError('interrupted');
      value = successor(value);
      const row: Row = [step, step, 'counting', step, value, 0, 0, 0];
      yield { kind: 'rows', table: 'relaxation', rows: [row] };
      if (step % 3 === 0) yield { kind: 'rows', table: 'free_state', rows: [['s', step, 0, value]] };
      if (step % 10 === 4) yield { kind: 'file', name: 'best.bin', data: new Uint8Array([step, value % 256]) };
      if ((step + 1) % CHECKPOINT_EVERY === 0)
        yield { kind: 'checkpoint', data: [new TextEncoder().encode(JSON.stringify({ step: step + 1, value }))] };
    }
    const free = { status: 'converged', steps: STEPS, field_evaluations: 0, residual_max: 0, residual_l2: 0 } as const;
    return { status: 'completed', free, engines: {}, pinned: null, warnings: [] };
  },
};

(registry.protocols as Record<string, unknown>)['counting'] = entry({
  name: 'counting',
  summary: 'counts',
  options: {},
  create: () => protocol,
});
