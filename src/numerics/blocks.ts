import { Arena, collected, part } from './arena.js';
import { copy, fill } from './kernels.js';
import { Matrix } from './matrix.js';
import { type Numbers, type Precision, precisionOf } from './numbers.js';
import { Panels } from './panels.js';

/** Name and shape of one block. State: rows = examples, cols = units. Weights: rows = presynaptic, cols = postsynaptic. */
export interface BlockShape {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
}

/** Where the numbers of a Blocks come from; some hand out the same real ones again. */
export type Allocator = Pick<Arena, 'allocate'> & Partial<Pick<Recycling, 'again' | 'keep'>>;

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
    const known = arena.again?.(shapes);
    if (known) return known.fill(0);
    const made = new Blocks(shapes, false, arena);
    arena.keep?.(made);
    return made;
  }

  static complex(shapes: readonly BlockShape[], arena: Allocator = collected): Blocks {
    return new Blocks(shapes, true, arena);
  }

  /** Zeros of the same shapes, complex where this is, in the same arena. */
  like(): Blocks {
    return this.of(this.shapes, this.im !== undefined);
  }

  /** Zeros of other shapes, or of another kind, in the same arena. */
  of(shapes: readonly BlockShape[], complex = false): Blocks {
    return complex ? Blocks.complex(shapes, this.arena) : Blocks.real(shapes, this.arena);
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

  /** The same numbers, of which products may keep every matrix in an order of their own until `renew`. */
  steady(): Blocks {
    const { shapes, data, arena } = this;
    const same = new Blocks(shapes, false, arena, data);
    const room = (length: number) => arena.allocate(length);
    const panelsOf = ({ rows, cols, data }: Matrix) =>
      rows > 1 && cols > 1 ? new Panels(rows, cols, data, room) : undefined;
    same.matrices = [this.parts[0].map((one) => new Matrix(one.rows, one.cols, one.data, panelsOf(one)))];
    return same;
  }

  /** To be called of a steady one when its numbers have changed. */
  renew(): void {
    for (const { panels } of this.parts[0]) panels?.renew();
  }

  /** Views, one Matrix a block in the order of `shapes`: [real parts] or [real parts, imaginary parts]. */
  get parts(): readonly (readonly Matrix[])[] {
    this.matrices ??= halves(this);
    return this.matrices;
  }

  /** A copy, in the same arena or another. */
  clone(arena: Allocator = this.arena): Blocks {
    return (this.im ? Blocks.complex(this.shapes, arena) : Blocks.real(this.shapes, arena)).copy(this);
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

/** Shapes made of others: the same list whenever it is asked for, so that an arena knows it again. */
export function derived(
  shapes: readonly BlockShape[],
  what: string,
  make: () => readonly BlockShape[],
): readonly BlockShape[] {
  let known = lists.get(shapes);
  if (known === undefined) {
    known = new Map();
    lists.set(shapes, known);
  }
  const list = known.get(what) ?? make();
  known.set(what, list);
  return list;
}

const lists = new WeakMap<readonly BlockShape[], Map<string, readonly BlockShape[]>>();

/** Apart from its getter, which is called a thousand times an update: a closure there would cost memory every time. */
const halves = ({ shapes, re, im }: Blocks): Matrix[][] => [re, ...(im ? [im] : [])].map((half) => views(shapes, half));

function views(shapes: readonly BlockShape[], buffer: Numbers): Matrix[] {
  let at = 0;
  return shapes.map(({ rows, cols }) => {
    const start = at;
    at += rows * cols;
    return new Matrix(rows, cols, part(buffer, start, at));
  });
}

/**
 * An arena for a computation that is made again and again: what it asks for in the shapes of the last time (the very same
 * list of them) it gets again, views and all. Until it is released it holds no more than the last two have used.
 */
export class Recycling extends Arena {
  private idle = new Map<readonly BlockShape[], Blocks[]>();
  private used = new Map<readonly BlockShape[], Blocks[]>();

  /** What `compute` allocates in this arena is its own until the next time. */
  within<T>(compute: (arena: Arena) => T): T {
    this.restart();
    return compute(this);
  }

  /** Blocks of those shapes, with the numbers that they were left with; undefined where there are none. */
  again(shapes: readonly BlockShape[]): Blocks | undefined {
    const blocks = this.idle.get(shapes)?.pop();
    if (blocks) this.keep(blocks);
    return blocks;
  }

  /** For the next time. */
  keep(blocks: Blocks): void {
    const alike = this.used.get(blocks.shapes);
    if (alike) alike.push(blocks);
    else this.used.set(blocks.shapes, [blocks]);
  }

  /** Gives back what the last time has not used, or what nobody keeps. */
  private restart(): void {
    const kept = new Set<Numbers>();
    for (const alike of this.used.values()) for (const { data } of alike) kept.add(data);
    this.releaseBut(kept);
    [this.idle, this.used] = [this.used, new Map()];
  }

  override release(): void {
    super.release();
    [this.idle, this.used] = [new Map(), new Map()];
  }
}
