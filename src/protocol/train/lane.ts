import type { Estimate } from '../../engine/engine.js';
import { costOn } from '../../model/read-out.js';
import { impose, type Tensor } from '../../model/tensor.js';
import type { Params, State } from '../../model/types.js';
import { Recycling } from '../../numerics/blocks.js';
import { Matrix } from '../../numerics/matrix.js';
import type { Numbers } from '../../numerics/numbers.js';
import type { Descent } from '../../optimizer/optimizer.js';
import { startsFrom } from '../../solver/relax.js';
import type { Bench, Contestant } from '../protocol.js';
import { type Constraint, constraintsOf } from './constrain.js';
import type { Batch } from './examples.js';
import type { Network } from './network.js';
import type { TrainOptions } from './options.js';
import { Standing } from './standing.js';
import { Tally } from './tally.js';

/** Why an engine learns no more. */
export interface Stop {
  readonly iteration: number;
  readonly epoch: number;
  /** What went wrong, in a sentence, with what to change; undefined where the validation got no better. */
  readonly why?: string | undefined;
}

/** Numbers about a whole training, for run.json and for a diagnosis. */
const blank = {
  iterations: 0,
  /** Free phases that ended before their tolerance, and the largest residual of all. */
  unsettled: 0,
  residualMax: 0,
  evaluations: 0,
  /** Of the last batch. */
  lastSteps: 0,
  lastSettled: 1,
  lastResidualMax: 0,
  lastResidualL2: 0,
  lastUpdateRatio: 0,
  largestUpdateRatio: 0,
  pinnedUnits: Number.NaN,
  pinnedOutputs: Number.NaN,
  firstWeightNorm: Number.NaN,
  weightNorm: Number.NaN,
  /** Epochs in a row with an error no better than chance, and the most of them. */
  atChance: 0,
  mostAtChance: 0,
};
export type Ledger = { -readonly [K in keyof typeof blank]: number };

/** One engine in training: its own copy of θ, from the same start as every other, and all that goes with it. */
export class Lane {
  readonly id: string;
  readonly theta: Params;
  /** θ where the validation was best. */
  readonly best: Params;
  readonly gradient: Params;
  readonly descent: Descent;
  readonly constraints: readonly Constraint[];
  /** Of updates and evaluations, one after the other. */
  readonly arena = new Recycling();
  readonly particles: Particles | undefined;
  /** Of the epoch. */
  readonly tally = new Tally();
  readonly standing = new Standing();
  readonly ledger: Ledger = { ...blank };
  stopped: Stop | undefined;
  /** The last warning that the engine gave, and how many it gave. */
  remark: { readonly count: number; readonly last: string } | undefined;
  private readonly networks = new Map<Batch, Network>();

  constructor(
    readonly contestant: Contestant,
    private readonly bench: Bench,
    { optimizer, optimizerAt, persistent, constrain }: TrainOptions,
  ) {
    this.id = contestant.id;
    this.theta = bench.theta.clone();
    impose(this.tensors, this.theta);
    this.best = this.theta.clone();
    this.gradient = bench.theta.like();
    const { rate } = contestant;
    this.descent = (rate === undefined ? optimizer : optimizerAt(rate)).start(bench.dynamics.parameters, this.theta);
    this.constraints = constraintsOf(constrain, this.tensors, this.theta);
    const keeps = persistent && contestant.engine.predict === undefined;
    this.particles = keeps ? particlesOf(bench, this.theta) : undefined;
  }

  /** It stopped because something went wrong. */
  get failed(): boolean {
    return this.stopped?.why !== undefined;
  }

  get tensors(): readonly Tensor[] {
    return this.bench.dynamics.parameters;
  }

  /** The network bound to the buffers of a batch, with what lies in them now. */
  on(batch: Batch): Network {
    const known = this.networks.get(batch);
    if (known) {
      known.system.refresh();
      return known;
    }
    const { dynamics, cost } = this.bench;
    const network = {
      system: dynamics.bind(this.theta, batch.x),
      theta: this.theta,
      x: batch.x,
      cost: costOn(dynamics, this.theta, cost, batch.y),
    };
    this.networks.set(batch, network);
    return network;
  }
}

function particlesOf({ dynamics, dataset: { train }, free }: Bench, theta: Params): Particles {
  const one = dynamics.bind(theta, new Matrix(1, train.inputs));
  return new Particles(train.count, dynamics.states, startsFrom(free, one));
}

/**
 * The last states of the examples of the training set ([SB17]'s persistent particles), in single precision: of the blocks
 * that a phase one starts from.
 */
export class Particles {
  readonly states: Float32Array;
  private readonly units: number;

  constructor(
    examples: number,
    states: readonly Tensor[],
    private readonly blocks: readonly number[] = [...states.keys()],
  ) {
    this.units = blocks.reduce((sum, k) => sum + states[k].cols, 0);
    this.states = new Float32Array(examples * this.units);
  }

  load(at: Uint32Array, state: State): void {
    let offset = 0;
    for (const k of this.blocks) {
      const { data, cols } = state.parts[0][k];
      for (let i = 0; i < at.length; i++) take(this.states, at[i] * this.units + offset, data, i * cols, cols);
      offset += cols;
    }
  }

  save(at: Uint32Array, state: State): void {
    let offset = 0;
    for (const k of this.blocks) {
      const { data, cols } = state.parts[0][k];
      for (let i = 0; i < at.length; i++) put(data, i * cols, this.states, at[i] * this.units + offset, cols);
      offset += cols;
    }
  }
}

// Number by number: views cost more than a row does. Two functions, for a compiler that has seen one kind of array in each.
function take(from: Float32Array, at: number, to: Numbers, start: number, count: number): void {
  for (let j = 0; j < count; j++) to[start + j] = from[at + j];
}

function put(from: Numbers, at: number, to: Float32Array, start: number, count: number): void {
  for (let j = 0; j < count; j++) to[start + j] = from[at + j];
}

/** The end of an engine's way. */
export function estimateOf(way: Generator<unknown, Estimate>): Estimate {
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
  }
}
