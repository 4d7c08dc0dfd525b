import { everyIndex, fillCues } from '../data/example-set.js';
import type { Problem } from '../engine/engine.js';
import type { FreeRecord } from '../metrics/results.js';
import { costOn } from '../model/read-out.js';
import type { Dynamics, OutputSlice, State, System } from '../model/types.js';
import { maxAbs } from '../numerics/kernels.js';
import type { Numbers } from '../numerics/numbers.js';
import { freeUnits } from '../solver/field.js';
import { freePhase, startOf } from '../solver/ramp.js';
import { type Relaxation, type RelaxSample, solverOf } from '../solver/relax.js';
import { Recorder, type Trajectory } from '../solver/trajectory.js';
import { advise } from './advice.js';
import { circlingFrom } from './choosing.js';
import type { Bench, Contestant, Outcome, ProtocolEvent } from './protocol.js';
import { FreePath, recordParameters } from './recording.js';
import { symptoms } from './symptoms/symptoms.js';

export interface Start extends Omit<Problem, 'second' | 'random' | 'trajectory'> {
  /** The last steps of phase one, where a contestant goes back through them. */
  readonly lastSteps?: (count: number) => Trajectory;
}

/** What a contestant is given, from where phase one ended. */
export function problemFor({ engine, second, random }: Contestant, { lastSteps, ...start }: Start): Problem {
  const stream = random.stream;
  if (engine.pace !== 'phase-one' || lastSteps === undefined) return { second, random: stream, ...start };
  return { second, random: stream, trajectory: lastSteps(second.steps), ...start };
}

/** What the free phase found, and what the user should know of it. */
export interface PhaseOne {
  readonly start: Start;
  readonly record: FreeRecord;
  readonly pinned: Outcome['pinned'];
  readonly warnings: string[];
}

/** Evaluations of F between two signs of life. */
const EVERY = 256;

type PinnedShares = NonNullable<Outcome['pinned']>;

/** Rows to write for a moment of the free phase. */
export type Watch = (sample: RelaxSample, start: Pick<Start, 'system' | 'cost'>) => ProtocolEvent;

/** Relaxes the bench's network to its free fixed point; every step is shown to `watch`. */
export function* phaseOne(bench: Bench, watch?: Watch): Generator<ProtocolEvent, PhaseOne> {
  const system = bench.dynamics.bind(bench.theta, bench.x);
  const cost = costOn(bench.dynamics, bench.theta, bench.cost, bench.y);
  const recorder = recorderFor(bench);
  const { theta, x } = bench;
  yield* recordParameters(bench);
  const path = new FreePath(bench, { system, cost });
  const start = startOf(system, theta);
  const { outputs } = bench.dynamics;
  fillCues(bench.dataset.train, everyIndex(bench.dataset.train), start.get(outputs.block), outputs);
  const way = freePhase({ system, theta, x }, start, bench);
  let [next, told] = [way.next(), 0];
  for (; !next.done; next = way.next()) {
    const { step, inner, fieldEvaluations } = next.value;
    if (inner === undefined) {
      recorder?.see(next.value);
      yield* path.see(next.value);
      if (watch) yield watch(next.value, { system, cost });
    }
    if (inner === undefined && fieldEvaluations < told + EVERY && step > 0) continue;
    told = fieldEvaluations;
    yield { kind: 'work', phase: 'free phase', done: step, of: (bench.ramp ?? 1) * bench.free.maxSteps };
  }
  const end = next.value;
  yield* path.end(end);
  const mask = freeUnits(system, end.state);
  const pinned = mask ? pinnedShares(mask, end.state, bench.dynamics.outputs) : null;
  return {
    start: {
      system,
      theta,
      x,
      cost: cost.selecting?.(end.state, bench.stream('selection')) ?? cost,
      free: end.state,
      first: bench.free,
      freeUnits: mask,
      ...(recorder && { lastSteps: recorder.trajectory }),
    },
    record: freeRecord(end),
    pinned,
    warnings: [...bench.warnings, ...freeWarnings(end, bench, system), ...pinnedWarnings(pinned, bench)],
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
    field_evaluations: Math.round(end.fieldEvaluations),
    residual_max: finite(end.residualMax),
    residual_l2: finite(end.residualL2),
  };
}

const foundAt = (end: Relaxation, { free, dynamics }: Pick<Bench, 'free' | 'dynamics'>) => ({
  steps: end.steps,
  residual: end.residualMax,
  tolerance: end.tolerance ?? free.tolerance,
  map: dynamics.time === 'discrete',
  precision: end.state.precision,
});

/** What is to be said of where a relaxation ended; nothing of one that converged. */
export function freeAdvice(end: Relaxation, { free, dynamics, settings }: Relaxing): string | undefined {
  if (end.status === 'converged') return undefined;
  const found = foundAt(end, { free, dynamics });
  const { collapsed, diverged, unfinished } = symptoms.phaseOne;
  if (end.status === 'diverged' && hasCollapsed(end.residualMax, end.state, dynamics))
    return advise(collapsed, found, settings);
  return advise(end.status === 'diverged' ? diverged : unfinished, found, settings);
}

/** Forces of springs have no value where two nodes meet; elsewhere a state that is finite has a finite field. */
export function hasCollapsed(residual: number, state: State, { parameters }: Pick<Dynamics, 'parameters'>): boolean {
  return (
    Number.isNaN(residual) && parameters.some(({ kind }) => kind === 'length') && Number.isFinite(maxAbs(state.data))
  );
}

/** What was relaxed, and how. */
export type Relaxing = Pick<Bench, 'free' | 'dynamics' | 'settings'>;

function freeWarnings(end: Relaxation, bench: Relaxing, system: System): string[] {
  const advice = choosingAdvice(end, bench, system) ?? freeAdvice(end, bench);
  return advice === undefined ? [] : [`free phase ${advice}`];
}

/** What is to be said where a network did not come to rest because its windows do not. */
function choosingAdvice(end: Relaxation, { free, dynamics, settings }: Relaxing, system: System): string | undefined {
  const circling = end.status === 'max-steps' ? circlingFrom(end.state, system, free.step) : undefined;
  if (circling === undefined) return undefined;
  const found = { ...foundAt(end, { free, dynamics }), ...circling };
  return advise(symptoms.phaseOne.choosing, found, settings);
}

/** Shares of all units, and of the output units, that a mask of free ones leaves pinned. */
export function pinnedShares(mask: Numbers, like: State, { block, from, to }: OutputSlice): PinnedShares {
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

function pinnedWarnings(pinned: Outcome['pinned'], { settings }: Bench): string[] {
  return pinned?.outputs === 1 ? [advise(symptoms.phaseOne.pinned, {}, settings)] : [];
}
