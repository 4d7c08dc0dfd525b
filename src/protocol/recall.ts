import * as z from 'zod';
import { everyIndex, fillCues } from '../data/example-set.js';
import { turned, turnedAt } from '../data/patterns.js';
import { entry, MOST, positive } from '../entry.js';
import { isWhole } from '../model/topology.js';
import type { Dynamics, State } from '../model/types.js';
import { axpy, clip, maxAbs } from '../numerics/kernels.js';
import { Matrix } from '../numerics/matrix.js';
import { boundsOf, freeField } from '../solver/field.js';
import { hasDiverged } from '../solver/relax.js';
import { advise } from './advice.js';
import { packed, unpack } from './packed.js';
import type { Bench, Outcome, Protocol, ProtocolEvent } from './protocol.js';
import { FreePath } from './recording.js';
import { symptoms } from './symptoms/symptoms.js';

interface RecallOptions {
  readonly cues: number;
  readonly flipped?: number | readonly number[] | undefined;
  readonly steps: number;
  readonly step: number;
}

const CHECKPOINT_EVERY = 1000;

/** From cues, by Euler steps: how near states come to the patterns that the cues are of. */
export function recall(options: RecallOptions): Protocol {
  return {
    metrics: 'recall',
    usesEngines: false,
    steps: options.steps,
    records: ['free_path'],
    problems: (dynamics) => problemsOf(options, dynamics),
    *run(bench) {
      const { steps, step: dt } = options;
      const { x, patterns, s } = cuesOf(bench, options);
      const system = bench.dynamics.bind(bench.theta, x);
      const cost = bench.cost.bind(patterns, bench.dynamics.outputs);
      const [field, bounds, force] = [freeField(system), boundsOf(system), s.like()];
      const path = new FreePath(bench, { system, cost });
      const atPatterns = s.like();
      atPatterns.data.set(patterns.data);
      field(atPatterns, force);
      const left = maxAbs(force.data);
      let step = bench.resume ? unpack(bench.resume, [s.data]) : 0;
      for (; ; step++) {
        field(s, force);
        const residual = maxAbs(force.data);
        yield { kind: 'rows', table: 'recall', rows: [[step, step * dt, ...judged(s, patterns), residual, left]] };
        yield* path.see({ step, time: step * dt, state: s });
        const lost = hasDiverged(s);
        if (lost || step >= steps) {
          yield* path.end({ state: s });
          return outcome(bench, step, residual, lost);
        }
        axpy(dt, force.data, s.data);
        if (bounds) clip(bounds, s.data);
        if ((step + 1) % CHECKPOINT_EVERY === 0) yield checkpoint(step + 1, s);
      }
    },
  };
}

const checkpoint = (step: number, s: State): ProtocolEvent => ({ kind: 'checkpoint', data: packed(step, [s.data]) });

/** Each pattern so many times, in turn, and where its recall starts: at the cues of the data where none are asked for. */
function cuesOf({ dataset, dynamics, theta, stream }: Bench, { cues, flipped }: RecallOptions) {
  const set = flipped === undefined ? (dataset.test ?? dataset.train) : dataset.train;
  const each = typeof flipped === 'number' ? cues : 1;
  const rows = Array.from(everyIndex(set)).flatMap((example) => Array<number>(each).fill(example));
  const [x, patterns] = [new Matrix(rows.length, set.inputs), new Matrix(rows.length, set.outputs)];
  set.fill(rows, x, patterns);
  const s = theta.of(dynamics.states.map(({ name, cols }) => ({ name, rows: rows.length, cols })));
  s.data.set(patterns.data);
  if (flipped === undefined) fillCues(set, rows, s.parts[0][0], dynamics.outputs);
  else {
    const random = stream('recall');
    for (let i = 0; i < rows.length; i++) {
      const pattern = patterns.row(i);
      const cue = typeof flipped === 'number' ? turned(pattern, flipped, random) : turnedAt(pattern, flipped);
      s.parts[0][0].row(i).set(cue);
    }
  }
  return { x, patterns, s };
}

/** Overlap, and the share of cues with every sign right. */
function judged(s: State, patterns: Matrix): [overlap: number, recalled: number] {
  let [right, whole] = [0, 0];
  for (let i = 0; i < patterns.rows; i++) {
    const [now, pattern] = [s.parts[0][0].row(i), patterns.row(i)];
    let own = 0;
    for (let j = 0; j < pattern.length; j++) if (Math.sign(now[j]) === Math.sign(pattern[j])) own++;
    right += own;
    if (own === pattern.length) whole++;
  }
  return [(2 * right) / patterns.data.length - 1, whole / patterns.rows];
}

function problemsOf({ flipped }: RecallOptions, dynamics: Dynamics): [(string | number)[], string][] {
  if (!isWhole(dynamics)) return [[[], `recalls states of all units: all of them must be outputs`]];
  const units = dynamics.states[0].cols;
  return (Array.isArray(flipped) ? flipped : []).flatMap((unit, i): [(string | number)[], string][] =>
    unit < units ? [] : [[['flipped', i], `must be a unit, from 0 to ${units - 1}, got ${unit}`]],
  );
}

function outcome(
  { warnings, settings, dynamics, free, theta: { precision } }: Bench,
  step: number,
  residual: number,
  lost: boolean,
): Outcome {
  const found = { steps: step, residual, tolerance: free.tolerance, map: dynamics.time === 'discrete', precision };
  return {
    status: lost ? 'diverged' : 'completed',
    free: {
      status: lost ? 'diverged' : residual <= free.tolerance ? 'converged' : 'max-steps',
      steps: step,
      field_evaluations: step + 1,
      residual_max: Number.isFinite(residual) ? residual : null,
      residual_l2: null,
    },
    engines: {},
    pinned: null,
    warnings: [...warnings, ...(lost ? [`recall ${advise(symptoms.phaseOne.diverged, found, settings)}`] : [])],
  };
}

const unit = z.int().nonnegative();

export const recallProtocolEntry = entry({
  name: 'recall',
  summary: 'states from cues: overlap with the patterns of the data, and the share of them recalled',
  options: {
    cues: z.int().positive().max(MOST.parts).default(1).describe('cues of each pattern, where a share is flipped'),
    flipped: z
      .union([z.number().min(0).max(1), z.array(unit).min(1)])
      .optional()
      .describe('share of the units of a cue that are turned, or which ones; default the cues of the data'),
    steps: z.int().nonnegative().default(300).describe('Euler steps'),
    step: positive().default(0.2).describe('their size'),
  },
  examples: [{ flipped: 0.2 }],
  create: recall,
});
