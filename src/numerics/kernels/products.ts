/** Products of matrices: which kernel, and how it is cut where threads share it. */
import type { Product } from '../backend.js';
import type { KernelExports } from './module.js';
import type { Axis, Numbered, Sharing } from './sharing.js';

/** Below this share of entries that are not zero, visiting only those is faster. */
const SPARSE = 0.5;
/** Nanoseconds of a multiplication and an addition, about. */
const PRODUCT_COST = 0.17;
export const SPARSE_COST = 0.35;
/**
 * Every piece of rows goes through all of B, and packs it where it has no panels: that is little where B is so small, or where
 * the piece has so many rows.
 */
const [SMALL, ROWS_PER_PIECE, ROWS_OF_PANELS] = [16_384, 96, 12];
/** Rows and columns of a product begin at multiples of what its kernels have in registers. */
const [ROW_GRAIN, COLUMN_GRAIN, WIDE_BYTES] = [4, 16, 96];

/** C = α·op(A)·op(B) + start, at these addresses (start 0: from nothing); B is that of the panels where there are any. */
type Multiply = (product: Product, A: number, B: number, S: number, C: number) => void;

/** @param work room for panels of a product. */
export function products(k: KernelExports, work: number, sharing: Sharing): Multiply {
  const [gemm, gemmPanels, gemmSparse, countNonzero] = (
    ['gemm', 'gemmPanels', 'gemmSparse', 'countNonzero'] as const
  ).map((name) => sharing.numbered(name));
  const workBytes = k.GEMM_WORKSPACE.value;
  const longest = workBytes / k.SPARSE_WORKSPACE.value - 1;

  return (product, A, B, S, C) => {
    if (sharing.together.isOpen) {
      if (waits(product, A, B, S, C)) return;
      sharing.together.flush();
    }
    const { a, tb, k: inner, sparse } = product;
    const count = sparse && !tb && inner < longest ? Number(countNonzero.kernel(A, a.length)) : a.length;
    if (count < SPARSE * a.length) few(product, count, A, B, S, C);
    else all(product, A, B, S, C);
  };

  /** With other calls, by rows, where the rows of C are examples. */
  function waits(p: Product, A: number, B: number, S: number, C: number): boolean {
    const { ta, m, n, k: inner, sparse, panels } = p;
    const least = inner * n <= SMALL ? 0 : panels ? ROWS_OF_PANELS : ROWS_PER_PIECE;
    if (ta || sparse || m < least * sharing.threads) return false;
    const moves = [0, 0, 0, 0, 0, 0, inner, 0, 0, 0, S && strideOfStart(p), 0, n, 0, 0];
    const axis = { moves, sizeAt: 2, size: m, grain: 1 };
    return sharing.wait(kernelFor(p), argumentsOf(p, A, B, S, C), axis, m * n * inner * PRODUCT_COST, 14);
  }

  function all(p: Product, A: number, B: number, S: number, C: number): void {
    const { ta, m, n, k: inner, alpha, panels } = p;
    const cost = m * n * inner * PRODUCT_COST;
    if (!sharing.isWorth(cost)) {
      // arguments one by one: an array of them costs as much as the product of a small network
      const [strideA, strideS] = [ta ? m : inner, strideOfStart(p)];
      const { kernel } = kernelFor(p);
      kernel(Number(ta), second(p), m, n, inner, alpha, A, strideA, B, strideOfB(p), S, strideS, C, n, work);
      return;
    }
    const [ofA, ofB, ofS, ofC] = moved(p, S);
    const moves = [0, 0, 0, 0, 0, 0, ofA, 0, ofB, 0, ofS, 0, ofC, 0, 0];
    // from one column of panels to the next it is a matter of their order
    if (panels) [moves[1], moves[8]] = [isByRows(p) ? 0 : 1, 0];
    sharing.share(kernelFor(p), argumentsOf(p, A, B, S, C), axis(p, moves, 2, ROW_GRAIN, COLUMN_GRAIN), cost, 14);
  }

  function kernelFor({ panels }: Product): Numbered {
    return panels ? gemmPanels : gemm;
  }

  function argumentsOf(p: Product, A: number, B: number, S: number, C: number): number[] {
    const { ta, m, n, k: inner, alpha } = p;
    const strideA = ta ? m : inner;
    return [Number(ta), second(p), m, n, inner, alpha, A, strideA, B, strideOfB(p), S, strideOfStart(p), C, n, work];
  }

  /** Where A has `count` entries that are not zero. */
  function few(p: Product, count: number, A: number, B: number, S: number, C: number): void {
    const { ta, m, n, k: inner, alpha } = p;
    const rowA = ta ? 1 : inner;
    const stepA = ta ? m : 1;
    const strideS = strideOfStart(p);
    const cost = count * n * SPARSE_COST;
    if (!sharing.isWorth(cost)) {
      gemmSparse.kernel(m, n, inner, alpha, A, rowA, stepA, B, n, S, strideS, C, n, work, workBytes);
      return;
    }
    const args = [m, n, inner, alpha, A, rowA, stepA, B, n, S, strideS, C, n, work, workBytes];
    const [ofA, ofB, ofS, ofC] = moved(p, S);
    const moves = [0, 0, 0, 0, ofA, 0, 0, ofB, 0, ofS, 0, ofC, 0, 0, 0];
    sharing.share(gemmSparse, args, axis(p, moves, 0, 1, WIDE_BYTES / sharing.bytes), cost, 13);
  }
}

/** The second argument of a kernel: whether B is transposed; or, of panels, at which byte of a row of them it begins. */
const second = ({ tb, panels }: Product): number => (panels ? 0 : Number(tb));

/** Between rows; of panels, how many columns they have. */
const strideOfB = ({ tb, n, k, panels }: Product): number => (tb && !panels ? k : n);

const strideOfStart = ({ start, m, n }: Product): number => (start?.length === n && m > 1 ? 0 : n);

/** A short side is packed by every piece: the other is cut. */
const isByRows = ({ m, n }: Product): boolean => m > n;

/** How far A, B, the start and C move with every row, or column, of C. */
function moved(p: Product, S: number): [A: number, B: number, S: number, C: number] {
  const { ta, tb, n, k: inner } = p;
  return isByRows(p) ? [ta ? 1 : inner, 0, S && strideOfStart(p), n] : [0, tb ? inner : 1, S && 1, 1];
}

/** @param rowsAt which argument says how many rows there are; the next says how many columns. */
function axis(p: Product, moves: readonly number[], rowsAt: number, byRows: number, byColumns: number): Axis {
  if (isByRows(p)) return { moves, sizeAt: rowsAt, size: p.m, grain: byRows };
  return { moves, sizeAt: rowsAt + 1, size: p.n, grain: byColumns };
}
