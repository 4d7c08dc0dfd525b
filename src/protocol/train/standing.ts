import type { TrainOptions } from './options.js';
import type { Tally } from './tally.js';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof SPLITS)[number];

/** What an evaluation found on each set that there is. */
export type Evaluation = Partial<Record<SplitName, Pick<Tally, 'error' | 'cost'>>>;

const KINDS = ['error', 'cost'] as const;
/** error and cost of every split, after the last evaluation and after the best one; then what follows. */
const [LAST, BEST] = [0, SPLITS.length * KINDS.length];
const [EPOCH, BEST_EPOCH, LEAST, BAR, WAITED, COUNT] = [0, 1, 2, 3, 4, 5].map((k) => 2 * BEST + k);

/**
 * Where an engine stands by its evaluations: the last, and the one with the least validation error (cost, where there are
 * no classes). The test set is written down beside them and decides nothing. Its numbers are one array, for a checkpoint.
 */
export class Standing {
  readonly numbers = new Float64Array(COUNT).fill(Number.NaN);

  constructor() {
    this.numbers.set([0, 0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0], EPOCH);
  }

  /** Takes in an evaluation; whether its validation is the best so far. */
  take(epoch: number, found: Evaluation, minDelta = 0): boolean {
    const { numbers } = this;
    numbers[EPOCH] = epoch;
    this.write(LAST, found);
    if (found.validation === undefined) return false;
    const score = scoreOf(found.validation);
    const improves = score < numbers[BAR] - minDelta;
    numbers[WAITED] = improves ? 0 : numbers[WAITED] + 1;
    if (improves) numbers[BAR] = score;
    if (!(score < numbers[LEAST])) return false;
    numbers[LEAST] = score;
    numbers[BEST_EPOCH] = epoch;
    this.write(BEST, found);
    return true;
  }

  /** Whether so many evaluations have passed without a better validation that the engine learns no more. */
  hasWaited(stop: TrainOptions['stop']): boolean {
    return stop !== undefined && this.numbers[WAITED] >= stop.patience;
  }

  get bestEpoch(): number {
    return this.numbers[BEST_EPOCH];
  }

  /** The last error on the set that one looks at: of the validation, else of the test, else of the training set. */
  get shown(): number {
    const [train, validation, test] = SPLITS.map((_, k) => this.numbers[LAST + KINDS.length * k]);
    return [validation, test, train].find((error) => !Number.isNaN(error)) ?? Number.NaN;
  }

  /** `train_error`, `best_test_cost`, …: what run.json says, by split. */
  measured(splits: readonly SplitName[]): Record<string, number | null> {
    const { numbers } = this;
    const all = (prefix: string, from: number) =>
      splits.flatMap((split) =>
        KINDS.map((kind, k): [string, number | null] => {
          const value = numbers[from + KINDS.length * SPLITS.indexOf(split) + k];
          return [`${prefix}${split}_${kind}`, Number.isFinite(value) ? value : null];
        }),
      );
    const best = numbers[BEST_EPOCH] > 0 ? [['best_epoch', numbers[BEST_EPOCH]] as const, ...all('best_', BEST)] : [];
    return Object.fromEntries([['epoch', numbers[EPOCH]], ...all('', LAST), ...best]);
  }

  private write(from: number, found: Evaluation): void {
    for (const [s, split] of SPLITS.entries()) {
      for (const [k, kind] of KINDS.entries()) {
        this.numbers[from + KINDS.length * s + k] = found[split]?.[kind] ?? Number.NaN;
      }
    }
  }
}

/** The error, or the cost where there are no classes. */
function scoreOf({ error, cost }: Pick<Tally, 'error' | 'cost'>): number {
  return Number.isNaN(error) ? cost : error;
}
