/** What every cost promises. */
import { create, type Named } from '../entry.js';
import type { BoundCost } from '../model/types.js';
import { Blocks } from '../numerics/blocks.js';
import { Matrix } from '../numerics/matrix.js';
import { type Random, randomStream } from '../numerics/random.js';
import { registry } from '../registry.js';
import { titleOf } from './entries.js';
import { type Claims, type Law, law, of } from './law.js';

const outputs = { block: 's2', from: 1, to: 4 };
const shapes = [
  { name: 's1', rows: 2, cols: 3 },
  { name: 's2', rows: 2, cols: 4 },
];

/** States, directions and targets are drawn so many times; some numbers are 0, others at the ends. */
const TIMES = 100;
const SEED = 1987;
const numbers = (random: Random, n: number, min = -2): number[] =>
  Array.from({ length: n }, () => {
    const at = random.uniform();
    return at < 0.05 ? 0 : at < 0.1 ? min : at < 0.15 ? 2 : min + (2 - min) * random.uniform();
  });

function drawn(named: Named, t: Claims, holds: (t: Claims, cost: BoundCost, s0: number[], v: number[]) => void): void {
  const random = randomStream(SEED, 'costs');
  for (let i = 0; i < TIMES; i++) {
    const one = of(t, `draw ${i + 1} of seed ${SEED}`);
    const y = new Matrix(2, 3, Float64Array.from(numbers(random, 6, 0)));
    holds(one, create(registry.costs, named).bind(y, outputs), numbers(random, 14), numbers(random, 14));
  }
}

function gradient(t: Claims, cost: BoundCost, s0: readonly number[]): void {
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
    const difference = (value(1e-5) - value(-1e-5)) / 2e-5;
    t.near(gradient.data[i], difference, 1e-7, `∂C/∂s of unit ${i}, against a central difference of C`);
    if (i < 7 || i === 10) t.is(gradient.data[i], 0, `∂C/∂s of unit ${i}, which is no output`);
  }
}

function continuation(t: Claims, cost: BoundCost, s0: readonly number[], v: readonly number[]): void {
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
  const differences = up.map((value, i) => (value - down[i]) / 2e-5);
  t.near(out.re, differences, 1e-6, '−i/h ∂C/∂s at s + ihv, against a central difference of ∂C/∂s along v');
}

export const costLaws = (named: Named): Law[] => [
  law(`${titleOf(named)}: ∂C/∂s is the gradient of C, zero outside the outputs`, (t) => drawn(named, t, gradient)),
  law(
    `${titleOf(named)}: on complex states the gradient is the analytic continuation, scaled by a complex weight`,
    (t) => drawn(named, t, continuation),
  ),
];
