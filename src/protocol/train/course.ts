import { everyIndex } from '../../data/example-set.js';
import type { ExampleSet } from '../../data/source.js';
import { permutation } from '../../data/split.js';
import { annealed } from '../../optimizer/optimizer.js';
import type { Bench } from '../protocol.js';
import type { TrainOptions } from './options.js';

/** One update of a training: when it is, and of which examples. */
export interface Moment {
  /** From 1. */
  readonly epoch: number;
  /** From 1, over all epochs. */
  readonly iteration: number;
  /** Examples learned from so far, those of this batch among them. */
  readonly examples: number;
  readonly at: Uint32Array;
  /** Factor on the rates. */
  readonly decay: number;
  readonly startsEpoch: boolean;
  readonly endsEpoch: boolean;
}

/** How many updates an epoch has; the last one may be of fewer examples. */
export function updatesPerEpoch({ count }: Pick<ExampleSet, 'count'>, { batch }: TrainOptions): number {
  return Math.ceil(count / batch);
}

/** The updates of a training in order, from after the first `done` on: the same whether they were done just now or before. */
export function* course({ dataset, stream }: Bench, options: TrainOptions, done: number): Generator<Moment> {
  const { train: set } = dataset;
  const each = updatesPerEpoch(set, options);
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const first = (epoch - 1) * each;
    if (first + each > done) {
      const decay = annealed(options.optimizer.schedule, epoch - 1, options.epochs);
      const order = options.shuffle ? permutation(set.count, stream(`train/order/${epoch}`)) : everyIndex(set);
      for (let k = Math.max(0, done - first); k < each; k++) {
        const at = order.subarray(k * options.batch, (k + 1) * options.batch);
        const examples = (epoch - 1) * set.count + k * options.batch + at.length;
        const place = { startsEpoch: k === 0, endsEpoch: k + 1 === each };
        yield { epoch, iteration: first + k + 1, examples, at, decay, ...place };
      }
    }
  }
}
