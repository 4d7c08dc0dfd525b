/** Every kernel that is called on many numbers: how it may be cut, and what it costs. */
import type { Kernels } from './module.js';

export interface Operation {
  readonly name: keyof Kernels;
  /** How many numbers each argument moves with every unit, and with every number of a unit's width. */
  readonly steady: readonly number[];
  readonly wide: readonly number[];
  readonly sizeAt: number;
  /** Whether a unit is a column, so that its neighbours are on its line of the cache; else its numbers lie together. */
  readonly byColumns: boolean;
  /** Of a unit's number, about, in nanoseconds: a core of 4 GHz. */
  readonly cost: number;
  /** Whether its result is the largest of its pieces'; else it has none. */
  readonly join: 'largest' | undefined;
}

/**
 * @param arguments_ one word each: `n` says how many units there are, `columns` does where they are columns; a number how
 * many numbers it moves with every unit, times the width of a unit if `w` follows.
 */
function operation(name: keyof Kernels, cost: number, arguments_: string, join?: 'largest'): Operation {
  const words = arguments_.split(' ');
  const sizeAt = words.findIndex((word) => word === 'n' || word === 'columns');
  const moves = (width: boolean) =>
    words.map((word, i) => (i !== sizeAt && word.endsWith('w') === width ? Number.parseInt(word, 10) : 0));
  return { name, cost, join, steady: moves(false), wide: moves(true), sizeAt, byColumns: words[sizeAt] === 'columns' };
}

/** Whatever moves by ranges of numbers, by pairs, by rows of as many numbers as the unit is wide, or by columns of as many. */
export const operations = {
  addScaled: operation('addScaled', 0.3, '1 0 1 1 n'),
  scale: operation('scale', 0.2, '0 1 n'),
  fill: operation('fill', 0.15, '0 1 n'),
  copy: operation('copy', 0.2, '1 1 n'),
  hadamard: operation('hadamard', 0.3, '1 1 1 n'),
  hadamardSum: operation('hadamardSum', 0.4, '1 1 1 1 1 n'),
  hadamardMinus: operation('hadamardMinus', 0.4, '1 1 1 1 n', 'largest'),
  hadamardComplex: operation('hadamardComplex', 0.6, '1 1 1 1 1 1 n'),
  maxAbs: operation('maxAbs', 0.2, '1 n', 'largest'),
  addRow: operation('addRow', 0.3, '0 1w n 0'),
  addColumnSums: operation('addColumnSums', 0.3, '0 1 0 columns 0 1'),
  addColumnDots: operation('addColumnDots', 1, '0 1 1 0 columns 0 1'),
  addRowDots: operation('addRowDots', 0.3, '1w 1w n 0 1'),
  rowAxpy: operation('rowAxpy', 0.3, '1 1w 1w n 0'),
  hadamardRow: operation('hadamardRow', 0.3, '1w 0 1w n 0'),
  projectForce: operation('projectForce', 0.4, '1 1 0 0 n', 'largest'),
  projectForceComplex: operation('projectForceComplex', 1, '1 1 1 0 0 n'),
  clip: operation('clip', 0.3, '1 0 0 n'),
  clipComplex: operation('clipComplex', 1, '1 1 0 0 n'),
  springForce: operation('springForce', 2, '2w 0 0 2w n 0'),
  springForceComplex: operation('springForceComplex', 8, '2w 2w 0 0 2w 2w n 0'),
  springStretch: operation('springStretch', 1.5, '2w 0 1w n 0'),
  springTangent: operation('springTangent', 3, '2w 0 0 3w n 0'),
  symmetricPairs: operation('symmetricPairs', 1, '3 2 2 n'),
  springAlong: operation('springAlong', 1.5, '2 2 1 n'),
  springChange: operation('springChange', 2, '2 2 1 n'),
  springChangeComplex: operation('springChangeComplex', 10, '2 2 2 1 1 n'),
  value: operation('value', 2, '0 1 1 n'),
  evaluate: operation('evaluate', 2.5, '0 1 1 1 n'),
  curvature: operation('curvature', 3, '0 1 1 n'),
  valueComplex: operation('valueComplex', 20, '0 1 1 1 1 n'),
  evaluateComplex: operation('evaluateComplex', 25, '0 1 1 1 1 1 1 n'),
  valueMinus: operation('valueMinus', 2.2, '0 1 1 1 n', 'largest'),
  valueStep: operation('valueStep', 2.4, '0 1 1 0 1 1 n', 'largest'),
} as const;
