import { RunError } from '../../errors.js';
import type { Numbers, Precision } from '../numbers.js';

/** Buffers start on cache lines. */
const ALIGNMENT = 64;
/** Bytes up to which a view costs more than the memory that it keeps: an update of a small network makes a hundred. */
const SMALL = 4096;

/** Of large buffers given back one number in so many is marked: all of them would leave the caches of other threads. */
const MARKED = 64;

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
  private spares32 = new Map<number, Float32Array[]>();
  private readonly capacity: number;
  private used = 0;
  /** Calls that could not be carried out: who works on copies lets those of an earlier one go. */
  failures = 0;

  /**
   * @param base first address that is free to use.
   * @param fill sets all numbers of an array; a typed array's own is slow in memory that threads share.
   */
  constructor(
    private readonly buffer: ArrayBuffer,
    base: number,
    private readonly fill: (array: Numbers, value: number) => void = (array, value) => array.fill(value),
  ) {
    const start = aligned(base);
    this.capacity = buffer.byteLength - start;
    this.gaps = [{ start, size: this.capacity }];
  }

  /** Zeros. @throws RunError where no gap is large enough. */
  allocate(length: number): Float64Array<ArrayBuffer>;
  allocate(length: number, precision: Precision): Numbers;
  allocate(length: number, precision: Precision = 'float64'): Numbers {
    const spare = this.sparesOf(precision).get(length)?.pop();
    const bytes = precision === 'float64' ? 8 : 4;
    const size = sizeOf(bytes * length);
    if (spare) return this.handOut(spare, size);
    const address = this.take(size);
    const View = precision === 'float64' ? Float64Array : Float32Array;
    return this.handOut(new View(this.buffer, address, length), size);
  }

  private sparesOf(precision: Precision): Map<number, Numbers[]> {
    return precision === 'float64' ? this.spares : this.spares32;
  }

  private take(size: number): number {
    let at = this.gapOf(size);
    if (at < 0 && this.spares.size + this.spares32.size > 0) {
      this.giveUpSpares();
      at = this.gapOf(size);
    }
    if (at < 0) {
      this.failures++;
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
    return address;
  }

  private handOut<A extends Numbers>(array: A, size: number): A {
    this.sizes.set(array.byteOffset, size);
    this.used += size;
    this.fill(array, 0);
    return array;
  }

  private gapOf(size: number): number {
    return this.gaps.findIndex((gap) => gap.size >= size);
  }

  private giveUpSpares(): void {
    for (const { byteOffset, byteLength } of [...this.spares.values(), ...this.spares32.values()].flat()) {
      this.insert({ start: byteOffset, size: sizeOf(byteLength) });
    }
    this.spares = new Map();
    this.spares32 = new Map();
  }

  /**
   * What was there becomes NaN, of large buffers here and there: a use after the end shows at once. Giving back twice does
   * nothing.
   */
  free(array: Numbers): void {
    const start = array.byteOffset;
    const size = this.sizes.get(start);
    if (size === undefined) return;
    this.sizes.delete(start);
    this.used -= size;
    if (size > SMALL) {
      for (let i = 0; i < array.length; i += MARKED) array[i] = Number.NaN;
      this.insert({ start, size });
    } else {
      this.fill(array, Number.NaN);
      this.keep(array);
    }
  }

  private keep(array: Numbers): void {
    const spares = this.sparesOf(array instanceof Float64Array ? 'float64' : 'float32');
    const alike = spares.get(array.length);
    if (alike) alike.push(array);
    else spares.set(array.length, [array]);
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

const sizeOf = (bytes: number): number => Math.max(ALIGNMENT, aligned(bytes));

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}
