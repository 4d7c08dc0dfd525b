import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { activations } from '../../src/numerics/activation.js';
import { Blocks } from '../../src/numerics/blocks.js';

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
