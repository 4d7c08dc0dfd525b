/**
 * The kernels. A function `kernel<T>` that is exported here is there twice: as `kernel` for doubles, and under the same
 * parameters as `kernel32` for single precision (build.mjs makes the two).
 */
export * from './activation';
export * from './activation-complex';
export * from './box';
export * from './convolution';
export * from './gemm';
export * from './graph';
export * from './memory';
export * from './mixing';
export * from './peak';
export * from './sparse';
export * from './vector';

/** First address behind what the module itself keeps in memory. */
export const HEAP_BASE: usize = __heap_base;
