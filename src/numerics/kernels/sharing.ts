/** Calls of kernels, shared between threads where that is worth it. No bit depends on how many threads there are. */
import type { Precision } from '../numbers.js';
import type { Cut, Kernel, Part } from './command.js';
import type { KernelExports, Kernels } from './module.js';
import { type Operation, operations } from './operations.js';
import type { Pool } from './pool.js';
import { Together } from './together.js';

/** Ranges of numbers begin at multiples of so many: on lines of the cache. */
const RANGE_GRAIN = 128;
/** Ranges of columns: every row of one has whole lines. */
const COLUMNS_GRAIN = 32;

/** A way to cut a call; moves are counted in numbers. */
export type Axis = Pick<Part, 'moves' | 'sizeAt'> & Pick<Cut, 'size' | 'grain'>;

/** A kernel and its number in the pool. */
export interface Numbered {
  readonly kernel: Kernel;
  readonly number: number;
}

export type Bound = Operation & Numbered;

/** Kernels of one precision. */
export class Sharing {
  readonly bound: Readonly<Record<keyof typeof operations, Bound>>;
  /** Of a number. */
  readonly bytes: number;
  readonly together: Together;
  private readonly suffix: '' | '32';

  constructor(
    private readonly pool: Pool,
    private readonly kernels: KernelExports,
    precision: Precision,
  ) {
    this.together = new Together(pool);
    [this.bytes, this.suffix] = precision === 'float64' ? [8, ''] : [4, '32'];
    const all = Object.entries(operations as Record<string, Operation>);
    this.bound = Object.fromEntries(
      all.map(([key, operation]) => [key, { ...operation, ...this.numbered(operation.name) }]),
    ) as Record<keyof typeof operations, Bound>;
  }

  /** The kernel of that name, in this precision. */
  numbered(name: keyof Kernels): Numbered {
    const kernel = this.kernels[`${name}${this.suffix}`] as Kernel;
    return { kernel, number: this.pool.numberOf(kernel) };
  }

  /** The same, which waits for no other call. */
  alone(name: keyof Kernels): Numbered {
    const { kernel, number } = this.numbered(name);
    const { together } = this;
    const alone: Kernel = (...args) => {
      together.flush();
      return kernel(...args);
    };
    return { kernel: alone, number };
  }

  get threads(): number {
    return this.pool.threads;
  }

  /** Whether so many nanoseconds of work are worth the threads that there are. */
  isWorth(work: number): boolean {
    return this.pool.threads > 1 && work >= this.pool.worth;
  }

  /**
   * An operation on `size` units of `width` numbers; gives the largest result of its pieces where results count. Its
   * arguments come one by one: an array of them costs more than what most calls of small networks compute.
   */
  call(
    operation: Bound,
    size: number,
    width: number,
    a: number,
    b: number,
    c?: number,
    d?: number,
    e?: number,
    f?: number,
    g?: number,
    h?: number,
  ): number {
    const work = size * width * operation.cost;
    const { isOpen } = this.together;
    // those that are absent are of no concern to a kernel
    if (!isOpen && !this.isWorth(work)) return operation.kernel(a, b, c!, d!, e!, f!, g!, h!) as number;
    const { steady, wide, sizeAt, byColumns } = operation;
    const args = [a, b, c!, d!, e!, f!, g!, h!].slice(0, steady.length);
    const moves = steady.map((move, i) => move + width * wide[i]);
    const grain = byColumns ? COLUMNS_GRAIN : Math.ceil(RANGE_GRAIN / width);
    if (isOpen) {
      if (!byColumns && this.wait(operation, args, { moves, sizeAt, size, grain }, work)) return 0;
      this.together.flush();
      if (!this.isWorth(work)) return operation.kernel(...args) as number;
    }
    const pieces = this.share(operation, args, { moves, sizeAt, size, grain }, work);
    let largest = 0;
    // NaN stays
    if (operation.join) for (let i = 0; i < pieces; i++) largest = Math.max(largest, this.pool.result(i));
    return largest;
  }

  /** @param workAt which argument is a workspace. @returns into how many pieces it was cut. */
  share(kernel: Numbered, args: readonly number[], axis: Axis, work: number, workAt = -1): number {
    const { sizeAt, size, grain } = axis;
    const pieces = this.pool.piecesOf(work, Math.ceil(size / grain));
    const moves = axis.moves.map((move) => move * this.bytes);
    this.together.flush();
    this.pool.fork([{ kernel: kernel.number, args, moves, sizeAt, each: 1, workAt }], { size, grain, pieces });
    return pieces;
  }

  /** Puts a call off, to be carried out with others. @returns false where it cannot wait. */
  wait({ kernel, number }: Numbered, args: readonly number[], axis: Axis, work: number, workAt = -1): boolean {
    const { sizeAt, size } = axis;
    const moves = axis.moves.map((move) => move * this.bytes);
    return this.together.add({ call: kernel, kernel: number, args, moves, sizeAt, workAt, size, work });
  }
}
