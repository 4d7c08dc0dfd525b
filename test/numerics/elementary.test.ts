/** The kernels of the activations against 40 decimal digits, at the edges of the doubles, and at every place in an array. */
import test, { type ExecutionContext } from 'ava';
import { all, type BigNumber, create } from 'mathjs';
import { activations } from '../../src/numerics/activation.js';
import { activationNames } from '../../src/numerics/activation-formulas.js';
import { mathjs } from '../../src/numerics/mathjs.js';
import { instantiate } from '../_support/kernels.js';

const { kernels, memory } = await instantiate(64);
const kinds = activationNames;

/** Runs a kernel over arrays of one length, placed one after the other from `base` on; gives its outputs. */
function run(name: string, kind: number, inputs: number[][], outputs: number, base = 65536): Float64Array[] {
  const n = inputs[0].length;
  const at = (i: number) => base + 8 * n * i;
  for (const [i, input] of inputs.entries()) new Float64Array(memory.buffer, at(i), n).set(input);
  const pointers = Array.from({ length: inputs.length + outputs }, (_, i) => at(i));
  kernels(name)(kind, ...pointers, n);
  return pointers.slice(inputs.length).map((pointer) => new Float64Array(memory.buffer, pointer, n).slice());
}

const value = (kind: number, x: number[]) => [...run('value', kind, [x], 1)[0]];

const math = create(all, { number: 'BigNumber', precision: 40 });
const big = (text: string) => math.bignumber(text) as BigNumber;
const one = big('1');

/** To 40 digits; mathjs itself would take the shortest decimal that rounds to x. */
function exact(x: number): BigNumber {
  const [word] = new BigUint64Array(Float64Array.of(Math.abs(x)).buffer);
  const field = Number(word >> 52n);
  const mantissa = (word & 0xfffffffffffffn) | (field > 0 ? 1n << 52n : 0n);
  const e = Math.max(field, 1) - 1075;
  const text = e < 0 ? `${mantissa * 5n ** BigInt(-e)}e${e}` : `${mantissa << BigInt(e)}`;
  const rounded = big(text).toSignificantDigits(40);
  return x < 0 ? rounded.negated() : rounded;
}

/** log(1 + w) */
const log1p = (w: BigNumber) => (w.lt('1e-20') ? w.minus(w.times(w).div(2)) : w.plus(one).ln());

const references: Record<string, (x: BigNumber) => BigNumber> = {
  sigmoid: (x) => one.div(one.plus(x.negated().exp())),
  tanh: (x) => (x.abs().lt('1e-13') ? x.minus(x.pow(3).div(3)) : x.abs().gt(60) ? big(`${x.s}`) : x.tanh()),
  softplus: (x) => (x.gt(0) ? x : big('0')).plus(log1p(x.abs().negated().exp())),
};

/** |y − truth| in units of the last place of the true value. */
function ulps(y: number, truth: BigNumber): number {
  const nearest = truth.toNumber();
  if (!Number.isFinite(nearest)) return y === nearest ? 0 : Number.POSITIVE_INFINITY;
  const word = new BigUint64Array(Float64Array.of(Math.abs(nearest)).buffer)[0];
  const last = 2 ** (Math.max(Number(word >> 52n), 1) - 1075);
  return exact(y).minus(truth).abs().div(exact(last)).toNumber();
}

/** Mulberry32: the same points every time. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function points(): number[] {
  const random = uniform(7);
  const xs: number[] = [];
  for (const range of [0.05, 1, 4, 40, 750]) for (let i = 0; i < 500; i++) xs.push(range * (2 * random() - 1));
  for (let i = 0; i < 1000; i++) xs.push((i % 2 ? 1 : -1) * 10 ** (323 * random() - 320));
  for (let i = 0; i < 500; i++) xs.push((i % 2 ? 1 : -1) * 10 ** (6 * random() - 3));
  // where the reduction by ln2/128 changes its multiple, for e^x and for the e^−2|x| of tanh
  for (let k = -300; k < 300; k++) {
    const edge = ((k + 0.5) * Math.LN2) / 128;
    for (const x of [edge, edge / 2]) xs.push(x, x * (1 + 2 ** -52), x * (1 - 2 ** -52));
  }
  // where results become denormal
  for (let i = 0; i < 200; i++) xs.push(-708 - 38 * random(), 709 + random());
  return xs;
}

const xs = points();

function accurate(t: ExecutionContext, y: ArrayLike<number>, reference: (x: BigNumber) => BigNumber, at: number[]) {
  let [worst, where] = [0, 0];
  for (let i = 0; i < at.length; i++) {
    const error = ulps(y[i], reference(exact(at[i])));
    if (!(error <= worst)) [worst, where] = [error, at[i]];
  }
  t.log(`at most ${worst.toFixed(3)} ulp, at ${where}`);
  t.true(worst <= 2);
}

for (const name of ['sigmoid', 'tanh', 'softplus'] as const) {
  test(`${name} is within 2 ulp`, (t) => accurate(t, value(kinds.indexOf(name), xs), references[name], xs));
}

test('shifted-sigmoid is sigmoid at the rounded argument', (t) => {
  t.deepEqual(
    value(2, xs),
    value(
      0,
      xs.map((x) => 4 * (x - 0.5)),
    ),
  );
});

test('special values are exact', (t) => {
  const inf = Number.POSITIVE_INFINITY;
  const tiny = Number.MIN_VALUE;
  const nan = Number.NaN;
  const at = [0, -0, inf, -inf, nan, tiny, -tiny, 800, -800, -745, 2 ** -30];
  t.deepEqual(value(0, at).slice(0, 10), [0.5, 0.5, 1, 0, nan, 0.5, 0.5, 1, 0, tiny]);
  t.deepEqual(value(1, at), [0, -0, 1, -1, nan, tiny, -tiny, 1, -1, -1, 2 ** -30]);
  t.deepEqual(value(3, at), [0, -0, 1, 0, nan, tiny, 0, 1, 0, 0, 2 ** -30]);
  t.deepEqual(value(4, at), at);
  t.deepEqual(value(5, at), [0, -0, inf, 0, nan, tiny, 0, 800, 0, 0, 2 ** -30]);
  t.deepEqual(value(6, at).slice(0, 10), [Math.LN2, Math.LN2, inf, 0, nan, Math.LN2, Math.LN2, 800, 0, tiny]);
});

/** ρ, ρ' and ρ'' by the formulas of activation.ts, given the kernel's own ρ (for softplus: its σ). */
const derivatives: ((x: number, r: number, sigma: number) => [slope: number, curvature: number])[] = [
  (_, r) => [r * (1 - r), r * (1 - r) * (1 - 2 * r)],
  (_, r) => [1 - r * r, -2 * r * (1 - r * r)],
  (_, r) => [4 * r * (1 - r), 16 * r * (1 - r) * (1 - 2 * r)],
  (x) => [x >= 0 && x <= 1 ? 1 : 0, 0],
  () => [1, 0],
  (x) => [x >= 0 ? 1 : 0, 0],
  (_x, _r, sigma) => [sigma, sigma * (1 - sigma)],
];

for (const [kind, name] of kinds.entries()) {
  const sample = [0, -0, 1, 0.5, 1 + 2 ** -52, -Number.MIN_VALUE, ...xs.slice(0, 2501)];

  test(`${name}: ρ' and ρ'' follow from ρ to the last bit`, (t) => {
    const [rho, slope] = run('evaluate', kind, [sample], 2);
    const [curvature] = run('curvature', kind, [sample], 1);
    const sigma = value(0, sample);
    t.deepEqual([...rho], value(kind, sample));
    const expected = sample.map((x, i) => derivatives[kind](x, rho[i], sigma[i]));
    t.deepEqual(
      [...slope],
      expected.map(([d]) => d),
    );
    t.deepEqual(
      [...curvature],
      expected.map(([, c]) => c),
    );
  });

  test(`${name}: with vanishing y the real parts of ρ and ρ' have the bits of the real ones`, (t) => {
    const y = sample.map((_, i) => (i % 2 ? 1 : -1) * 2 ** -600);
    const [re, im, slopeRe, slopeIm] = run('evaluateComplex', kind, [sample, y], 4);
    const [rho, slope] = run('evaluate', kind, [sample], 2);
    t.deepEqual(re, rho);
    t.deepEqual(slopeRe, slope);
    t.deepEqual(run('valueComplex', kind, [sample, y], 2), [re, im]);
    const [curvature] = run('curvature', kind, [sample], 1);
    for (let i = 0; i < sample.length; i++) {
      t.true(Math.abs(im[i] / y[i] - slope[i]) <= 1e-15);
      t.true(Math.abs(slopeIm[i] / y[i] - (activations[name].analytic ? curvature[i] : 0)) <= 2e-15);
    }
  });

  test(`${name}: the complex kernel is the complex formula`, (t) => {
    const random = uniform(3);
    const x = Array.from({ length: 1001 }, () => 16 * random() - 8);
    const y = x.map((_, i) => (i % 3 ? random() - 0.5 : 2 ** -40));
    const theirs = Array.from({ length: 4 }, () => new Float64Array(x.length));
    const [re, im, slopeRe, slopeIm] = theirs;
    mathjs().evaluateComplex(name, [Float64Array.from(x), Float64Array.from(y)], [re, im], [slopeRe, slopeIm]);
    const ours = run('evaluateComplex', kind, [x, y], 4);
    for (const [i, values] of theirs.entries()) {
      for (let j = 0; j < x.length; j++) {
        t.true(Math.abs(ours[i][j] - values[j]) <= 1e-14 * (1 + Math.abs(values[j])), `${x[j]} + ${y[j]}i`);
      }
    }
  });

  test(`${name}: a number has the same bits at every place, in arrays of every length`, (t) => {
    const y = sample.map((_, i) => [0.3, 2 ** -600, -1.2, 2 ** -28, 40][i % 5]);
    const all = run('evaluateComplex', kind, [sample, y], 4);
    for (const [from, length] of [
      [1, 1],
      [3, 2],
      [2, 7],
      [5, 1000],
      [0, 0],
    ]) {
      const cut = (array: ArrayLike<number>) => Array.from(array).slice(from, from + length);
      for (const base of [65536, 65544]) {
        const parts = run('evaluateComplex', kind, [cut(sample), cut(y)], 4, base);
        for (const [i, part] of parts.entries()) t.deepEqual([...part], cut(all[i]));
        t.deepEqual([...run('value', kind, [cut(sample)], 1, base)[0]], cut(value(kind, sample)));
      }
    }
  });

  test(`${name}: valueMinus is ρ(a) − s with its largest size, and shows NaN; a step by it is its own`, (t) => {
    for (const n of [1, 2, 5, 1001]) {
      const a = sample.slice(7, 7 + n);
      const s = a.map((x) => x / 3);
      const expected = value(kind, a).map((r, i) => r - s[i]);
      const place = 65536;
      const out = new Float64Array(memory.buffer, place + 16 * n, n);
      new Float64Array(memory.buffer, place, n).set(a);
      const second = new Float64Array(memory.buffer, place + 8 * n, n);
      second.set(s);
      const measure = () => kernels('valueMinus')(kind, place, place + 8 * n, place + 16 * n, n);
      t.is(measure(), Math.max(...expected.map(Math.abs)));
      t.deepEqual([...out], expected);
      const to = new Float64Array(memory.buffer, place + 24 * n, n);
      out.fill(0);
      const [from, into, next] = [second, out, to].map(({ byteOffset }) => byteOffset);
      t.is(kernels('valueStep')(kind, place, from, 0.3, into, next, n), measure());
      t.deepEqual([...out], expected);
      t.deepEqual(
        [...to],
        expected.map((d, i) => s[i] + 0.3 * d),
      );
      for (const i of [0, n - 1]) {
        second.set(s);
        second[i] = Number.NaN;
        t.is(measure(), Number.NaN);
      }
    }
  });
}

test('an output may be the input', (t) => {
  const expected = value(1, xs);
  const array = new Float64Array(memory.buffer, 65536, xs.length);
  array.set(xs);
  kernels('value')(1, 65536, 65536, xs.length);
  t.deepEqual([...array], expected);
});
