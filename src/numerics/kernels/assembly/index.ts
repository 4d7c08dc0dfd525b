export { GEMM_WORKSPACE, gemm } from './gemm';
export { countNonzero, gemmSparse } from './sparse';
export * from './vector';
export * from './box';
export { peak } from './peak';

/** First address behind what the module itself keeps in memory. */
export const HEAP_BASE: usize = __heap_base;
