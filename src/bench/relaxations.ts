import type { Benchmark } from './benchmark.js';

export const relaxations: readonly Benchmark[] = [];
