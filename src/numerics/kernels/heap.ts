import { RunError } from '../../errors.js';

/** Buffers start on cache lines. */
const ALIGNMENT = 64;
/** Bytes up to which a view costs more than the memory that it keeps: an update of a small network makes a hundred. */
const SMALL = 4096;

interface Gap {
  start: number;
  size: number;
}

/**
 * Hands out parts of the kernels' memory: first fit, neighbours merged when they are given back. Few and large buffers
 * live at a time, so its lists are short; small ones are kept for the next of their length, until there is no room else.
 */
export class Heap {
  /** In the order of their addresses, no two adjacent. */
  private readonly gaps: Gap[];
  private readonly sizes = new Map<number, number>();
  /** Small buffers that have been given back, by length: the next one of that length is the same object. */
  private spares = new Map<number, Float64Array[]>();
  private readonly capacity: number;
  private used = 0;

  /** @param base first address that is free to use. */
  constructor(
    private readonly buffer: ArrayBuffer,
    base: number,
  ) {
    const start = aligned(base);
    this.capacity = buffer.byteLength - start;
    this.gaps = [{ start, size: this.capacity }];
  }

  /** Zeros. @throws RunError where no gap is large enough. */
  allocate(length: number): Float64Array<ArrayBuffer> {
    const size = sizeOf(length);
    const spare = this.spares.get(length)?.pop();
    if (spare) return this.handOut(spare, size);
    let at = this.gapOf(size);
    if (at < 0 && this.spares.size > 0) {
      this.giveUpSpares();
      at = this.gapOf(size);
    }
    if (at < 0) {
      throw new RunError(
        `the kernels' memory is full: ${gigabytes(size)} asked for, ${gigabytes(this.used)} of ${gigabytes(this.capacity)} in use; ` +
          'use fewer examples or smaller layers, or --backend mathjs',
      );
    }
    const gap = this.gaps[at];
    const address = gap.start;
    gap.start += size;
    gap.size -= size;
    if (gap.size === 0) this.gaps.splice(at, 1);
    return this.handOut(new Float64Array(this.buffer, address, length), size);
  }

  private handOut(array: Float64Array, size: number): Float64Array<ArrayBuffer> {
    this.sizes.set(array.byteOffset, size);
    this.used += size;
    return array.fill(0) as Float64Array<ArrayBuffer>;
  }

  private gapOf(size: number): number {
    return this.gaps.findIndex((gap) => gap.size >= size);
  }

  private giveUpSpares(): void {
    for (const { byteOffset, length } of [...this.spares.values()].flat()) {
      this.insert({ start: byteOffset, size: sizeOf(length) });
    }
    this.spares = new Map();
  }

  /** What was there becomes NaN: a use after the end shows at once. Giving back twice does nothing. */
  free(array: Float64Array): void {
    const start = array.byteOffset;
    const size = this.sizes.get(start);
    if (size === undefined) return;
    this.sizes.delete(start);
    this.used -= size;
    array.fill(Number.NaN);
    if (size > SMALL) this.insert({ start, size });
    else this.keep(array);
  }

  private keep(array: Float64Array): void {
    const alike = this.spares.get(array.length);
    if (alike) alike.push(array);
    else this.spares.set(array.length, [array]);
  }

  /** Bytes that are handed out. */
  get inUse(): number {
    return this.used;
  }

  private insert(gap: Gap): void {
    const next = this.gaps.findIndex(({ start }) => start > gap.start);
    const at = next < 0 ? this.gaps.length : next;
    this.gaps.splice(at, 0, gap);
    this.merge(at);
    if (at > 0) this.merge(at - 1);
  }

  private merge(at: number): void {
    const [gap, next] = [this.gaps[at], this.gaps[at + 1]];
    if (next === undefined || gap.start + gap.size !== next.start) return;
    gap.size += next.size;
    this.gaps.splice(at + 1, 1);
  }
}

const sizeOf = (length: number): number => Math.max(ALIGNMENT, aligned(8 * length));

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}
