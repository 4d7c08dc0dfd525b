/**
 * The readable reference: every operation as the mathjs expression of its formula, on plain matrices and (complex)
 * numbers. Slow on purpose; the kernels are held against it. In single precision it computes in double and rounds what it
 * stores.
 */

import type { Complex } from 'mathjs';
import { activations } from './activation.js';
import type { ActivationName } from './activation-formulas.js';
import type { Backend, Product } from './backend.js';
import type { Box } from './bounds.js';
import { convolutions } from './mathjs-convolution.js';
import { type DenseMatrix, math } from './matrix.js';
import { mixed } from './mixing.js';
import type { Numbers, Precision } from './numbers.js';

type Value = number | Complex;

const re = (z: Value): number => Number(math.re(z as never));
const im = (z: Value): number => Number(math.im(z as never));

/**
 * ρ, ρ' and ρ'' of s; `r` stands for ρ(s). Real and complex alike, except where ρ is piecewise linear. To mathjs's `>` what
 * is all but equal is equal: either branch has to hold there. Its tanh of complex numbers overflows.
 */
const formulas: Record<
  Exclude<ActivationName, 'hard-sigmoid' | 'relu'>,
  [rho: string, slope: string, curvature: string]
> = {
  sigmoid: ['1 / (1 + exp(-s))', 'r * (1 - r)', 'r * (1 - r) * (1 - 2r)'],
  tanh: ['abs(re(s)) > 300 ? sign(re(s)) : tanh(s)', '1 - r * r', '-2r * (1 - r * r)'],
  'shifted-sigmoid': ['1 / (1 + exp(-4 * (s - 0.5)))', '4r * (1 - r)', '16r * (1 - r) * (1 - 2r)'],
  linear: ['s', '1', '0'],
  softplus: [
    'log1p(exp(re(s) > 0 ? -s : s)) + (re(s) > 0 ? s : 0)',
    '1 / (1 + exp(-s))',
    'exp(-abs(s)) / (1 + exp(-abs(s)))^2',
  ],
};

export function mathjs(precision: Precision = 'float64'): Backend {
  return {
    name: 'mathjs',
    precision,
    details: {},
    allocate: (length) => (precision === 'float32' ? new Float32Array(length) : new Float64Array(length)),
    product,
    copy: (x, out) => out.set(x),
    fill: (value, x) => void x.fill(value),
    addScaled: (a, alpha, b, out) => put(out, math.add(vector(a), math.multiply(alpha, vector(b)))),
    scale: (alpha, x) => put(x, math.multiply(alpha, vector(x))),
    hadamard: (a, b, out) => put(out, math.dotMultiply(vector(a), vector(b))),
    hadamardSum: (a, b, c, d, out) =>
      put(out, math.add(math.dotMultiply(vector(a), vector(b)), math.dotMultiply(vector(c), vector(d)))),
    hadamardMinus(a, b, c, out) {
      put(out, math.subtract(math.dotMultiply(vector(a), vector(b)), vector(c)));
      return largest(out);
    },
    hadamardComplex(a, b, c, d, toRe, toIm) {
      const product = Array.from(a, (_, i) => math.multiply(math.complex(a[i], b[i]), math.complex(c[i], d[i])));
      putComplex([toRe, toIm], product as Value[]);
    },
    addRow: (row, out) => put(out, math.add(matrix(out, row.length), matrix(row, row.length))),
    addColumnSums: (alpha, x, out) =>
      put(out, math.add(vector(out), math.multiply(alpha, math.sum(matrix(x, out.length), 0)))),
    maxAbs: largest,
    dot: (a, b) => (a.length === 0 ? 0 : Number(math.dot(vector(a), vector(b)))),
    addRowDots(a, b, out) {
      const cols = a.length / out.length;
      const products = math.dotMultiply(matrix(a, cols), matrix(b, cols));
      put(out, math.add(vector(out), math.sum(products, 1)));
    },
    rowAxpy(alpha, x, y) {
      const cols = x.length / alpha.length;
      alpha.forEach((factor, i) => {
        const [of, row] = [x, y].map((rows) => rows.subarray(i * cols, (i + 1) * cols));
        if (factor !== 0) put(row, math.add(vector(row), math.multiply(factor, vector(of))));
      });
    },
    mix: mixed,
    projectForce(box, s, force) {
      put(
        force,
        Array.from(force, (f, i) => (pointsOut(box, s[i], f) ? 0 : f)),
      );
      return largest(force);
    },
    projectForceComplex(box, s, force, imaginary) {
      put(
        imaginary,
        Array.from(imaginary, (f, i) => (pointsOut(box, s[i], force[i]) ? 0 : f)),
      );
      put(
        force,
        Array.from(force, (f, i) => (pointsOut(box, s[i], f) ? 0 : f)),
      );
    },
    clip(box, s, imaginary) {
      for (let i = 0; i < s.length; i++) {
        const clipped = clip(box, s[i]);
        if (imaginary && s[i] !== clipped) imaginary[i] = 0;
        s[i] = clipped;
      }
    },
    sparseProduct({ rows, cols, starts, columns, values }, alpha, x, start, out) {
      const A = math.zeros(cols, rows) as unknown as DenseMatrix;
      for (let i = 0; i < rows; i++)
        for (let at = starts[i]; at < starts[i + 1]; at++) A.set([columns[at], i], values[at]);
      const product = math.multiply(
        alpha,
        math.multiply(matrix(x, cols) as never, A as never),
      ) as unknown as DenseMatrix;
      put(out, start === undefined ? product : math.add(product as never, matrix(start, rows) as never));
    },
    hadamardRow: (x, row, out) =>
      put(out, math.dotMultiply(matrix(x, row.length) as never, matrix(row, row.length) as never)),
    addColumnDots(alpha, a, b, out) {
      const products = math.sum(math.dotMultiply(matrix(a, out.length) as never, matrix(b, out.length) as never), 0);
      put(out, math.add(vector(out), math.multiply(alpha, products as never) as never));
    },
    ...springs(),
    ...convolutions(),
    value: (rho, s, out) => put(out, applied(activation(rho).value, s)),
    evaluate(rho, s, out, slope) {
      const { value, slope: derivative } = activation(rho);
      const points = Array.from(s);
      put(
        out,
        points.map((x) => value(x)),
      );
      put(
        slope,
        points.map((x, i) => derivative(x, out[i])),
      );
    },
    curvature(rho, s, out) {
      const { value, curvature } = activation(rho);
      put(
        out,
        Array.from(s, (x) => curvature(x, value(x))),
      );
    },
    evaluateComplex(rho, [x, y], out, slope) {
      const { value, slope: derivative } = activation(rho);
      const points = Array.from(x, (_, i) => math.complex(x[i], y[i]));
      const values = points.map((z) => value(z));
      putComplex(out, values);
      if (slope)
        putComplex(
          slope,
          points.map((z, i) => derivative(z, values[i])),
        );
    },
    valueMinus(rho, a, s, out) {
      put(out, math.subtract(math.matrix(applied(activation(rho).value, a)), vector(s)));
      return largest(out);
    },
    valueStep(rho, a, s, dt, out, to) {
      put(out, math.subtract(math.matrix(applied(activation(rho).value, a)), vector(s)));
      put(to, math.add(vector(s), math.multiply(dt, vector(out))));
      return largest(out);
    },
  };
}

/** k(1 − ℓ/r) d of springs, its derivative, and lengths: one formula each, of every spring in turn. */
function springs(): Pick<
  Backend,
  | 'springForce'
  | 'springForceComplex'
  | 'springStretch'
  | 'springTangent'
  | 'symmetricPairs'
  | 'springAlong'
  | 'springChange'
  | 'springChangeComplex'
> {
  const force = math.compile('k * (1 - l / sqrt(x * x + y * y)) * [x, y]');
  const stretch = math.compile('sqrt(x * x + y * y) - l');
  const tangent = math.compile('k * ((1 - l / r) * identity(2) + l / r^3 * [[x * x, x * y], [x * y, y * y]])');
  const along = math.compile('(x * u + y * v) / sqrt(x * x + y * y)');
  const change = math.compile('((2x + u) * u + (2y + v) * v) / (sqrt((x + u)^2 + (y + v)^2) + sqrt(x * x + y * y))');
  const list = (value: unknown) => (value as { toArray(): Value[] }).toArray();
  const complexOf = (z: readonly [Numbers, Numbers], i: number) => math.complex(z[0][i], z[1][i]);
  return {
    springForce(d, k, l, f) {
      for (let i = 0; i < d.length / 2; i++) {
        const e = i % l.length;
        f.set(list(force.evaluate({ x: d[2 * i], y: d[2 * i + 1], k: k[e], l: l[e] })) as number[], 2 * i);
      }
    },
    springForceComplex(d, k, l, f) {
      for (let i = 0; i < d[0].length / 2; i++) {
        const e = i % l.length;
        const pulls = list(force.evaluate({ x: complexOf(d, 2 * i), y: complexOf(d, 2 * i + 1), k: k[e], l: l[e] }));
        f[0].set(pulls.map(re), 2 * i);
        f[1].set(pulls.map(im), 2 * i);
      }
    },
    springStretch(d, l, out) {
      for (let i = 0; i < out.length; i++)
        out[i] = stretch.evaluate({ x: d[2 * i], y: d[2 * i + 1], l: l[i % l.length] });
    },
    springTangent(d, k, l, out) {
      for (let i = 0; i < d.length / 2; i++) {
        const [e, x, y] = [i % l.length, d[2 * i], d[2 * i + 1]];
        const [[xx, xy], [, yy]] = list(
          tangent.evaluate({ x, y, r: Math.sqrt(x * x + y * y), k: k[e], l: l[e] }),
        ) as unknown as number[][];
        out.set([xx, xy, yy], 3 * i);
      }
    },
    symmetricPairs(t, v, out) {
      for (let i = 0; i < v.length / 2; i++) {
        const T = math.matrix([
          [t[3 * i], t[3 * i + 1]],
          [t[3 * i + 1], t[3 * i + 2]],
        ]);
        out.set(list(math.multiply(T, math.matrix([v[2 * i], v[2 * i + 1]]))) as number[], 2 * i);
      }
    },
    springAlong(d, v, out) {
      for (let i = 0; i < out.length; i++)
        out[i] = along.evaluate({ x: d[2 * i], y: d[2 * i + 1], u: v[2 * i], v: v[2 * i + 1] });
    },
    springChange(d, delta, out) {
      for (let i = 0; i < out.length; i++)
        out[i] = change.evaluate({ x: d[2 * i], y: d[2 * i + 1], u: delta[2 * i], v: delta[2 * i + 1] });
    },
    springChangeComplex(d, delta, out) {
      for (let i = 0; i < out[0].length; i++) {
        const [u, v] = [complexOf(delta, 2 * i), complexOf(delta, 2 * i + 1)];
        const value = change.evaluate({ x: d[2 * i], y: d[2 * i + 1], u, v });
        [out[0][i], out[1][i]] = [re(value), im(value)];
      }
    },
  };
}

function product({ ta, tb, m, n, k, alpha, a, b, c, start }: Product): void {
  const [A, B] = [matrix(a, ta ? m : k), matrix(b, tb ? k : n)];
  const AB = math.multiply(ta ? math.transpose(A) : A, tb ? math.transpose(B) : B);
  const scaled = math.multiply(alpha, AB) as unknown as DenseMatrix;
  put(c, start === undefined ? scaled : math.add(scaled as never, matrix(start, n) as never));
}

/** ρ, ρ' and ρ'' of one number, real or complex. */
function activation(name: ActivationName): Record<'value' | 'slope' | 'curvature', (s: Value, r?: Value) => Value> {
  const { box } = activations[name];
  if (box !== undefined) return pieces(box);
  const [value, slope, curvature] = formulas[name as keyof typeof formulas].map((text) => {
    const formula = math.compile(text);
    // mathjs takes a complex NaN for infinite
    return (s: Value, r?: Value): Value => (Number.isNaN(re(s)) ? Number.NaN : formula.evaluate({ s, r }));
  });
  return { value, slope, curvature };
}

/** A complex number is a dual one here (ε² = 0): the derivative is that of the piece where the real part lies. */
function pieces(box: Box) {
  const inside = (s: Value) => re(s) >= box.lower && re(s) <= box.upper;
  return {
    value: (s: Value): Value => (inside(s) ? s : clip(box, re(s))),
    slope: (s: Value): Value => (inside(s) ? 1 : 0),
    curvature: (): Value => 0,
  };
}

function clip({ lower, upper }: Box, x: number): number {
  return x < lower ? lower : x > upper ? upper : x;
}

const applied = (f: (s: Value) => Value, s: Numbers): number[] => Array.from(s, (x) => f(x) as number);

/** Not mathjs's max, to which what is all but equal is equal. */
const largest = (x: Numbers): number => Array.from(x, Math.abs).reduce((most, size) => Math.max(most, size), 0);

const pointsOut = ({ lower, upper }: Box, s: number, force: number): boolean =>
  (s <= lower && force < 0) || (s >= upper && force > 0);

const vector = (x: Numbers) => math.matrix(Array.from(x));

/** Rows of `cols` numbers as a plain DenseMatrix. */
function matrix(x: Numbers, cols: number): DenseMatrix {
  const rows = Array.from({ length: x.length / cols }, (_, i) => Array.from(x.subarray(i * cols, (i + 1) * cols)));
  return math.matrix(rows) as unknown as DenseMatrix;
}

/** The numbers of a mathjs matrix, or a list, into a buffer. */
function put(out: Numbers, value: unknown): void {
  const array = Array.isArray(value) ? value : (value as { toArray(): unknown[] }).toArray();
  out.set((array as number[][]).flat() as unknown as number[]);
}

function putComplex([toRe, toIm]: readonly [Numbers, Numbers], values: readonly Value[]): void {
  put(toRe, values.map(re));
  put(toIm, values.map(im));
}
