import { entry } from '../entry.js';
import type { Blocks } from '../numerics/blocks.js';
import type { Complex } from '../numerics/complex.js';
import { Matrix } from '../numerics/matrix.js';
import type { Numbers } from '../numerics/numbers.js';
import type { BoundCost, Cost, OutputSlice, State } from './types.js';

/** A cost of one example; its n outputs start at `at` in `o`, its targets at `yAt` in `y`. */
interface RowCost {
  /** It is least where o = y. */
  readonly leastAtTarget: boolean;
  readonly isOfSoftmax?: boolean;
  value(o: Numbers, at: number, y: Numbers, yAt: number, n: number): number;
  /** gr + i·gi = ∂C/∂o at the outputs re + i·im (im absent: real). */
  gradient(re: Numbers, im: Numbers | undefined, at: number, y: Numbers, yAt: number, gr: Numbers, gi: Numbers): void;
}

/** `mse`: C = ½‖o − y‖², with the ½. */
export const mse = costByRows('mse', {
  leastAtTarget: true,
  value(o, at, y, yAt, n) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (o[at + j] - y[yAt + j]) * (o[at + j] - y[yAt + j]);
    return sum / 2;
  },
  gradient(re, im, at, y, yAt, gr, gi) {
    for (let j = 0; j < gr.length; j++) {
      gr[j] = re[at + j] - y[yAt + j];
      gi[j] = im === undefined ? 0 : im[at + j];
    }
  },
});

/** `cross-entropy`: C = −Σ y log softmax(o), the softmax of the output state o itself, whatever ρ is. */
export const crossEntropy = costByRows('cross-entropy', {
  // softmax(o) = y does not say o, and has no solution where some y are 0
  leastAtTarget: false,
  isOfSoftmax: true,
  value(o, at, y, yAt, n) {
    const top = largest(o, at, n);
    let [sum, total, weighted] = [0, 0, 0];
    for (let j = 0; j < n; j++) {
      sum += Math.exp(o[at + j] - top);
      total += y[yAt + j];
      weighted += y[yAt + j] * (o[at + j] - top);
    }
    return total * Math.log(sum) - weighted;
  },
  /** ∂C/∂o = (Σy) softmax(o) − y */
  gradient(re, im, at, y, yAt, gr, gi) {
    const n = gr.length;
    const top = largest(re, at, n);
    let [total, sr, si] = [0, 0, 0];
    for (let j = 0; j < n; j++) {
      const size = Math.exp(re[at + j] - top);
      gr[j] = im === undefined ? size : size * Math.cos(im[at + j]);
      gi[j] = im === undefined ? 0 : size * Math.sin(im[at + j]);
      sr += gr[j];
      si += gi[j];
      total += y[yAt + j];
    }
    const norm = total / (sr * sr + si * si);
    for (let j = 0; j < n; j++) {
      const softmax = (gr[j] * sr + gi[j] * si) * norm;
      gi[j] = (gi[j] * sr - gr[j] * si) * norm;
      gr[j] = softmax - y[yAt + j];
    }
  },
});

function largest(o: Numbers, at: number, n: number): number {
  let top = o[at];
  for (let j = 1; j < n; j++) top = Math.max(top, o[at + j]);
  return top;
}

export function costByRows(name: string, cost: RowCost): Cost {
  return {
    name,
    offers: cost.leastAtTarget ? ['clamping'] : [],
    ...(cost.isOfSoftmax && { isOfSoftmax: true }),
    bind(y, outputs) {
      if (y.cols !== outputs.to - outputs.from) {
        throw new RangeError(
          `${name}: targets have ${y.cols} columns, the network ${outputs.to - outputs.from} outputs`,
        );
      }
      return bindRows(cost, y, outputs);
    },
  };
}

function bindRows(cost: RowCost, y: Matrix, { block, from, to }: OutputSlice): BoundCost {
  const n = to - from;
  const [gr, gi] = [new Float64Array(n), new Float64Array(n)];
  const at = (s: Blocks) => s.shapes.findIndex((shape) => shape.name === block);

  function clamp(s: State, share: number): void {
    const { data, cols } = s.parts[0][at(s)];
    for (let i = 0; i < y.rows; i++) {
      const target = y.row(i);
      const o = data.subarray(i * cols + from, i * cols + to);
      for (let j = 0; j < n; j++) o[j] = share === 1 ? target[j] : o[j] + share * (target[j] - o[j]);
    }
  }

  return {
    ...(cost.leastAtTarget ? { clamp } : {}),
    some: (rows) => bindRows(cost, rowsOf(y, rows), { block, from, to }),
    value(s: State): Float64Array {
      const { data, cols } = s.parts[0][at(s)];
      const values = new Float64Array(y.rows);
      for (let i = 0; i < y.rows; i++) values[i] = cost.value(data, i * cols + from, y.data, i * n, n);
      return values;
    },
    addGradState(s: State, weight: Complex, out: State): void {
      const k = at(s);
      const { data: re, cols } = s.parts[0][k];
      const im = s.parts[1]?.[k].data;
      const toRe = out.parts[0][k].data;
      const toIm = out.parts[1]?.[k].data;
      for (let i = 0; i < y.rows; i++) {
        const start = i * cols + from;
        cost.gradient(re, im, start, y.data, i * n, gr, gi);
        for (let j = 0; j < n; j++) {
          if (toIm === undefined) toRe[start + j] += weight.re * gr[j];
          else {
            toRe[start + j] += weight.re * gr[j] - weight.im * gi[j];
            toIm[start + j] += weight.re * gi[j] + weight.im * gr[j];
          }
        }
      }
    },
  };
}

function rowsOf(y: Matrix, rows: Uint32Array): Matrix {
  const some = new Matrix(rows.length, y.cols);
  for (let i = 0; i < rows.length; i++) some.row(i).set(y.row(rows[i]));
  return some;
}

export const mseEntry = entry({
  name: 'mse',
  summary: 'C = ½‖o − y‖²',
  source: 'Scellier & Bengio 2017',
  options: {},
  create: () => mse,
});

export const crossEntropyEntry = entry({
  name: 'cross-entropy',
  summary: 'C = −Σ y log softmax(o), o the output state itself',
  source: 'Laborieux et al. 2021',
  options: {},
  create: () => crossEntropy,
});
