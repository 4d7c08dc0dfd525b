/**
 * Who is connected to whom. A topology owns the tensors of the network and all that follows from the connections alone; it
 * knows nothing of activations nor of time.
 */
import type * as z from 'zod';
import type { Entry, LabelPart, Named } from '../entry.js';
import type { Activation } from '../numerics/activation.js';
import type { Blocks } from '../numerics/blocks.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Delays, Dynamics, ForwardPass, Groups, Layout, Params, State } from './types.js';

export interface Topology extends Layout {
  readonly name: string;
}

/** Whether every unit is an output. */
export const isWhole = ({ states, outputs, readOut }: Layout): boolean =>
  readOut === undefined && states.length === 1 && outputs.from === 0 && outputs.to === states[0].cols;

/** Free units that a clamped input drives: xU + b. */
export interface Driven extends Topology {
  /** out = what the clamped input and the biases send to every unit; `out` real. */
  drive(theta: Params, x: Matrix, out: Blocks): void;
  /** out += α · (xᵀp and column sums of p), for Couplings D-weighted: the gradient of α (xU + b)·p. */
  addInputPairs(alpha: number, x: Matrix, p: readonly Matrix[], out: Params): void;
}

/** Units that hear each other by connections that are one each way. */
export interface Directed extends Driven {
  /** The blocks in sets, as those of Couplings. */
  readonly groups?: Groups;
  /** `couple` asks kernels for nothing but matrices of one row for each example: threads may share these. */
  readonly byExample?: true;
  /** out = start + p W, what comes to every unit; as `couple` of Couplings. */
  couple(theta: Params, p: Blocks, start: 0 | Blocks, out: Blocks, blocks?: readonly number[]): void;
  /** out = q Wᵀ, what goes back from every unit; `q` real. */
  coupleBack(theta: Params, q: Blocks, out: Blocks): void;
  /** out += α · pre_i post_j for every connection from unit i to unit j. */
  addPairs(alpha: number, pre: readonly Matrix[], post: readonly Matrix[], out: Params): void;
  /** The network of the same layers and forward weights, run forwards once; absent where there is no forwards. */
  feedForward?(theta: Params, x: Matrix, rho: Activation, like: State): ForwardPass;
}

/**
 * For dynamics whose interaction is the bilinear form Φ = ½ pᵀWp + (xU + b)·p with symmetric W; with `scales` D of
 * Φ = ½ pᵀDWp + (xU + b)·Dp, where DW is symmetric and D is 1 at the outputs.
 */
export interface Couplings extends Driven {
  /** D, one number a block; absent where all are 1. */
  readonly scales?: readonly number[];
  /** The same with what comes from above counted γ times; absent where nothing is above. */
  withFeedback?(gamma: number): Couplings;
  /** The same with weights of their own for what comes from above; absent where nothing is above. */
  separate?(): Directed;
  /**
   * The blocks in sets that do not see each other's members, nor any block itself, in the order of a sweep: each set
   * depends on the others alone. Absent where a block sees itself.
   */
  readonly groups?: Groups;
  /** `couple` asks kernels for nothing but matrices of one row for each example: threads may share these. */
  readonly byExample?: true;
  /**
   * out = start + W p, part by part (real and imaginary; a real start has no imaginary part). With `blocks`, only those are
   * written.
   */
  couple(theta: Params, p: Blocks, start: 0 | Blocks, out: Blocks, blocks?: readonly number[]): void;
  /** out += α · (D-weighted pairs of p and q over every connection among state units); real parts `p` against parts `q`. */
  addPairs(alpha: number, p: readonly Matrix[], q: readonly Matrix[], out: Params): void;
  /** How many connections each unit is from the outputs; absent where that is no number. */
  readonly delays?: Delays;
  /**
   * Where what comes through a connection is chosen by what goes in (max pooling): the same couplings with every choice held,
   * and so linear. Those that are not held choose anew by each p in `couple`, and have no pairs. Absent where nothing is
   * chosen.
   */
  held?(theta: Params, x: Matrix, like: Blocks): Held;
  /** How many choices states make, an example; absent where only the input chooses, or nothing. */
  readonly windows?: number;
  /** The network of the same layers, tensors and activation, run forwards once; absent where there is no forwards. */
  feedForward?(theta: Params, x: Matrix, rho: Activation, like: State): ForwardPass;
}

/** Couplings by the choices of one place: what derivatives and gradients there are made of. */
export interface Held extends Couplings {
  /** Goes to p, whose real parts choose, and to parameters and inputs as they are now. */
  hold(p: Blocks): void;
  /** Which entry of its window comes through, a list for each connection between free units that chooses. */
  readonly routes: readonly (ArrayLike<number> | undefined)[];
  /** out += α · (pairs of p and q here, less those by the choices of `other`): exactly 0 where these are the same. */
  addSwitched(alpha: number, p: readonly Matrix[], q: readonly Matrix[], other: Held, out: Params): void;
}

/** What is wrong with options that each look right: where (a key of the network, or a path from there; '': all of it). */
export type NetworkProblem = readonly [at: string | readonly (string | number)[], message: string];

/** A topology that a network's options can describe. */
export interface TopologyEntry extends Omit<Entry<Topology>, 'create' | 'problems' | 'label'> {
  problems?(options: Record<string, unknown>): NetworkProblem[];
  /** The interactions that energies may ask it for: `symmetric`, `definite`, `directed`, … */
  readonly gives: readonly string[];
  /** Its size in figures, behind the name of the energy. */
  label(options: Record<string, unknown>): string;
  create(options: Record<string, unknown>, interaction: string): Topology;
}

/** Declares a topology; its options are typed from their schema, and erased for the registry. */
export function topology<S extends z.ZodRawShape>(declaration: {
  readonly name: string;
  readonly summary: string;
  readonly options: S;
  readonly gives: readonly string[];
  readonly examples: TopologyEntry['examples'];
  problems?(options: z.output<z.ZodObject<S>>): NetworkProblem[];
  label(options: z.output<z.ZodObject<S>>): string;
  create(options: z.output<z.ZodObject<S>>, interaction: string): Topology;
}): TopologyEntry {
  return declaration as unknown as TopologyEntry;
}

/** An energy, or another dynamics: what a network can be. */
export interface EnergyEntry extends Omit<Entry<Dynamics>, 'create' | 'problems'> {
  /** The interaction that it asks of a topology: it takes every one that gives it. Absent where it has tensors of its own. */
  readonly takes?: string;
  /** The initialiser where the spec names none. */
  readonly init: Named;
  problems?(options: Record<string, unknown>, topology: Topology): NetworkProblem[];
  create(options: Record<string, unknown>, topology: Topology): Dynamics;
}

/** Declares an energy on topologies of type T; erased for the registry. Its `problems` also see explicit `parameters`. */
export function energy<T extends Topology, S extends z.ZodRawShape = z.ZodRawShape>(declaration: {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  readonly takes?: string;
  readonly init?: Named;
  readonly options: S;
  readonly examples: EnergyEntry['examples'];
  problems?(options: z.output<z.ZodObject<S>> & { readonly parameters?: unknown }, topology: T): NetworkProblem[];
  label?(options: z.output<z.ZodObject<S>>): readonly LabelPart[];
  create(options: z.output<z.ZodObject<S>>, topology: T): Dynamics;
}): EnergyEntry {
  return { init: { name: 'glorot-uniform', gain: 1 }, ...declaration } as unknown as EnergyEntry;
}
