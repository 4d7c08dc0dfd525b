import type { BlockShape, Blocks } from '../numerics/blocks.js';
import { addColumnSums, gemmOfInput } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import type { OutputSlice, ParameterShape, Params } from './types.js';

/** Places of the tensors of a network of one block: its own couplings first, then U and b. */
const [U, b] = [1, 2];

/** What networks share that keep all free units in one block `s`, outputs last, and drive it by xU + b. */
export interface SingleBlock {
  readonly inputs: number;
  readonly outputs: OutputSlice;
  /** `coupling` among the units, U from the input, biases b. */
  readonly parameters: readonly ParameterShape[];
  stateShapes(examples: number): BlockShape[];
  /** out = xU + b */
  drive(theta: Params, x: Matrix, out: Blocks): void;
  /** out += α · (xᵀp for U, column sums of p for b): the gradient of α (xU + b)·p. */
  addInputPairs(alpha: number, x: Matrix, p: Matrix, out: Params): void;
}

export function singleBlock(
  coupling: Pick<ParameterShape, 'name' | 'structure' | 'backwardAngle'>,
  units: number,
  inputs: number,
  outputs: number,
): SingleBlock {
  return {
    inputs,
    outputs: { block: 's', from: units - outputs, to: units },
    parameters: [
      { ...coupling, rows: units, cols: units, role: 'weight' },
      { name: 'U', rows: inputs, cols: units, role: 'weight' },
      { name: 'b', rows: 1, cols: units, role: 'bias' },
    ],
    stateShapes: (examples) => [{ name: 's', rows: examples, cols: units }],
    drive: (theta, x, out) => gemmOfInput(false, 1, x, theta.parts[0][U], theta.parts[0][b], out.parts[0][0]),
    addInputPairs(alpha, x, p, out) {
      gemmOfInput(true, alpha, x, p, out.parts[0][U], out.parts[0][U]);
      addColumnSums(alpha, p, out.parts[0][b]);
    },
  };
}
