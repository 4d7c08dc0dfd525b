import type { State } from '../model/types.js';
import type { Numbers } from '../numerics/numbers.js';
import type { Product } from './krylov.js';
import { type Layout, numbers, rowAxpy, rowDot } from './rows.js';

/**
 * The Arnoldi process (1951), for symmetric A that of Lanczos with full orthogonalisation: A V_m = V_{m+1} H̄_m, a Krylov
 * space and a Hessenberg matrix for every row of the batch, one product with A for all of them.
 */
export class Arnoldi {
  readonly basis: readonly State[];
  /** The newest column of each row's Hessenberg matrix: j + 2 numbers. */
  readonly columns: readonly Numbers[];
  private readonly image: State;
  private readonly dots: Numbers;
  private readonly factor: Numbers;

  /** @param most products at most */
  constructor(
    like: State,
    private readonly layout: Layout,
    most: number,
  ) {
    this.basis = Array.from({ length: most + 1 }, () => like.like());
    this.columns = Array.from({ length: layout.rows }, () => new Float64Array(most + 1));
    this.image = like.like();
    [this.dots, this.factor] = numbers(like, 2);
  }

  /** Begins anew with `start` in place of a basis; gives ‖start‖₂ of every row. */
  begin(start: State): Numbers {
    this.image.copy(start);
    return this.normalise(0);
  }

  /** The (j + 1)-th vector: A times the j-th, made orthogonal to those so far, twice (Giraud et al. 2005). */
  extend(product: Product, j: number): void {
    const { layout, basis, image, dots, factor, columns } = this;
    product(basis[j], image);
    for (const column of columns) column.fill(0);
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i <= j; i++) {
        rowDot(layout, image, basis[i], dots);
        for (let row = 0; row < layout.rows; row++) {
          columns[row][i] += dots[row];
          factor[row] = -dots[row];
        }
        rowAxpy(layout, factor, basis[i], image);
      }
    }
    const lengths = this.normalise(j + 1);
    for (let row = 0; row < layout.rows; row++) columns[row][j + 1] = lengths[row];
  }

  /** basis[k] = image / ‖image‖₂ row by row; zeros where there is nothing. */
  private normalise(k: number): Numbers {
    const { layout, basis, image, dots, factor } = this;
    rowDot(layout, image, image, dots);
    for (let row = 0; row < layout.rows; row++) {
      dots[row] = Math.sqrt(dots[row]);
      factor[row] = dots[row] > 0 ? 1 / dots[row] : 0;
    }
    rowAxpy(layout, factor, image, basis[k].fill(0));
    return dots;
  }
}
