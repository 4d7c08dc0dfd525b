/** Linear solvers whose numbers run over: nothing may be taken for a solution. */
import test from 'ava';
import type { State } from '../../src/model/types.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { gmres } from '../../src/solver/gmres.js';
import { biCgStab, conjugateGradients, solution } from '../../src/solver/krylov.js';
import { layoutOf } from '../../src/solver/rows.js';

/** Two examples of three units. */
const state = () => Blocks.real([{ name: 's', rows: 2, cols: 3 }]);
const layout = layoutOf(state().shapes);
const solvers = {
  gmres: gmres(state(), layout, 3),
  'conjugate gradients': conjugateGradients(state(), layout),
  BiCGStab: biCgStab(state(), layout),
};

function product(v: State, out: State): void {
  for (let i = 0; i < v.data.length; i++) out.data[i] = (1 + (i % 3)) * v.data[i];
}

for (const [name, solver] of Object.entries(solvers)) {
  for (const bad of [Number.NaN, 1e160])
    test(`${name}: an example whose right-hand side is ${bad} is lost, the other is solved`, (t) => {
      const [right, x] = [state(), state()];
      right.data.set([1, 1, 1, bad, bad, bad]);
      const tolerance = Float64Array.of(1e-12, 1e-12 * Math.sqrt(3 * bad * bad));
      const { lost, unfinished } = solution(solver({ product, right, tolerance, most: 50 }, x));
      t.is(lost, 1);
      t.is(unfinished, 0);
      for (const [i, expected] of [1, 1 / 2, 1 / 3].entries()) t.true(Math.abs(x.data[i] - expected) < 1e-12);
    });

  test(`${name}: a product that is not finite loses all`, (t) => {
    const [right, x] = [state().fill(1), state()];
    const broken = (_: State, out: State) => void out.fill(Number.NaN);
    t.is(solution(solver({ product: broken, right, tolerance: Float64Array.of(1e-9, 1e-9), most: 50 }, x)).lost, 2);
  });
}
