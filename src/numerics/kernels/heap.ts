import { RunError } from '../../errors.js';

/** Buffers start on cache lines. */
const ALIGNMENT = 64;

interface Gap {
  start: number;
  size: number;
}

/**
 * Hands out parts of the kernels' memory: first fit, neighbours merged when they are given back. Few and large buffers
 * live at a time, so its lists are short.
 */
export class Heap {
  /** In the order of their addresses, no two adjacent. */
  private readonly gaps: Gap[];
  private readonly sizes = new Map<number, number>();
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
    const size = Math.max(ALIGNMENT, aligned(8 * length));
    const at = this.gaps.findIndex((gap) => gap.size >= size);
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
    this.sizes.set(address, size);
    this.used += size;
    return new Float64Array(this.buffer, address, length).fill(0);
  }

  /** What was there becomes NaN: a use after the end shows at once. Giving back twice does nothing. */
  free(array: Float64Array): void {
    const start = array.byteOffset;
    const size = this.sizes.get(start);
    if (size === undefined) return;
    this.sizes.delete(start);
    this.used -= size;
    array.fill(Number.NaN);
    this.insert({ start, size });
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

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}
