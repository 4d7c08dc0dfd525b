export * from './activation';
export * from './activation-complex';
export * from './box';
export { GEMM_WORKSPACE, gemm } from './gemm';
export * from './graph';
export { peak } from './peak';
export { countNonzero, gemmSparse, SPARSE_WORKSPACE } from './sparse';
export * from './vector';

/** First address behind what the module itself keeps in memory. */
export const HEAP_BASE: usize = __heap_base;
