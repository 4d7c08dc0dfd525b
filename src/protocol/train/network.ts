import { fillCues } from '../../data/example-set.js';
import type { ExampleSet } from '../../data/source.js';
import type { BoundCost, OutputSlice, Params, State, System } from '../../model/types.js';
import type { Arena } from '../../numerics/arena.js';
import { Blocks } from '../../numerics/blocks.js';
import type { Matrix } from '../../numerics/matrix.js';
import type { Numbers } from '../../numerics/numbers.js';
import { freePhase } from '../../solver/ramp.js';
import type { Relaxation, RelaxStatus } from '../../solver/relax.js';
import type { Recorder } from '../../solver/trajectory.js';
import type { Bench, Contestant } from '../protocol.js';
import type { Batch } from './examples.js';

/** A network bound to the buffers of a batch. */
export interface Network {
  readonly system: System;
  readonly theta: Params;
  readonly x: Matrix;
  readonly cost: BoundCost;
}

/** Where phase one ended. */
export interface Rest {
  readonly state: State;
  readonly status: RelaxStatus;
  readonly steps: number;
  readonly evaluations: number;
  /** ‖F(s⁰)‖_∞ and ‖F(s⁰)‖₂; NaN without a phase one. */
  readonly residual: number;
  readonly residualL2: number;
  /** Blocks on which F(s⁰) may not be 0; unknown where absent. */
  readonly moving?: readonly number[] | undefined;
}

/** Phase one from `start` (0 where absent) or where the network knows to be at rest, seen by `recorder`; or the prediction of an engine that has none. */
export function restOf(
  { engine }: Contestant,
  network: Network,
  rule: Pick<Bench, 'free' | 'restSteps' | 'ramp'>,
  arena: Arena,
  { start, recorder }: { start?: (state: State) => void; recorder?: Recorder | undefined } = {},
): Rest {
  const { system } = network;
  const state = Blocks.real(system.shapes, arena);
  if (engine.predict) {
    engine.predict(network, state);
    const none = Number.NaN;
    return { state, status: 'converged', steps: 0, evaluations: 0, residual: none, residualL2: none };
  }
  if (system.start) system.start(state);
  else start?.(state);
  const way = freePhase(network, state, rule);
  for (;;) {
    const next = way.next();
    if (next.done) return endOf(next.value);
    recorder?.see(next.value);
  }
}

function endOf({ state, status, steps, fieldEvaluations, residualMax, residualL2, moving }: Relaxation): Rest {
  return { state, status, steps, evaluations: fieldEvaluations, residual: residualMax, residualL2, moving };
}

/** Phase one of these examples begins at their cues, where the set has some. */
export function startFromCues(set: ExampleSet, at: Uint32Array, state: State, outputs: OutputSlice): void {
  fillCues(set, at, state.get(outputs.block), outputs);
}

/** A batch at rest, against its targets. */
export interface Judged {
  readonly rest: Rest;
  readonly examples: number;
  /** Mean over the batch. */
  readonly cost: number;
  /** Examples that are put in another class, or whose answer has the wrong sign; NaN without classes and signs. */
  readonly wrong: number;
}

export function judge(
  { cost, system }: Network,
  rest: Rest,
  { at, y }: Batch,
  { labels, answer }: ExampleSet,
  see?: (label: number, prediction: number) => void,
): Judged {
  const total = cost.value(rest.state).reduce((sum, value) => sum + value, 0);
  const examples = at.length;
  if (answer) {
    const first = answer === 'sign' ? y.cols - 1 : 0;
    return { rest, examples, cost: total / examples, wrong: wrongSigns(system.dynamics.outputs, rest.state, y, first) };
  }
  if (labels === undefined) return { rest, examples, cost: total / examples, wrong: Number.NaN };
  let wrong = 0;
  const { outputs } = system.dynamics;
  const read = cost.readOut?.of(rest.state);
  const { data, cols } = read ?? rest.state.get(outputs.block);
  const [from, to] = read ? [0, cols] : [outputs.from, outputs.to];
  for (let i = 0; i < examples; i++) {
    const prediction = largest(data, i * cols + from, i * cols + to);
    if (prediction !== labels[at[i]]) wrong++;
    see?.(labels[at[i]], prediction);
  }
  return { rest, examples, cost: total / examples, wrong };
}

/** Examples of which one of the outputs from `first` on has not the sign of its target. */
function wrongSigns({ block, from, to }: OutputSlice, state: State, y: Matrix, first: number): number {
  const outputs = state.get(block);
  let wrong = 0;
  for (let i = 0; i < y.rows; i++) {
    const [o, target] = [outputs.row(i).subarray(from + first, to), y.row(i).subarray(first)];
    if (o.some((value, j) => Math.sign(value) !== Math.sign(target[j]))) wrong++;
  }
  return wrong;
}

/** The class that an example is put in: the first of its largest outputs, or of what is read out of them. */
function largest(values: Numbers, from: number, to: number): number {
  let best = from;
  for (let j = from + 1; j < to; j++) if (values[j] > values[best]) best = j;
  return best - from;
}
