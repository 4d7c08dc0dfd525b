/** Points that are drawn from the axes of a sweep in place of their product. */
import { randomStream } from '../numerics/random.js';
import { sobol, word } from '../numerics/sobol.js';
import type { Sample } from '../spec/sweep.js';

/** One axis: what stands at a share of the way along it. */
export interface Axis<T> {
  /** The keys that move along it. */
  readonly name: string;
  at(share: number): T;
}

/** The first points are the same however many there are; another axis behind the others leaves those as they are. */
export function sampled<T>(axes: readonly Axis<T>[], sample: Sample): T[][] {
  const sequences = axes.map(({ name }, dimension) => sharesOf(sample, name, dimension));
  return Array.from({ length: sample.points }, (_, i) =>
    axes.map((axis, dimension) => axis.at(sequences[dimension](i))),
  );
}

/** Shares strictly between 0 and 1, to be asked for in their order. */
function sharesOf({ method, seed }: Sample, name: string, dimension: number): (index: number) => number {
  const stream = randomStream(seed, `sweep/${method}/${name}`);
  const bits = method === 'sobol' ? sobol(dimension, stream) : () => word(stream);
  return (index) => (bits(index) + 0.5) / 2 ** 32;
}
