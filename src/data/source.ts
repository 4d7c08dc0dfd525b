import type { Initialiser } from '../model/types.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Random } from '../numerics/random.js';

/** Inputs (examples × inputs) and targets (examples × outputs). */
export interface Examples {
  readonly x: Matrix;
  readonly y: Matrix;
}

/** What a data source may ask of the run that it is made for. */
export interface DataContext {
  readonly inputs: number;
  readonly outputs: number;
  /** A stream of random numbers for one purpose of the data, by name. */
  stream(purpose: string): Random;
  /** Outputs (examples × outputs) at the free fixed point of a second network, shaped like the first. */
  teach(init: Initialiser, x: Matrix): Matrix;
}

export interface DataSource {
  make(context: DataContext): Examples;
  /** What does not fit a network of these sizes: [path inside the data's spec, message]. Known before anything runs. */
  problems?(sizes: { inputs: number; outputs: number }): [path: (string | number)[], message: string][];
}
