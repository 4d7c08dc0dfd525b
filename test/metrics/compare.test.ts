import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { Comparison } from '../../src/metrics/compare.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { Matrix, math } from '../../src/numerics/matrix.js';

const vector = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });
const pair = vector.chain((a) =>
  fc.tuple(
    fc.constant(a),
    fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: a.length, maxLength: a.length }),
  ),
);
const evaluate = (text: string, a: number[], b: number[]) => Number(math.evaluate(text, { a, b }));

testProp('the measures are their formulas, in plain mathjs', [pair], (t, [a, b]) => {
  const c = new Comparison().add(a, b);
  const near = (got: number, text: string) =>
    t.true(Math.abs(got - evaluate(text, a, b)) <= 1e-12 * Math.max(1, Math.abs(got)), text);
  near(c.norm, 'norm(a)');
  near(c.referenceNorm, 'norm(b)');
  near(c.errorAbs, 'norm(a - b)');
  if (c.referenceNorm > 1e-100) near(c.errorRel, 'norm(a - b) / norm(b)');
  if (c.norm > 1e-100 && c.referenceNorm > 1e-100) near(c.cosine, 'dot(a, b) / (norm(a) * norm(b))');
  near(c.signAgreement, 'mean(map(a, b, f(x, y) = number(sign(x) == sign(y))))');
});

testProp(
  'every measure is that of the plain sums to the last bit, be it of 0, NaN, Infinity or what underflows',
  [fc.array(fc.tuple(fc.double(), fc.double())), fc.array(fc.tuple(fc.double(), fc.double()))],
  (t, first, second) => {
    const sums = { aa: 0, bb: 0, ab: 0, dd: 0, agree: 0 };
    for (const [u, v] of [...first, ...second]) {
      sums.aa += u * u;
      sums.bb += v * v;
      sums.ab += u * v;
      sums.dd += (u - v) * (u - v);
      if (Math.sign(u) === Math.sign(v)) sums.agree++;
    }
    const columns = (pairs: [number, number][]) => [0, 1].map((k) => Float64Array.from(pairs, (pair) => pair[k]));
    const [a, b] = columns(first);
    const [c, d] = columns(second);
    const got = new Comparison().add(a, b).add(c, d);
    const [norm, referenceNorm] = [Math.sqrt(sums.aa), Math.sqrt(sums.bb)];
    t.deepEqual(
      [got.norm, got.referenceNorm, got.errorAbs, got.cosine, got.signAgreement],
      [
        norm,
        referenceNorm,
        Math.sqrt(sums.dd),
        Math.max(-1, Math.min(1, sums.ab / (norm * referenceNorm))),
        sums.agree / (a.length + c.length),
      ],
    );
  },
);

testProp('parts merge into the whole', [pair, pair], (t, [a, b], [c, d]) => {
  const merged = new Comparison().merge(new Comparison().add(a, b)).merge(new Comparison().add(c, d));
  const whole = new Comparison().add([...a, ...c], [...b, ...d]);
  t.true(Math.abs(merged.errorAbs - whole.errorAbs) <= 1e-12 * whole.errorAbs);
  t.is(merged.signAgreement, whole.signAgreement);
});

test('the corners: 0/0 is NaN, equal is 0 and 1, 0 agrees with 0 in sign', (t) => {
  const zero = new Comparison().add([0, 0], [0, 0]);
  t.deepEqual([zero.errorRel, zero.cosine, zero.errorScaled(0), zero.signAgreement], [Number.NaN, Number.NaN, 0, 1]);
  const one = new Comparison().add([1e-3, 2e-3], [0, 0]);
  t.is(one.errorScaled(2), one.errorAbs / 2);
  t.is(one.errorRel, Number.POSITIVE_INFINITY);
  t.true(new Comparison().add([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]).cosine <= 1);
  t.true(Number.isNaN(new Comparison().add([Number.NaN], [1]).errorAbs));
  t.is(new Comparison().add(new Matrix(1, 2).data, Float64Array.of(0, -0)).signAgreement, 1);
});

testProp(
  'a power law has its exponent as slope',
  [fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: 1e-3, max: 1e3, noNaN: true })],
  (t, exponent, factor) => {
    const points = [1e-4, 1e-3, 1e-2, 1].map((x): [number, number] => [x, factor * x ** exponent]);
    t.true(Math.abs(logLogSlope(points) - exponent) < 1e-9);
    t.true(Number.isNaN(logLogSlope(points.slice(0, 1))));
  },
);
