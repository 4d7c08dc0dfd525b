import { fc, testProp } from '@fast-check/ava';
import { create } from '../../src/entry.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { Matrix } from '../../src/numerics/matrix.js';
import { registry } from '../../src/registry.js';

const outputs = { block: 's2', from: 1, to: 4 };
const shapes = [
  { name: 's1', rows: 2, cols: 3 },
  { name: 's2', rows: 2, cols: 4 },
];
const numbers = (n: number, min = -2) =>
  fc.array(fc.double({ min, max: 2, noNaN: true }), { minLength: n, maxLength: n });

for (const name of Object.keys(registry.costs)) {
  const bound = (y: number[]) => create(registry.costs, { name }).bind(new Matrix(2, 3, Float64Array.from(y)), outputs);

  testProp(
    `${name}: ∂C/∂s is the gradient of C, zero outside the outputs`,
    [numbers(14), numbers(6, 0)],
    (t, s0, y) => {
      const cost = bound(y);
      const s = Blocks.real(shapes);
      s.data.set(s0);
      const gradient = s.like();
      cost.addGradState(s, { re: 1, im: 0 }, gradient);
      for (let i = 0; i < 14; i++) {
        const value = (h: number) => {
          const moved = s.clone();
          moved.data[i] += h;
          return cost.value(moved).reduce((a, b) => a + b);
        };
        t.true(Math.abs((value(1e-5) - value(-1e-5)) / 2e-5 - gradient.data[i]) < 1e-7);
        if (i < 7 || i === 10) t.is(gradient.data[i], 0);
      }
    },
  );

  testProp(
    `${name}: on complex states the gradient is the analytic continuation, scaled by a complex weight`,
    [numbers(14), numbers(14), numbers(6, 0)],
    (t, s0, v, y) => {
      const cost = bound(y);
      const h = 2 ** -600;
      const z = Blocks.complex(shapes);
      z.re.set(s0);
      z.im!.set(v.map((value) => h * value));
      const out = z.like();
      cost.addGradState(z, { re: 0, im: -1 / h }, out);
      const along = (step: number) => {
        const s = Blocks.real(shapes);
        s.data.set(s0.map((value, i) => value + step * v[i]));
        const g = s.like();
        cost.addGradState(s, { re: 1, im: 0 }, g);
        return g.data;
      };
      const [up, down] = [along(1e-5), along(-1e-5)];
      t.true(out.re.every((value, i) => Math.abs(value - (up[i] - down[i]) / 2e-5) < 1e-6));
    },
  );
}
