import type { State } from '../model/types.js';
import { addScaled } from '../numerics/kernels.js';
import type { Numbers } from '../numerics/numbers.js';
import { Arnoldi } from './arnoldi.js';
import type { LinearSolver } from './krylov.js';
import { type Layout, numbers, rowAxpy } from './rows.js';

/**
 * GMRES (Saad & Schultz 1986) for any A, begun anew after every `restart` products: the x of the Krylov space with the
 * smallest ‖b − Ax‖₂. Every row has a Hessenberg matrix of its own, made triangular by Givens rotations as it grows.
 */
export function gmres(like: State, layout: Layout, restart: number): LinearSolver {
  const space = new Arnoldi(like, layout, restart);
  const rows = Array.from({ length: layout.rows }, () => new Projection(restart));
  const [factor] = numbers(like, 1);
  const r = like.like();
  const running = () => rows.filter((row) => row.running).length;

  /** x += Σ y_j v_j of every row. */
  function update(x: State): void {
    const solutions = rows.map((row) => row.solve());
    for (let j = 0; j < restart; j++) {
      for (let row = 0; row < layout.rows; row++) factor[row] = solutions[row][j] ?? 0;
      rowAxpy(layout, factor, space.basis[j], x);
    }
  }

  return function* ({ product, right, tolerance, most }, x) {
    x.fill(0);
    let [products, iterations] = [0, 0];
    for (;;) {
      r.fill(0);
      // of x = 0 for nothing
      if (iterations > 0) product(x, r);
      if (iterations > 0) products++;
      addScaled(right.data, -1, r.data, r.data);
      const lengths = space.begin(r);
      lengths.forEach((length, row) => {
        rows[row].begin(length, tolerance[row]);
      });
      if (running() === 0 || iterations >= most) {
        const lost = [...lengths].filter((length) => !Number.isFinite(length)).length;
        return { products, iterations, indefinite: false, unfinished: running(), lost };
      }
      for (let j = 0; j < restart && running() > 0 && iterations < most; j++, iterations++, products++) {
        space.extend(product, j);
        for (let row = 0; row < layout.rows; row++) rows[row].add(space.columns[row], j);
        yield iterations;
      }
      update(x);
    }
  };
}

/** The least-squares problem min ‖β e₁ − H y‖ of one row. */
class Projection {
  running = false;
  private readonly R: Numbers[] = [];
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;
  private readonly g: Float64Array;
  private size = 0;
  private tolerance = 0;

  constructor(restart: number) {
    [this.cos, this.sin, this.g] = [0, 0, 0].map(() => new Float64Array(restart + 1));
  }

  begin(residual: number, tolerance: number): void {
    this.size = 0;
    this.g.fill(0)[0] = residual;
    this.tolerance = tolerance;
    this.running = residual > tolerance;
  }

  /** Takes in the next column of H: rotations so far, and a new one that removes its last entry. */
  add(given: Numbers, j: number): void {
    if (!this.running) return;
    const { cos, sin, g } = this;
    const column = given.slice(0, j + 2);
    for (let i = 0; i < j; i++) {
      const above = cos[i] * column[i] + sin[i] * column[i + 1];
      column[i + 1] = cos[i] * column[i + 1] - sin[i] * column[i];
      column[i] = above;
    }
    const length = Math.sqrt(column[j] * column[j] + column[j + 1] * column[j + 1]);
    // A maps the Krylov space into itself without reaching b: A is singular
    if (!(length > 0)) {
      this.running = false;
      this.size = j;
      return;
    }
    [cos[j], sin[j]] = [column[j] / length, column[j + 1] / length];
    column[j] = length;
    g[j + 1] = -sin[j] * g[j];
    g[j] = cos[j] * g[j];
    this.R[j] = column;
    this.size = j + 1;
    if (Math.abs(g[j + 1]) <= this.tolerance) this.running = false;
  }

  /** y of R y = g. */
  solve(): number[] {
    const y: number[] = new Array(this.size);
    for (let i = this.size - 1; i >= 0; i--) {
      let sum = this.g[i];
      for (let j = i + 1; j < this.size; j++) sum -= this.R[j][i] * y[j];
      y[i] = sum / this.R[i][i];
    }
    return y;
  }
}
