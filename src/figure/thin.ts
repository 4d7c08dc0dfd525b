/**
 * Evenly spaced items of a stream of unknown length, in bounded memory: every n-th, n doubling whenever more than
 * `most` are held, and always the first and the last.
 */
export class Thinner<T> {
  private kept: T[] = [];
  private every = 1;
  private count = 0;
  private last: T | undefined;

  constructor(private readonly most: number) {
    if (most < 2) throw new RangeError(`most must be at least 2, got ${most}`);
  }

  push(item: T): void {
    this.last = item;
    if (this.count++ % this.every !== 0) return;
    this.kept.push(item);
    // one place is left for the last item
    if (this.kept.length < this.most) return;
    this.kept = this.kept.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }

  items(): T[] {
    const endsWithLast = this.count === 0 || (this.count - 1) % this.every === 0;
    return endsWithLast ? [...this.kept] : [...this.kept, this.last as T];
  }
}

/** Steps of a curve that are drawn: more than a panel has pixels to show. */
export const DRAWN_STEPS = 400;

/** Thinned series by key, in order of appearance. */
export class ThinnedSeries<T> {
  private readonly series = new Map<string, Thinner<T>>();

  push(key: string, item: T): void {
    let thinner = this.series.get(key);
    if (!thinner) {
      thinner = new Thinner(DRAWN_STEPS);
      this.series.set(key, thinner);
    }
    thinner.push(item);
  }

  get(key: string): T[] {
    return this.series.get(key)?.items() ?? [];
  }
}
