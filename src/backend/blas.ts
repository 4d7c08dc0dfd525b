/** A BLAS of the system (OpenBLAS, MKL, Accelerate) for matrix products; everything else stays with the kernels. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { UserError } from '../errors.js';
import type { Backend, Product } from '../numerics/backend.js';
import type { Numbers, Precision } from '../numerics/numbers.js';
import { wasm } from '../numerics/wasm.js';

/** Below so many multiplications a call through the foreign-function interface costs more than it gains. */
const SMALL = 4096;

const [ROW_MAJOR, AS_IS, TRANSPOSED] = [101, 111, 112];

type Dgemm = (
  order: number,
  ta: number,
  tb: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: Numbers,
  lda: number,
  b: Numbers,
  ldb: number,
  beta: number,
  c: Numbers,
  ldc: number,
) => void;

interface Library {
  func(signature: string): (...args: never[]) => unknown;
}

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

/** @throws UserError where there is no such library, or no koffi to call it with. */
export function blas(precision: Precision = 'float64'): Backend {
  chooseCore();
  const { library, file } = openLibrary();
  const kernels = wasm(precision);
  const dgemm = library.func(
    'void cblas_dgemm(int order, int ta, int tb, int m, int n, int k, double alpha, const double *a, int lda, ' +
      'const double *b, int ldb, double beta, double *c, int ldc)',
  ) as unknown as Dgemm;
  return {
    ...kernels,
    name: 'blas',
    details: { library: file, ...describe(library) },
    product: (p) => (p.m * p.n * p.k < SMALL || isSparse(p) ? kernels.product(p) : multiply(dgemm, p)),
  };
}

/** Below this share of entries that are not zero, visiting only those is faster than a BLAS. */
const SPARSE = 0.25;

function isSparse({ sparse, a }: Product): boolean {
  if (!sparse) return false;
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== 0) count++;
  return count < SPARSE * a.length;
}

function multiply(dgemm: Dgemm, { ta, tb, m, n, k, alpha, a, b, c, start }: Product): void {
  if (start !== undefined && start !== c) {
    if (start.length === c.length) c.set(start);
    else for (let i = 0; i < m; i++) c.set(start, i * n);
  }
  const [opA, opB] = [ta ? TRANSPOSED : AS_IS, tb ? TRANSPOSED : AS_IS];
  dgemm(ROW_MAJOR, opA, opB, m, n, k, alpha, a, ta ? m : k, b, tb ? k : n, start === undefined ? 0 : 1, c, n);
}

/**
 * OpenBLAS before 0.3.22 does not know recent processors and falls back to kernels five times slower: name the core type
 * before it is loaded. One thread: runs go in parallel, examples do not.
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
  const koffi = loadKoffi();
  const named = process.env['EPRBP_BLAS'];
  const candidates = named === undefined ? (CANDIDATES[process.platform] ?? []) : [named];
  for (const file of candidates) {
    try {
      const library = koffi.load(file);
      library.func('void cblas_dgemm()');
      return { library, file };
    } catch {}
  }
  throw new UserError({
    message: `--backend blas: no BLAS with a C interface found (tried ${candidates.join(', ')})`,
    hint: 'install one (Debian: libopenblas0-pthread), name it in EPRBP_BLAS, or use the default backend, wasm',
  });
}

function loadKoffi(): { load(file: string): Library } {
  try {
    return createRequire(import.meta.url)('koffi');
  } catch {
    throw new UserError({
      message: '--backend blas calls the library through the package koffi, which is not installed',
      hint: 'npm install koffi, or use the default backend, wasm',
    });
  }
}

/** What the library says of itself: OpenBLAS its version and the core that it uses. */
function describe(library: Library): Record<string, unknown> {
  try {
    const core = (library.func('const char *openblas_get_corename()') as () => string)();
    const configuration = (library.func('const char *openblas_get_config()') as () => string)();
    return { core, configuration };
  } catch {
    return {};
  }
}
