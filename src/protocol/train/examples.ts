import { everyIndex } from '../../data/example-set.js';
import type { ExampleSet } from '../../data/source.js';
import type { Params } from '../../model/types.js';
import type { Matrix } from '../../numerics/matrix.js';

/** Some examples of a set as numbers; valid until the next batch of so many is taken. */
export interface Batch {
  readonly x: Matrix;
  readonly y: Matrix;
  /** Which examples they are. */
  at: Uint32Array;
}

/** Where batches are laid out: one pair of buffers for each size, in the arena of `home`. */
export class Desk {
  private readonly batches = new Map<number, Batch>();

  constructor(private readonly home: Params) {}

  take(set: ExampleSet, at: Uint32Array): Batch {
    const batch = this.batches.get(at.length) ?? this.make(set, at);
    batch.at = at;
    set.fill(at, batch.x, batch.y);
    return batch;
  }

  private make({ inputs, outputs }: ExampleSet, at: Uint32Array): Batch {
    const rows = at.length;
    const shapes = [
      { name: 'x', rows, cols: inputs },
      { name: 'y', rows, cols: outputs },
    ];
    const [[x, y]] = this.home.of(shapes).parts;
    const batch = { x, y, at };
    this.batches.set(rows, batch);
    return batch;
  }
}

/** Examples in order, so many at a time. */
export function* batchesOf(desk: Desk, set: ExampleSet, size: number): Generator<Batch> {
  const order = everyIndex(set);
  for (let from = 0; from < set.count; from += size) yield desk.take(set, order.subarray(from, from + size));
}
