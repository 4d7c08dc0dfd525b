import type { BlockShape, Blocks } from '../numerics/blocks.js';
import type { Bounds, Box } from '../numerics/bounds.js';
import type { Complex } from '../numerics/complex.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Numbers } from '../numerics/numbers.js';
import type { Random } from '../numerics/random.js';
import type { Capability } from './capability.js';
import type { Sketch } from './sketch.js';
import type { Tensor } from './tensor.js';

/** s: all free units, one block a layer (or one block `s`), rows = examples. */
export type State = Blocks;
/** θ, or anything of its shape (a gradient). Weights: rows = presynaptic, cols = postsynaptic; biases: one row. */
export type Params = Blocks;

/** Where the output units are: columns [from, to) of a state block. */
export interface OutputSlice {
  readonly block: string;
  readonly from: number;
  readonly to: number;
}

/** The tensors of a network, and what they mean. */
export interface Layout {
  readonly inputs: number;
  readonly outputs: OutputSlice;
  readonly states: readonly Tensor[];
  readonly parameters: readonly Tensor[];
  /** Channels, height and width of an input that is an image. */
  readonly image?: readonly [channels: number, height: number, width: number];
  /** What is looked at as filters; absent where nothing reads the input as a picture. */
  readonly filters?: Filters;
  /** How it lies in the plane; absent where it is layers. */
  readonly sketch?: Sketch;
  /** Classes that are read out of the outputs by weights outside of the state; absent where the outputs are the answer. */
  readonly readOut?: ReadOut;
}

/** A layer that no unit sees: parameters of the cost alone, the last of the network's. */
export interface ReadOut {
  readonly classes: number;
  /** C of what is read out, by the weights in θ. @param y targets, examples × classes. */
  bind(cost: Cost, y: Matrix, theta: Params): BoundCost;
}

/** The weights by which the units of the first layer see their input, as pictures. */
export interface Filters {
  readonly count: number;
  /** Of one unit, row by row. */
  of(theta: Params, unit: number): ArrayLike<number>;
  /** Of a picture; absent where it is that of the input. */
  readonly width?: number;
}

/** What a dynamics has from its topology as it is. */
export function layoutOf({ inputs, outputs, states, parameters, image, filters, sketch, readOut }: Layout): Layout {
  const seen = { ...(image && { image }), ...(filters && { filters }), ...(sketch && { sketch }) };
  return { inputs, outputs, states, parameters, ...seen, ...(readOut && { readOut }) };
}

/** Places of blocks, set by set. */
export type Groups = readonly (readonly number[])[];

export interface ForwardPass {
  /** Activities of every layer. */
  readonly h: State;
  /**
   * From δ = ∂C/∂h (0 but at the outputs; overwritten) to dJ/dθ, the mean over the batch; with the slope ρ' of the outputs,
   * or without.
   */
  back(delta: State, out: Params, slope: OutputSlope): void;
}

/** Whether an error or a force at the outputs has the factor ρ' that the gradient gives it. */
export type OutputSlope = 'kept' | 'dropped';

/**
 * `continuous`: ds/dt = F. `discrete`: a map s ← M(s) with F = M(s) − s, so that an Euler step of size 1 is the map,
 * Fᵝ/β is (s_{t+1} − s_t)/β, and S̄ + JᵀS̄ is the transposed Jacobian of the map times S̄.
 */
export type Time = 'continuous' | 'discrete';

/**
 * How far EP agrees with RBP in the limit β → 0. `process`: S̃_t = −S̄_t and Θ̃_t = Θ̄_t at every t, which a symmetric J gives
 * (Scellier & Bengio 2019, theorem 3). `parameters`: Θ̃_t = Θ̄_t at every t, and so the gradient at the end, while the
 * states differ: J = DW − 1 with W symmetric and D = diag ρ', nudged through D, has S̃_t = −D S̄_t. `none`: neither.
 */
export type Agreement = 'process' | 'parameters' | 'none';

/** A family of ODEs ds/dt = F(θ, x, s), or of maps s ← s + F(θ, x, s). */
export interface Dynamics extends Layout {
  readonly name: string;
  readonly time: Time;
  readonly agreement: Agreement;
  readonly offers: readonly Capability[];
  /** F is linear in s, and J the same for every s and example: one linear system gives the fixed point. */
  readonly isLinear?: boolean;
  /** Set where states are confined: F is then the projected force and integrators must project. To this box, or to a system's own bounds. */
  readonly box: Box | undefined;
  /** How many steps each unit is from the outputs; absent where that is no number. */
  readonly delays?: Delays | undefined;
  /** The network of the same layers, tensors and ρ run forwards once; with ρ at the output, or without. */
  feedForward?: ((theta: Params, x: Matrix, like: State, output: 'activation' | 'linear') => ForwardPass) | undefined;
  /** @param theta parameters, @param x clamped input, examples × inputs. Precomputes what depends on x alone. */
  bind(theta: Params, x: Matrix): System;
}

/** Adds −β ∂C/∂s(s) to `into`: how the error enters phase two. Both real or both complex. */
export type Nudge = (s: State, into: State) => void;

/** A dynamics bound to parameters and input. Not re-entrant: methods share scratch buffers. */
export interface System {
  readonly dynamics: Dynamics;
  readonly shapes: readonly BlockShape[];
  /** Set where they are not the box of the dynamics: bounds of its own for every unit. They follow x. */
  readonly bounds?: Bounds;
  /** Takes in parameters or inputs that have changed in place. */
  refresh(): void;
  /** Writes where phase one starts, where that is not 0: a place that the network knows to be at rest. */
  start?(s: State): void;
  /** What its units predict of each other, where that is what its energy is about. */
  readonly predictions?: Predictions & { readonly delays?: Delays };
  /**
   * F(s) before projection, written into `out`; both real or both complex. With a nudge, the field of phase two: where
   * the nudge enters is the system's affair. Gives ‖F(s)‖_∞ where that has come by the way.
   */
  force(s: State, out: State, nudge?: Nudge): number | undefined;
  /**
   * The same, and `to` = s + dt F(s), in one pass; `to` is another state. Absent where it would take a pass of its own, as
   * where states are bounded.
   */
  step?(s: State, dt: number, out: State, to: State, nudge?: Nudge): number | undefined;
  /** Absent where a block of units sees itself. */
  readonly response?: Response;
  readonly energy: Energy | undefined;
  /** Where max pooling chooses what comes through. */
  readonly switches?: Switches;
  /** What its units tell each other, and who hears whom; real states only. */
  readonly synapses?: Synapses;
  /**
   * The same network at some of the examples, in this order: what depends on x alone is gathered, not computed again. Its
   * buffers are where those of `home` are. Absent where no one has made it.
   */
  some?(rows: Uint32Array, home: Blocks): System;
  /** The linear map of F at the fixed point s⁰ (real). `free` marks units (1) that no bound pins (0); all free without it. */
  linearise(s0: State, free?: Numbers): Linearisation;
}

/** Windows of max pooling, each of which lets one entry through. */
export interface Switches {
  /** In the whole batch; those over the input alone, which no state moves, are not counted. */
  readonly windows: number;
  /** How many let another entry through at a than at b; real parts decide. */
  between(a: State, b: State): number;
}

/** Units that go to where their force vanishes, set by set; real states only. */
export interface Response {
  /** One set of blocks, or two; more where there are circles of odd length. */
  readonly groups: Groups;
  /** Where a set goes depends on the others alone. Where it does not, a unit has an equation that may have several roots. */
  readonly isExplicit: boolean;
  /**
   * Writes into `out`, which may be s, where the F of every block of the set vanishes while the others are held. With a nudge,
   * F is the nudged field; what of the nudge depends on the block itself may be taken at s. With `force`, the F that these
   * blocks have at s, projected where states are bounded, is written there. Windows of max pooling choose as they do at s.
   */
  move(s: State, group: number, out: State, nudge?: Nudge, force?: State): void;
}

/** p(s) of a network bound to parameters and inputs. */
export interface Predictions {
  /** Takes in parameters or inputs that have changed in place. */
  refresh(): void;
  /** The forward pass: s = p(s), to the last bit. */
  forward(s: State): void;
  /** With buffers for states like this one, real or complex. */
  predictor(like: State): Predictor;
}

/** p(s), A = ∂p/∂s and ∂p/∂θ at the place that it was moved to. */
export interface Predictor {
  /** Goes to s, which must stay as it is for as long as anything is asked about there. */
  move(s: State): void;
  /** p(s) */
  readonly value: State;
  /** out = Aᵀe */
  back(e: State, out: State): void;
  /** out += Re (∂p/∂θ)ᵀe, the sum over the batch. */
  addGrad(e: State, out: Params): void;
  /** out = A v; this and what follows of real states only. */
  along(v: State, out: State): void;
  /** out = ∂⟨e, A v⟩/∂s */
  bend(v: State, e: State, out: State): void;
  /** out += ∂⟨e, A v⟩/∂θ, the sum over the batch. */
  addGradBend(v: State, e: State, out: Params): void;
}

/** Steps from the outputs, of every unit of every block. */
export type Delays = readonly (readonly number[])[];

/** Connections that learn from what there is at their two ends: of an energy −Σ W_ij ρ(u_i)ρ(u_j) − … */
export interface Synapses {
  /** out = ρ(s) */
  rates(s: State, out: State): void;
  /**
   * out += α · pre_i post_j, the mean over the batch, for every weight from unit i to unit j, away from the input; where
   * units of one block hear each other, the mean of both directions.
   */
  addPairs(alpha: number, pre: State, post: State, out: Params): void;
  /** out += α · x_i post_j, the mean over the batch, for every weight from an input; nothing for biases. */
  addInputPairs(alpha: number, post: State, out: Params): void;
}

/** A state, real or complex, and its weight in a sum. */
export interface WeightedState {
  readonly s: State;
  readonly weight: Complex;
}

export interface Energy {
  /** E(θ, x, s), one number an example; s real. */
  value(s: State): Float64Array;
  /** out += Re Σ_k w_k · (∂E/∂θ(s_k) − ∂E/∂θ(base)), the mean over the batch; `base` real, without loss where s_k is near it. */
  addGradChange(copies: readonly WeightedState[], base: State, out: Params): void;
}

/** J = ∂F/∂s at s⁰, restricted to free units (rows and columns of pinned ones are zero). For an energy, J = −H. */
export interface Linearisation {
  /** J is its own transpose wherever it is taken: −J is the Hessian of an energy. */
  readonly symmetric: boolean;
  /** Goes to another s⁰ (and other free units), in the same buffers. */
  move(s0: State, free?: Numbers): void;
  /** out = J v */
  apply(v: State, out: State): void;
  /** out = Jᵀ v */
  applyTranspose(v: State, out: State): void;
  /** out = mean over the batch of (∂F/∂θ)ᵀ v */
  gradParams(v: State, out: Params): void;
}

/** C bound to targets and to the place of the outputs. */
export interface BoundCost {
  /** C, one number an example; s real. */
  value(s: State): Float64Array;
  /** out += Re/Im of (weight · ∂C/∂s(s)) in the output units; s real or complex, `out` alike. */
  addGradState(s: State, weight: Complex, out: State): void;
  /** Moves the outputs a share η of the way to where C is least, onto it for η = 1; absent where it has no minimum. */
  clamp?(s: State, share: number): void;
  /** The same of some of the examples, in this order. */
  some?(rows: Uint32Array): BoundCost;
  /** What is judged once one action of each example is selected, from what is at rest; absent where all are judged. */
  selecting?(s: State, random: Random): BoundCost;
  /** What it reads out of the outputs, by parameters that are its own; absent where it has none. */
  readonly readOut?: BoundReadOut;
}

/** A read-out at targets and parameters; real states. */
export interface BoundReadOut {
  /** What is read out, examples × classes; valid until the cost is asked again. */
  of(s: State): Matrix;
  /** Writes ∂C/∂θ at s, the mean over the batch, into its own tensors alone. */
  gradient(s: State, out: Params): void;
  /** The same cost by other parameters. */
  at(theta: Params): BoundCost;
}

export interface Cost {
  readonly name: string;
  readonly offers: readonly Capability[];
  /** It takes targets of one output of each example, NaN for all others. */
  readonly takesSelections?: boolean;
  /** It is one of softmax(o), as a read-out needs it. */
  readonly isOfSoftmax?: boolean;
  /** @param y targets, examples × outputs. */
  bind(y: Matrix, outputs: OutputSlice): BoundCost;
}

/** Draws the values of a tensor; its domain makes a point inside of them afterwards. */
export interface Initialiser {
  readonly name: string;
  /** No draw is smaller, where that is known. */
  readonly least?: number;
  fill(values: Matrix, random: Random, of: Pick<Tensor, 'fan'>): void;
  /** W for rates R = ρ(S) of patterns S (a row each) that shall come to T: RW = T, as well as it can be had; R is known to `unit`. */
  readonly store?: Store;
}

export type Store = (R: readonly (readonly number[])[], T: readonly (readonly number[])[], unit: number) => number[][];
