/** Items of a stream of unknown length in bounded memory, its extremes among them. */

/** A stretch of the stream: its lowest and its highest item. */
interface Bucket<T> {
  low: Placed<T>;
  high: Placed<T>;
  count: number;
}

interface Placed<T> {
  readonly at: number;
  readonly item: T;
  readonly value: number;
}

/**
 * The lowest and the highest of every n successive items, n doubling whenever there are more than `most` stretches, and
 * always the first and the last: no spike is lost. While there are at most `most` items, all of them.
 */
export class Thinner<T> {
  private buckets: Bucket<T>[] = [];
  private size = 1;
  private count = 0;
  private first: Placed<T> | undefined;
  private last: Placed<T> | undefined;

  constructor(
    private readonly most: number,
    private readonly levelOf: (item: T) => number,
  ) {
    if (most < 2) throw new RangeError(`most must be at least 2, got ${most}`);
  }

  push(item: T): void {
    const placed = { at: this.count++, item, value: this.levelOf(item) };
    this.first ??= placed;
    this.last = placed;
    const bucket = this.buckets.at(-1);
    if (bucket && bucket.count < this.size) {
      if (placed.value < bucket.low.value) bucket.low = placed;
      if (placed.value > bucket.high.value) bucket.high = placed;
      bucket.count++;
    } else this.buckets.push({ low: placed, high: placed, count: 1 });
    if (this.buckets.length > this.most) this.halve();
  }

  private halve(): void {
    this.size *= 2;
    this.buckets = this.buckets.flatMap((bucket, i, all) => {
      if (i % 2 === 1) return [];
      const next = all[i + 1];
      if (!next) return [bucket];
      const low = next.low.value < bucket.low.value ? next.low : bucket.low;
      const high = next.high.value > bucket.high.value ? next.high : bucket.high;
      return [{ low, high, count: bucket.count + next.count }];
    });
  }

  /** How many successive items the two that are kept stand for; 1 where all are kept. */
  get stretch(): number {
    return this.size;
  }

  items(): T[] {
    const extremes = this.buckets.flatMap(({ low, high }) => [low, high]);
    const kept = [this.first, ...extremes, this.last].flatMap((placed) => (placed ? [placed] : []));
    const distinct = new Map(kept.map((placed) => [placed.at, placed.item]));
    return [...distinct].sort(([a], [b]) => a - b).map(([, item]) => item);
  }
}

/** Stretches of a curve: as many as a panel of one column has dots in print. */
const DRAWN_STRETCHES = 400;

/** Thinned series by key, in order of appearance. */
export class ThinnedSeries<T> {
  private readonly series = new Map<string, Thinner<T>>();

  /** `levelOf` says what is drawn: of it the extremes are kept. */
  constructor(private readonly levelOf: (item: T) => number) {}

  push(key: string, item: T): void {
    let thinner = this.series.get(key);
    if (!thinner) {
      thinner = new Thinner(DRAWN_STRETCHES, this.levelOf);
      this.series.set(key, thinner);
    }
    thinner.push(item);
  }

  get(key: string): T[] {
    return this.series.get(key)?.items() ?? [];
  }

  /** For the caption; undefined where every item is drawn. */
  get note(): string | undefined {
    return thinningNote([...this.series.values()].map(({ stretch }) => stretch));
  }
}

function thinningNote(stretches: readonly number[]): string | undefined {
  const largest = stretches.reduce((most, stretch) => Math.max(most, stretch), 1);
  return largest > 1 ? `Of every ${largest} successive values the lowest and the highest are drawn` : undefined;
}
