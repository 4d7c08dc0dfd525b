import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { activations } from '../../src/numerics/activation.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { dilogarithm } from '../../src/numerics/dilogarithm.js';

const shapes = [{ name: 's', rows: 1, cols: 1 }];
const at = (x: number, y?: number) => {
  const s = y === undefined ? Blocks.real(shapes) : Blocks.complex(shapes);
  s.re[0] = x;
  if (s.im) s.im[0] = y!;
  return s;
};
const point = fc.double({ min: -6, max: 6, noNaN: true });

for (const rho of Object.values(activations)) {
  const evaluate = (x: number, y?: number) => {
    const s = at(x, y);
    const [value, slope] = [s.like(), s.like()];
    rho.evaluate(s, value, slope);
    return { value, slope };
  };
  const curvature = (x: number) => {
    const out = at(0);
    rho.curvature(at(x), out);
    return out.re[0];
  };
  const nearKink = (x: number) =>
    rho.box !== undefined && [rho.box.lower, rho.box.upper].some((bound) => Math.abs(x - bound) < 1e-3);

  testProp(`${rho.name}: ρ' and ρ'' are the derivatives of ρ`, [point], (t, x) => {
    if (nearKink(x)) return t.pass();
    const h = 1e-5;
    const slope = (evaluate(x + h).value.re[0] - evaluate(x - h).value.re[0]) / (2 * h);
    const second = (evaluate(x + h).slope.re[0] - evaluate(x - h).slope.re[0]) / (2 * h);
    t.true(Math.abs(slope - evaluate(x).slope.re[0]) < 1e-8);
    return t.true(Math.abs(second - curvature(x)) < 1e-7);
  });

  testProp(`${rho.name}: the complex form at y → 0 is ρ + iyρ' with ρ to the last bits`, [point], (t, x) => {
    const y = 2 ** -600;
    const { value, slope } = evaluate(x, y);
    const real = evaluate(x);
    t.true(Math.abs(value.re[0] - real.value.re[0]) <= 2 ** -52 * Math.abs(real.value.re[0]));
    t.true(Math.abs(value.im![0] / y - real.slope.re[0]) <= 1e-15 + 1e-14 * Math.abs(real.slope.re[0]));
    t.true(Math.abs(slope.re[0] - real.slope.re[0]) <= 1e-15 + 1e-14 * Math.abs(real.slope.re[0]));
    // the imaginary part of ρ' carries ρ''
    t.true(Math.abs(slope.im![0] / y - (rho.analytic ? curvature(x) : 0)) <= 1e-13);
  });

  if (rho.analytic) {
    testProp(
      `${rho.name}: analytic off the axis: ∂/∂x and −i∂/∂y both give the complex ρ'`,
      [point, fc.double({ min: -0.3, max: 0.3, noNaN: true })],
      (t, x, y) => {
        const h = 1e-5;
        const { slope } = evaluate(x, y);
        const across = (evaluate(x + h, y).value.re[0] - evaluate(x - h, y).value.re[0]) / (2 * h);
        const acrossIm = (evaluate(x + h, y).value.im![0] - evaluate(x - h, y).value.im![0]) / (2 * h);
        const up = (evaluate(x, y + h).value.im![0] - evaluate(x, y - h).value.im![0]) / (2 * h);
        t.true(Math.abs(across - slope.re[0]) < 1e-7);
        t.true(Math.abs(acrossIm - slope.im![0]) < 1e-7);
        t.true(Math.abs(up - slope.re[0]) < 1e-7);
      },
    );
  }

  testProp(`${rho.name}: the conjugate is the integral of ρ⁻¹`, [point], (t, x) => {
    // with s = ρ(x) between: (g(ρ(x + h)) − g(ρ(x − h))) / 2h = x ρ'(x), and g is constant where ρ is
    const h = 1e-4;
    if (nearKink(x)) return t.pass();
    const g = (a: number) => {
      const out = at(0);
      rho.conjugate(evaluate(a).value, out);
      return out.re[0];
    };
    return t.true(Math.abs((g(x + h) - g(x - h)) / (2 * h) - x * evaluate(x).slope.re[0]) < 1e-6);
  });

  test(`${rho.name}: value() is the ρ of evaluate(), and NaN is not hidden`, (t) => {
    for (const x of [-3, 0, 0.5, 1, 40, -800]) {
      const out = at(0);
      rho.value(at(x), out);
      t.is(out.re[0], evaluate(x).value.re[0]);
      t.true(Number.isFinite(out.re[0]));
    }
    t.true(Number.isNaN(evaluate(Number.NaN).value.re[0]));
  });
}

test('the conjugate is finite on the closure of the range of ρ, and NaN beyond where ρ⁻¹ has no value', (t) => {
  const g = (name: keyof typeof activations, s: number) => {
    const out = at(0);
    activations[name].conjugate(at(s), out);
    return out.re[0];
  };
  t.deepEqual([g('sigmoid', 0), g('sigmoid', 1), g('shifted-sigmoid', 1)], [0, 0, 0.5]);
  t.true(Math.abs(g('tanh', 1) - Math.LN2) < 1e-15 && Math.abs(g('tanh', -1) - Math.LN2) < 1e-15);
  t.is(g('softplus', 0), Math.PI ** 2 / 6);
  for (const name of ['sigmoid', 'tanh', 'softplus'] as const) t.true(Number.isNaN(g(name, -1.01)), name);
});

test('the dilogarithm: known values, and both branches meet', (t) => {
  t.is(dilogarithm(0), 0);
  t.is(dilogarithm(1), Math.PI ** 2 / 6);
  t.true(Math.abs(dilogarithm(0.5) - (Math.PI ** 2 / 12 - Math.LN2 ** 2 / 2)) < 1e-15);
  t.true(Math.abs(dilogarithm(0.5 + 2 ** -52) - dilogarithm(0.5)) < 1e-15);
  // the golden ratio: Li₂(1/φ²) = π²/15 − ln²φ, Li₂(1/φ) = π²/10 − ln²φ
  const phi = (1 + Math.sqrt(5)) / 2;
  t.true(Math.abs(dilogarithm(1 / phi ** 2) - (Math.PI ** 2 / 15 - Math.log(phi) ** 2)) < 1e-15);
  t.true(Math.abs(dilogarithm(1 / phi) - (Math.PI ** 2 / 10 - Math.log(phi) ** 2)) < 1e-15);
  t.true(Number.isNaN(dilogarithm(1.1)) && Number.isNaN(dilogarithm(-0.1)));
});

test('piecewise linear ρ has slope 1 on its closed interval', (t) => {
  const slope = (name: 'hard-sigmoid' | 'relu', x: number) => {
    const [value, out] = [at(0), at(0)];
    activations[name].evaluate(at(x), value, out);
    return out.re[0];
  };
  t.deepEqual(
    [slope('hard-sigmoid', 0), slope('hard-sigmoid', 1), slope('hard-sigmoid', -1e-9), slope('hard-sigmoid', 1 + 1e-9)],
    [1, 1, 0, 0],
  );
  t.deepEqual([slope('relu', 0), slope('relu', -1e-9)], [1, 0]);
});
