import { type Arena, collected, part } from './arena.js';
import { copy, fill } from './kernels.js';
import { Matrix } from './matrix.js';
import { type Numbers, type Precision, precisionOf } from './numbers.js';

/** Name and shape of one block. State: rows = examples, cols = units. Weights: rows = presynaptic, cols = postsynaptic. */
export interface BlockShape {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
}

/** Where the numbers of a Blocks come from. */
export type Allocator = Pick<Arena, 'allocate'>;

/**
 * Named matrices over one contiguous buffer, so that a whole-state operation is one kernel call over `data`. A complex
 * one holds its real part in the first half of `data` and its imaginary part in the second.
 */
export class Blocks {
  readonly shapes: readonly BlockShape[];
  /** All numbers: re, then im where there is one. */
  readonly data: Numbers;
  readonly re: Numbers;
  readonly im: Numbers | undefined;
  private readonly arena: Allocator;
  /** Made when asked for: many a buffer is only used as a whole. */
  private matrices: readonly (readonly Matrix[])[] | undefined;

  private constructor(shapes: readonly BlockShape[], complex: boolean, arena: Allocator, data?: Numbers) {
    const length = shapes.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
    this.shapes = shapes;
    this.arena = arena;
    this.data = data ?? arena.allocate(complex ? 2 * length : length);
    this.re = part(this.data, 0, length);
    this.im = complex ? part(this.data, length, 2 * length) : undefined;
  }

  /** Zeros in an arena, or (without one) in memory that the garbage collector gives back. */
  static real(shapes: readonly BlockShape[], arena: Allocator = collected): Blocks {
    return new Blocks(shapes, false, arena);
  }

  static complex(shapes: readonly BlockShape[], arena: Allocator = collected): Blocks {
    return new Blocks(shapes, true, arena);
  }

  /** Zeros of the same shapes, complex where this is, in the same arena. */
  like(): Blocks {
    return new Blocks(this.shapes, this.im !== undefined, this.arena);
  }

  /** Zeros of other shapes, or of another kind, in the same arena. */
  of(shapes: readonly BlockShape[], complex = false): Blocks {
    return new Blocks(shapes, complex, this.arena);
  }

  /** The same numbers, counting what is derived from it: `count` is told the length of every buffer. */
  counting(count: (length: number) => void): Blocks {
    const { arena } = this;
    const counted: Allocator = {
      allocate(length) {
        count(length);
        return arena.allocate(length);
      },
    };
    return new Blocks(this.shapes, this.im !== undefined, counted, this.data);
  }

  /** Views, one Matrix a block in the order of `shapes`: [real parts] or [real parts, imaginary parts]. */
  get parts(): readonly (readonly Matrix[])[] {
    this.matrices ??= [this.re, ...(this.im ? [this.im] : [])].map((half) => views(this.shapes, half));
    return this.matrices;
  }

  /** A copy, in the same arena or another. */
  clone(arena: Allocator = this.arena): Blocks {
    return new Blocks(this.shapes, this.im !== undefined, arena).copy(this);
  }

  /** Takes the numbers of `other`; the imaginary part becomes zero where `other` is real. */
  copy(other: Blocks): this {
    copy(other.re, this.re);
    if (this.im && other.im) copy(other.im, this.im);
    else if (this.im) fill(0, this.im);
    return this;
  }

  get precision(): Precision {
    return precisionOf(this.data);
  }

  fill(value: number): this {
    fill(value, this.data);
    return this;
  }

  /** The (real part of the) block of that name. */
  get(name: string): Matrix {
    const at = this.shapes.findIndex((shape) => shape.name === name);
    if (at < 0) throw new RangeError(`no block '${name}' among ${this.shapes.map((shape) => shape.name).join(', ')}`);
    return this.parts[0][at];
  }

  /** [name, real part] in order. */
  *entries(): Generator<[name: string, block: Matrix]> {
    for (let i = 0; i < this.shapes.length; i++) yield [this.shapes[i].name, this.parts[0][i]];
  }
}

function views(shapes: readonly BlockShape[], buffer: Numbers): Matrix[] {
  let at = 0;
  return shapes.map(({ rows, cols }) => {
    const start = at;
    at += rows * cols;
    return new Matrix(rows, cols, part(buffer, start, at));
  });
}
