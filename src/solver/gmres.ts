import type { State } from '../model/types.js';
import type { LinearSolver, Product } from './krylov.js';
import { type Layout, numbers, rowAxpy, rowDot } from './rows.js';

/**
 * GMRES (Saad & Schultz 1986) for any A, begun anew after every `restart` products: the x of the Krylov space with the
 * smallest ‖b − Ax‖₂. Every row has a Hessenberg matrix of its own, made triangular by Givens rotations as it grows.
 */
export function gmres(like: State, layout: Layout, restart: number): LinearSolver {
  const basis = Array.from({ length: restart + 1 }, () => like.like());
  const rows = Array.from({ length: layout.rows }, () => new Projection(restart));
  const [dots, factor] = numbers(like, 2);
  const image = like.like();

  /** to = from / length, in the rows that run; zeros in the others. */
  function normalise(lengths: Float64Array, from: State, to: State): void {
    for (let row = 0; row < layout.rows; row++) {
      factor[row] = rows[row].running && lengths[row] > 0 ? 1 / lengths[row] : 0;
    }
    to.fill(0);
    rowAxpy(layout, factor, from, to);
  }

  /** A times the j-th basis vector, made orthogonal to those so far (modified Gram-Schmidt), is the next one. */
  function extend(product: Product, j: number): void {
    product(basis[j], image);
    for (let i = 0; i <= j; i++) {
      rowDot(layout, image, basis[i], dots);
      rows.forEach((row, r) => {
        row.column[i] = dots[r];
        factor[r] = -dots[r];
      });
      rowAxpy(layout, factor, basis[i], image);
    }
    rowDot(layout, image, image, dots);
    for (let r = 0; r < layout.rows; r++) {
      dots[r] = Math.sqrt(dots[r]);
      rows[r].column[j + 1] = dots[r];
    }
    normalise(dots, image, basis[j + 1]);
  }

  /** x += Σ y_j v_j of every row. */
  function update(x: State): void {
    const solutions = rows.map((row) => row.solve());
    for (let j = 0; j < restart; j++) {
      for (let r = 0; r < layout.rows; r++) factor[r] = solutions[r][j] ?? 0;
      rowAxpy(layout, factor, basis[j], x);
    }
  }

  return ({ product, right, tolerance, most }, x) => {
    x.fill(0);
    let [products, iterations] = [0, 0];
    for (;;) {
      // r = b − Ax; of x = 0 for nothing
      const r = basis[0].copy(right);
      if (iterations > 0) {
        product(x, image);
        products++;
        factor.fill(-1);
        rowAxpy(layout, factor, image, r);
      }
      rowDot(layout, r, r, dots);
      for (let row = 0; row < layout.rows; row++) {
        dots[row] = Math.sqrt(dots[row]);
        rows[row].begin(dots[row], tolerance[row]);
      }
      const unfinished = () => rows.reduce((sum, { running }) => sum + (running ? 1 : 0), 0);
      if (unfinished() === 0 || iterations >= most) {
        return { products, iterations, indefinite: false, unfinished: unfinished() };
      }
      normalise(dots, image.copy(r), basis[0]);
      for (let j = 0; j < restart && unfinished() > 0 && iterations < most; j++, iterations++) {
        extend(product, j);
        products++;
        for (const row of rows) row.add(j);
      }
      update(x);
    }
  };
}

/** The least-squares problem min ‖β e₁ − H y‖ of one row. */
class Projection {
  running = false;
  /** The next column of H, written by the Arnoldi process. */
  readonly column: Float64Array;
  private readonly R: Float64Array[] = [];
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;
  private readonly g: Float64Array;
  private size = 0;
  private tolerance = 0;

  constructor(restart: number) {
    this.column = new Float64Array(restart + 1);
    [this.cos, this.sin, this.g] = [0, 0, 0].map(() => new Float64Array(restart + 1));
  }

  begin(residual: number, tolerance: number): void {
    this.size = 0;
    this.g.fill(0)[0] = residual;
    this.tolerance = tolerance;
    this.running = residual > tolerance;
  }

  /** Takes in the column: rotations so far, and a new one that removes its last entry. */
  add(j: number): void {
    if (!this.running) return;
    const { column, cos, sin, g } = this;
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
    this.R[j] = column.slice(0, j + 1);
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
