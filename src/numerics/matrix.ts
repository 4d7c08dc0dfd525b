/**
 * The only door to mathjs. `Matrix` is a mathjs `DenseMatrix` whose numbers live in one contiguous buffer: every
 * function of `math` accepts it, and the hot operations work on the buffer in place (see kernels.ts).
 */
import { createRequire } from 'node:module';
import type { MathJsInstance, Matrix as MathMatrix } from 'mathjs';
import { RunError } from '../errors.js';
import type { Numbers } from './numbers.js';
import type { Panels } from './panels.js';

type Nested = number[][];

/** What DenseMatrix has beside mathjs's published types. */
export interface DenseMatrix
  extends Omit<MathMatrix, 'clone' | 'get' | 'resize' | 'reshape' | 'set' | 'swapRows' | typeof Symbol.iterator> {
  _data: Nested;
  _size: number[];
  clone(): DenseMatrix;
  reshape(size: number[], copy?: boolean): DenseMatrix;
  resize(size: number[], fill?: number, copy?: boolean): DenseMatrix;
  get(index: number[]): number;
  set(index: number[], value: unknown): DenseMatrix;
  [Symbol.iterator](): IterableIterator<{ value: number; index: number[] }>;
  swapRows(i: number, j: number): DenseMatrix;
}

interface Mathjs extends Omit<MathJsInstance, 'typed'> {
  create(factories: unknown): Mathjs;
  readonly all: unknown;
  readonly DenseMatrix: new (data?: unknown) => DenseMatrix;
  readonly typed: MathJsInstance['typed'] & {
    addTypes(types: { name: string; test(x: unknown): boolean }[], before: string): void;
  };
}

let loaded: Mathjs | undefined;
const extensions: ((math: Mathjs) => void)[] = [];

/** mathjs's bundle takes 130 ms to load (as 1,260 ES modules, 700 ms) and 17 MB: whoever only computes does without. */
function load(): Mathjs {
  if (loaded === undefined) {
    const bundle: Mathjs = createRequire(import.meta.url)('mathjs/lib/browser/math.js');
    loaded = bundle.create(bundle.all);
    Object.setPrototypeOf(LazyDenseMatrix.prototype, loaded.DenseMatrix.prototype);
    for (const extend of extensions) extend(loaded);
  }
  return loaded;
}

/**
 * A private mathjs instance, loaded when it is first asked for something: what is imported here does not leak into a
 * host program's mathjs.
 */
export const math: Mathjs = new Proxy({} as Mathjs, { get: (_, name) => Reflect.get(load(), name) });

/** Adds to mathjs when it is loaded. */
export function extendMathjs(extend: (math: Mathjs) => void): void {
  extensions.push(extend);
}

/**
 * Stands for DenseMatrix while mathjs is not loaded: the first question that Matrix itself does not answer loads it, and
 * puts it into mathjs's chain of prototypes. What DenseMatrix's own constructor assigns, Matrix has in another form.
 */
function LazyDenseMatrix(): void {}

const prototypeOfDense = (): object => load().DenseMatrix.prototype;
Object.setPrototypeOf(
  LazyDenseMatrix.prototype,
  new Proxy(Object.create(null), {
    get: (_, name, matrix) => Reflect.get(prototypeOfDense(), name, matrix),
    has: (_, name) => Reflect.has(prototypeOfDense(), name),
    getPrototypeOf: prototypeOfDense,
  }),
);

/**
 * A real rows × cols matrix, row-major over `data`; row = example, or row = presynaptic unit for weights.
 * mathjs's nested `_data` is a copy, made only when a mathjs function without a fast path asks for it.
 */
export class Matrix extends (LazyDenseMatrix as unknown as new () => DenseMatrix) {
  // fields, not assignments: those would ask the prototypes first
  readonly data: Numbers;
  readonly rows: number;
  readonly cols: number;
  /** Where products may keep it in an order of their own. */
  readonly panels: Panels | undefined;

  constructor(rows: number, cols: number, data: Numbers = room(rows, cols), panels?: Panels) {
    super();
    if (data.length !== rows * cols) {
      throw new RangeError(`a ${rows} × ${cols} matrix needs ${rows * cols} numbers, got ${data.length}`);
    }
    this.data = data;
    this.rows = rows;
    this.cols = cols;
    this.panels = panels;
  }

  /** A matrix with a copy of the numbers of `rows`, all of equal length. */
  static from(rows: readonly (readonly number[])[]): Matrix {
    const cols = rows[0]?.length ?? 0;
    const ragged = rows.findIndex((row) => row.length !== cols);
    if (ragged >= 0) throw new RangeError(`row ${ragged} has ${rows[ragged]!.length} numbers, row 0 has ${cols}`);
    return new Matrix(rows.length, cols, Float64Array.from(rows.flat()));
  }

  override get _size(): number[] {
    return [this.rows, this.cols];
  }

  /** Made anew whenever it is asked for: whoever writes to `data` is not known here, and nothing old is ever seen. */
  override get _data(): Nested {
    return Array.from({ length: this.rows }, (_, i) => Array.from(this.row(i)));
  }

  /** mathjs and its users ask for one element after the other. */
  override get(index: number[]): number {
    const [i, j] = index;
    const isThere = index.length === 2 && isIn(i, this.rows) && isIn(j, this.cols);
    const value = isThere ? this.data[i * this.cols + j] : undefined;
    // what is no element is mathjs's to tell
    return value ?? super.get(index);
  }

  override *[Symbol.iterator](): IterableIterator<{ value: number; index: number[] }> {
    for (let i = 0; i < this.rows; i++)
      for (let j = 0; j < this.cols; j++) yield { value: this.data[i * this.cols + j], index: [i, j] };
  }

  /** Row i as a view: writing to it writes to the matrix. */
  row(i: number): Numbers {
    return this.data.subarray(i * this.cols, (i + 1) * this.cols);
  }

  /** A plain mathjs matrix with a copy of the numbers: mathjs changes the nested arrays of its clones in place. */
  override clone(): DenseMatrix {
    return new math.DenseMatrix(this._data);
  }

  override reshape(size: number[], copy?: boolean): DenseMatrix {
    return this.clone().reshape(size, copy);
  }

  override resize(size: number[], fill?: number, copy?: boolean): DenseMatrix {
    return this.clone().resize(size, fill, copy);
  }

  override swapRows(i: number, j: number): DenseMatrix {
    return this.clone().swapRows(i, j);
  }

  override set(): never {
    throw new TypeError('a contiguous Matrix is written through its kernels or its `data`, not element by element');
  }
}

const isIn = (i: number, size: number) => Number.isInteger(i) && i >= 0 && i < size;

/** @throws RunError where the system has no room for rows × cols numbers. */
function room(rows: number, cols: number): Numbers {
  try {
    return new Float64Array(rows * cols);
  } catch (error) {
    const size = ((8 * rows * cols) / 1e9).toPrecision(3);
    throw new RunError(`no room for a ${rows} × ${cols} matrix (${size} GB): ${(error as Error).message}`);
  }
}

/** Throws a RangeError naming both shapes unless a and b agree. */
export function requireSameShape(operation: string, a: Matrix, b: Matrix): void {
  if (a.rows !== b.rows || a.cols !== b.cols) {
    throw new RangeError(`${operation}: shapes ${a.rows} × ${a.cols} and ${b.rows} × ${b.cols} do not match`);
  }
}
