/** The benchmarks of `eprbp bench`, in the order in which they run. */
import type { Benchmark } from './benchmark.js';
import { files } from './files.js';
import { images } from './images.js';
import { products } from './products.js';
import { relaxations } from './relaxations.js';
import { threads } from './threads.js';
import { trainings } from './trainings.js';
import { updates } from './updates.js';

export const benchmarks: readonly Benchmark[] = [
  ...products,
  ...updates,
  ...images,
  ...relaxations,
  ...files,
  ...threads,
  ...trainings,
];
