import type { Backend } from './backend.js';
import { backend } from './current-backend.js';
import type { Numbers } from './numbers.js';

/** A matrix, and its transpose, in the order in which products read them: made when first asked for, until it changes. */
export class Panels {
  private readonly owner: Backend = backend();
  private readonly known: (Numbers | undefined)[] = [undefined, undefined];
  private readonly current = [false, false];

  constructor(
    private readonly rows: number,
    private readonly cols: number,
    private readonly data: Numbers,
    /** Where panels are made. */
    private readonly room: (length: number) => Numbers,
  ) {}

  /** The numbers of the matrix have changed. */
  renew(): void {
    this.current.fill(false);
  }

  /** For op(B) = B, or Bᵀ; undefined where the backend of the moment has none. */
  of(tb: boolean): Numbers | undefined {
    const { owner, known, current, rows, cols, data: b } = this;
    if (owner.panels === undefined || owner !== backend()) return undefined;
    const at = Number(tb);
    if (!current[at]) {
      const [k, n] = tb ? [cols, rows] : [rows, cols];
      known[at] = owner.panels({ tb, n, k, b }, this.room, known[at]);
      current[at] = true;
    }
    return known[at];
  }
}
