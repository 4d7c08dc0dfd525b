import type { Initialiser } from '../model/types.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Numbers } from '../numerics/numbers.js';
import type { Random } from '../numerics/random.js';

/** Examples kept as they came (bytes where they came as bytes), made numbers of batch by batch. */
export interface ExampleSet {
  readonly count: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Class 0 … outputs − 1 of each example, where its target is the one-hot code of a class. */
  readonly labels: Uint16Array | undefined;
  /** An example is answered wrongly where the sign of the last output, or of any, is not that of its target. */
  readonly answer?: 'sign' | 'signs' | undefined;
  /** Writes the outputs from which phase one of an example starts, where that is not 0. */
  cue?(example: number, into: Numbers): void;
  /** Names of the classes, in the order of the outputs. */
  readonly classes?: readonly string[];
  /** Height and width of an input that is an image, row by row. */
  readonly image?: readonly [height: number, width: number];
  /** Of an input that is one image a channel, channel by channel; there is more than one. */
  readonly planes?: readonly [channels: number, height: number, width: number];
  /** For every i example at[i] into row i of x (rows × inputs) and of y (rows × outputs). */
  fill(at: ArrayLike<number>, x: Matrix, y: Matrix): void;
}

/** What a network learns from, what chooses among its weights, and what it is tested on, where there are such sets. */
export interface Dataset {
  readonly train: ExampleSet;
  readonly validation?: ExampleSet | undefined;
  readonly test: ExampleSet | undefined;
  /** What the user should know of how it was read. */
  readonly notes?: readonly string[] | undefined;
}

/** What a source has, before some of it is kept from learning. */
export interface Supply extends Dataset {
  /** What the inputs depend on of the examples that are learned from: made from those alone, for every set alike. */
  fit?(train: ExampleSet): (set: ExampleSet) => ExampleSet;
}

/** A file that examples come from: named in the spec, or one of a published set. */
export type DataFile =
  /** `option`: where in the options of the source; `path` is relative to the spec. */
  | { readonly option: readonly string[]; readonly path: string }
  /** `path` is relative to the folder of the set in the cache. */
  | { readonly set: string; readonly path: string };

/** Gives the contents of a file, block by block; a block is valid until the next. @throws UserError where it cannot be read. */
export type ReadFile = (file: DataFile) => Iterable<Uint8Array>;

/** What a network takes, and gives. */
export interface NetworkSizes {
  readonly inputs: number;
  readonly outputs: number;
  /** Its inputs as an image, where they are one. */
  readonly image?: readonly [channels: number, height: number, width: number];
}

/** What a source may ask of the run that it draws examples for. */
export interface DataContext {
  readonly inputs: number;
  readonly outputs: number;
  /** A stream of random numbers for one purpose of the data, by name. */
  stream(purpose: string): Random;
  /** Outputs (examples × outputs) at the free fixed point of a second network, shaped like the first. */
  teach(init: Initialiser, x: Matrix): Matrix;
}

/** By what an answer is right or wrong: its class, signs of its outputs, or nothing, of numbers. */
export type Judged = 'classes' | 'signs' | 'none';

export const judgedBy = ({ labels, answer }: Pick<ExampleSet, 'labels' | 'answer'>): Judged =>
  labels ? 'classes' : answer ? 'signs' : 'none';

interface Checked {
  /** Of its examples; absent where loading tells, or where they are of classes. */
  readonly judged?: Judged;
  /** There is a test set, whatever is split off. */
  readonly tested?: boolean;
  /** Of each example one output has a target, all others have NaN: a cost of selected actions takes that. */
  readonly selects?: boolean;
  /** Its option `init` is that of a second network, shaped like the first, whose outputs are the targets. */
  readonly teaches?: boolean;
  /** What does not fit a network of these sizes: [path inside the data's spec, message]. Known before anything is loaded. */
  problems?(sizes: NetworkSizes): [path: (string | number)[], message: string][];
}

/** A data set: the same examples whatever the run's seed and network. */
export interface FixedSource extends Checked {
  readonly fixed: true;
  /** What `load` reads. */
  readonly files: readonly DataFile[];
  /** @throws UserError where a file does not hold what it should. */
  load(read: ReadFile): Supply;
}

/** Examples for one run: for its seed and sizes. */
export interface DrawnSource extends Checked {
  readonly fixed: false;
  draw(context: DataContext): Supply;
}

export type DataSource = FixedSource | DrawnSource;
