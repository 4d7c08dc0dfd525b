import type { Problem } from '../engine/engine.js';
import type { FreeRecord } from '../metrics/results.js';
import type { OutputSlice, State } from '../model/types.js';
import { freeField, freeUnits } from '../solver/field.js';
import { type Relaxation, type RelaxSample, relaxAndStay, solverOf } from '../solver/relax.js';
import { Recorder, type Trajectory } from '../solver/trajectory.js';
import type { Bench, Contestant, Outcome, ProtocolEvent } from './protocol.js';

export interface Start extends Omit<Problem, 'second' | 'random' | 'trajectory'> {
  /** The last steps of phase one, where a contestant goes back through them. */
  readonly lastSteps?: (count: number) => Trajectory;
}

/** What a contestant is given, from where phase one ended. */
export function problemFor({ engine, second, random }: Contestant, { lastSteps, ...start }: Start): Problem {
  const problem = { ...start, second, random: random.stream };
  return engine.pace === 'phase-one' && lastSteps ? { ...problem, trajectory: lastSteps(second.steps) } : problem;
}

/** What the free phase found, and what the user should know of it. */
export interface PhaseOne {
  readonly start: Start;
  readonly record: FreeRecord;
  readonly pinned: Outcome['pinned'];
  readonly warnings: string[];
}

const EVERY = 256;

type PinnedShares = NonNullable<Outcome['pinned']>;

/** Rows to write for a moment of the free phase. */
export type Watch = (sample: RelaxSample, start: Pick<Start, 'system' | 'cost'>) => ProtocolEvent;

/** Relaxes the bench's network from s = 0 to its free fixed point; every step is shown to `watch`. */
export function* phaseOne(bench: Bench, watch?: Watch): Generator<ProtocolEvent, PhaseOne> {
  const system = bench.dynamics.bind(bench.theta, bench.x);
  const cost = bench.cost.bind(bench.y, bench.dynamics.outputs);
  const recorder = recorderFor(bench);
  const { free, restSteps } = bench;
  const way = relaxAndStay(freeField(system), bench.theta.of(system.shapes), free, restSteps, bench.dynamics.box);
  let next = way.next();
  for (; !next.done; next = way.next()) {
    recorder?.see(next.value);
    if (watch) yield watch(next.value, { system, cost });
    if (next.value.step % EVERY === 0) {
      yield { kind: 'work', phase: 'free phase', done: next.value.step, of: bench.free.maxSteps };
    }
  }
  const end = next.value;
  const mask = freeUnits(system, end.state);
  const pinned = mask ? pinnedShares(mask, end.state, bench.dynamics.outputs) : null;
  return {
    start: {
      system,
      theta: bench.theta,
      x: bench.x,
      cost,
      free: end.state,
      freeUnits: mask,
      ...(recorder && { lastSteps: recorder.trajectory }),
    },
    record: freeRecord(end),
    pinned,
    warnings: [...bench.warnings, ...freeWarnings(end, bench), ...pinnedWarnings(pinned)],
  };
}

/** As many states are kept as the contestant that goes back furthest needs. */
export function recorderFor({ contestants, free }: Pick<Bench, 'contestants' | 'free'>): Recorder | undefined {
  const back = contestants.filter(({ engine }) => engine.pace === 'phase-one').map(({ second }) => second.steps);
  const { integrator } = solverOf(free);
  return back.length > 0 && integrator ? new Recorder(Math.max(...back), integrator, free.step) : undefined;
}

export function freeRecord(end: Relaxation): FreeRecord {
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    status: end.status,
    steps: end.steps,
    field_evaluations: end.fieldEvaluations,
    residual_max: finite(end.residualMax),
    residual_l2: finite(end.residualL2),
  };
}

export function freeWarnings(end: Relaxation, { free }: Pick<Bench, 'free'>): string[] {
  const residual = end.residualMax.toExponential(2);
  if (end.status === 'diverged') {
    const remedy = solverOf(free).followsTime ? `free.step (now ${free.step})` : 'the gain of the initialiser';
    return [`free phase diverged at step ${end.steps} (residual ${residual}): reduce ${remedy} or the weights`];
  }
  if (end.status === 'max-steps') {
    return [
      `free phase did not converge: residual ${residual} after ${end.steps} steps, tolerance ${free.tolerance}; ` +
        'raise free.max_steps, change free.solver or free.step, or accept a larger free.tolerance',
    ];
  }
  return [];
}

/** Shares of all units, and of the output units, that a mask of free ones leaves pinned. */
export function pinnedShares(mask: Float64Array, like: State, { block, from, to }: OutputSlice): PinnedShares {
  let [start, pinned, pinnedOutputs, outputs] = [0, 0, 0, 0];
  for (const { name, rows, cols } of like.shapes) {
    for (let i = 0; name === block && i < rows; i++) {
      for (let j = from; j < to; j++, outputs++) if (mask[start + i * cols + j] === 0) pinnedOutputs++;
    }
    start += rows * cols;
  }
  for (let i = 0; i < mask.length; i++) if (mask[i] === 0) pinned++;
  return { units: pinned / mask.length, outputs: pinnedOutputs / outputs };
}

function pinnedWarnings(pinned: Outcome['pinned']): string[] {
  if (pinned?.outputs !== 1) return [];
  return [
    'every output unit is pinned at a bound: RBP sees no error there (all its derivatives vanish), while a finite β may unpin them; ' +
      'change the weights, the data or the activation',
  ];
}
