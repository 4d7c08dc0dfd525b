/** A BLAS of the system (OpenBLAS, MKL, Accelerate) for matrix products; everything else stays with the kernels. */

import { readFileSync } from 'node:fs';
import { UserError } from '../errors.js';
import type { Backend, Product } from '../numerics/backend.js';
import type { Kernel, Part } from '../numerics/kernels/command.js';
import { staging } from '../numerics/kernels/staging.js';
import type { Numbers, Precision } from '../numerics/numbers.js';
import { house, wasm } from '../numerics/wasm.js';
import { packageRoot } from '../package.js';
import { AS_IS, functions, type Koffi, koffi, type Library, ROW_MAJOR, STRIP, TRANSPOSED } from './cblas.js';

/** What threads load to call the library, too. */
const THREAD = 'dist/backend/cblas.js';

/** Below so many multiplications a call through the foreign-function interface costs more than it gains. */
const SMALL = 4096;

/** Where systems keep a BLAS with a C interface; EPRBP_BLAS names another. */
const CANDIDATES: Readonly<Record<string, readonly string[]>> = {
  linux: ['libopenblas.so.0', 'libopenblas.so', 'libmkl_rt.so.2', 'libmkl_rt.so', 'libcblas.so.3', 'libblas.so.3'],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
    '/usr/local/opt/openblas/lib/libopenblas.dylib',
  ],
  win32: ['libopenblas.dll', 'openblas.dll', 'mkl_rt.2.dll'],
};

/**
 * Multiplications of a piece, and those of which there are two smaller ones: pieces do not depend on how many threads there
 * are, so that bits do not either.
 */
const [PIECE, WORTH_TWO] = [4e6, 1e5];
const MOST_PIECES = 16;
/** Rows and columns of a piece come in so many: blocks of any library's kernels. */
const GRAIN = 16;
/** By strips, rows in twos do; of how many a piece has no fewer. */
const [ROW_GRAIN, LEAST_ROWS] = [2, 16];

/** Number of the first of a library's functions among those of the threads. */
let first: number | undefined;

/** @throws UserError where there is no such library, or no koffi to call it with. */
export function blas(precision: Precision = 'float64'): Backend {
  chooseCore();
  const { library, file } = openLibrary();
  const kernels = wasm(precision);
  first ??= add(file);
  const multiply = multiplier(kernels, precision === 'float64' ? first : first + 1);
  const { panels: _, ...rest } = kernels;
  const described = describe(library);
  return {
    ...rest,
    name: 'blas',
    details: { library: file, threads: 'of this program', ...described },
    ...(takesStrips(described) && { panels: strips(precision) }),
    // a library's calls do not wait; what else is done to blocks is cut as they are, by rows
    together: (_effort, _rows, body) => body(house().pool.threads > 1),
    product: (p) => (p.m * p.n * p.k < SMALL || isSparse(p) ? kernels.product(p) : multiply(p)),
  };
}

function add(file: string): number {
  const { pool, buffer } = house();
  return pool.add({ url: new URL(THREAD, packageRoot).href, data: file }, functions(buffer, file));
}

/**
 * Whether a library has kernels for small products that read B where it is: OpenBLAS from 0.3.18 on, for AVX-512. By strips
 * of columns, which lie together, it takes 5 to 30 % less time with them than by what it copies itself in every call; others take longer.
 */
function takesStrips({ core, configuration }: Described): boolean {
  const [, major, minor, patch] = /OpenBLAS (\d+)\.(\d+)\.(\d+)/.exec(configuration ?? '')?.map(Number) ?? [];
  const version = 1e6 * major + 1e3 * minor + patch;
  return version >= 3018 && ['SkylakeX', 'Cooperlake', 'SapphireRapids'].includes(core ?? '');
}

/** Rows and columns of B from which it is worth its strips, and numbers of A: what a call costs is small against what it does. */
const [LEAST_SIDE, LEAST_OF_A] = [64, 4096];

function strips(precision: Precision): NonNullable<Backend['panels']> {
  const { exports: k } = house();
  const pack = precision === 'float64' ? k.packStrips : k.packStrips32;
  const { input, done } = staged(precision);
  return ({ tb, n, k, b }, room, known) => {
    if (Math.min(n, k) < LEAST_SIDE) return undefined;
    const to = known ?? room(k * STRIP * Math.ceil(n / STRIP));
    pack(tb, n, k, input(b), tb ? k : n, to.byteOffset, STRIP);
    done();
    return to;
  };
}

/** Where library and kernels work; no call of a kernel waits here. */
function staged(precision: Precision) {
  const { buffer, heap } = house();
  return staging(buffer, heap, precision, () => undefined);
}

/** Below this share of entries that are not zero, visiting only those is faster than a BLAS. */
const SPARSE = 0.25;

function isSparse({ sparse, a }: Product): boolean {
  if (!sparse) return false;
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== 0) count++;
  return count < SPARSE * a.length;
}

/** Products by the library, in pieces that threads share. @param gemm its number; two further on is that of the one by strips */
function multiplier(kernels: Backend, gemm: number): (p: Product) => void {
  const { pool, exports: k } = house();
  const bytes = kernels.precision === 'float64' ? 8 : 4;
  const copyRows = pool.numberOf((bytes === 8 ? k.gemm : k.gemm32) as unknown as Kernel);
  const { input, output, done } = staged(kernels.precision);

  return (p) => {
    if (p.panels && !p.ta && p.m * p.k >= LEAST_OF_A) byStrips(p, p.panels);
    else whole(p);
    done();
  };

  function whole(p: Product): void {
    begin(kernels, p);
    const { ta, tb, m, n, k, alpha, a, b, c, start } = p;
    const [opA, opB] = [ta ? TRANSPOSED : AS_IS, tb ? TRANSPOSED : AS_IS];
    const sides = [input(a), ta ? m : k, input(b), tb ? k : n, start === undefined ? 0 : 1, output(c), n];
    const [ofA, ofB, ofC] = m > n ? [ta ? 1 : k, 0, n] : [0, tb ? k : 1, 1];
    const moves = [0, 0, 0, 0, 0, 0, 0, ofA, 0, ofB, 0, 0, ofC, 0];
    const part = partOf(gemm, [ROW_MAJOR, opA, opB, m, n, k, alpha, ...sides], moves, m > n ? 3 : 4);
    const [size, grain] = [Math.max(m, n), GRAIN];
    pool.fork([part], { size, grain, pieces: piecesOf(p, Math.ceil(size / grain)) });
  }

  /** By rows where there are enough: those of an example that a thread takes are in its cache from one product to the next. */
  function byStrips(p: Product, strips: Numbers): void {
    const { m, n, k, alpha, a, c, start } = p;
    const rows = m > n || m >= LEAST_ROWS * piecesOf(p, MOST_PIECES);
    if (!rows) begin(kernels, p);
    const [A, C] = [input(a), output(c)];
    const [ofA, ofB, ofC] = rows ? [k, 0, n] : [0, k, 1];
    const args = [m, n, k, alpha, A, k, input(strips), start === undefined ? 0 : 1, C, n];
    const part = partOf(gemm + 2, args, [0, 0, 0, 0, ofA, 0, ofB, 0, ofC, 0], rows ? 0 : 1);
    const [size, grain] = rows ? [m, ROW_GRAIN] : [n, STRIP];
    const parts = rows && start && start !== c ? [beginning(start, p, C), part] : [part];
    pool.fork(parts, { size, grain, pieces: piecesOf(p, Math.ceil(size / grain)) });
  }

  /** What a product by rows is added to goes into its result: a product of no columns of A by the kernels. */
  function beginning(start: Numbers, { m, n }: Product, C: number): Part {
    const stride = start.length === n && m > 1 ? 0 : n;
    const moves = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, stride, 0, n, 0, 0];
    return partOf(copyRows, [0, 0, m, n, 0, 1, 0, 0, 0, 0, input(start), stride, C, n, 0], moves, 2);
  }

  function partOf(kernel: number, args: readonly number[], moves: readonly number[], sizeAt: number): Part {
    return { kernel, args, moves: moves.map((move) => move * bytes), sizeAt, each: 1, workAt: -1 };
  }
}

/** Into how many pieces it is cut, of `most` that it has. */
function piecesOf({ m, n, k }: Product, most: number): number {
  const work = m * n * k;
  const wanted = work < WORTH_TWO ? 1 : Math.max(2, 2 ** Math.floor(Math.log2(work / PIECE)));
  return Math.min(wanted, most, MOST_PIECES);
}

/** Puts what a product is added to into its result. */
function begin(kernels: Backend, { start, c }: Product): void {
  if (start === undefined || start === c) return;
  if (start.length === c.length) kernels.copy(start, c);
  else {
    kernels.fill(0, c);
    kernels.addRow(start, c);
  }
}

/**
 * OpenBLAS before 0.3.22 does not know recent processors and falls back to kernels five times slower: name the core type
 * before it is loaded. It has one thread: those of this program share its products.
 */
function chooseCore(): void {
  process.env['OPENBLAS_NUM_THREADS'] ??= '1';
  process.env['MKL_NUM_THREADS'] ??= '1';
  if (process.env['OPENBLAS_CORETYPE'] !== undefined || process.platform !== 'linux' || process.arch !== 'x64') return;
  const flags = cpuFlags();
  if (flags.has('avx512f')) process.env['OPENBLAS_CORETYPE'] = 'SkylakeX';
  else if (flags.has('avx2') && flags.has('fma')) process.env['OPENBLAS_CORETYPE'] = 'Haswell';
}

function cpuFlags(): Set<string> {
  try {
    const line = /^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return new Set(line?.[1].split(' '));
  } catch {
    return new Set();
  }
}

function openLibrary(): { library: Library; file: string } {
  const { load } = loadKoffi();
  const named = process.env['EPRBP_BLAS'];
  const candidates = named === undefined ? (CANDIDATES[process.platform] ?? []) : [named];
  for (const file of candidates) {
    try {
      const library = load(file);
      library.func('void cblas_dgemm()');
      return { library, file };
    } catch {}
  }
  throw new UserError({
    message: `--backend blas: no BLAS with a C interface found (tried ${candidates.join(', ')})`,
    hint: 'install one (Debian: libopenblas0-pthread), name it in EPRBP_BLAS, or use the default backend, wasm',
  });
}

function loadKoffi(): Koffi {
  try {
    return koffi();
  } catch {
    throw new UserError({
      message: '--backend blas calls the library through the package koffi, which is not installed',
      hint: 'npm install koffi, or use the default backend, wasm',
    });
  }
}

interface Described {
  readonly core?: string;
  readonly configuration?: string;
}

/** What the library says of itself: OpenBLAS its version and the core that it uses. */
function describe(library: Library): Described {
  try {
    const core = (library.func('const char *openblas_get_corename()') as () => string)();
    const configuration = (library.func('const char *openblas_get_config()') as () => string)();
    return { core, configuration };
  } catch {
    return {};
  }
}
