import type { Judged } from './network.js';

/** Sums over batches: what a row of evaluation.csv is made of. Its numbers are one array, for a checkpoint. */
export class Tally {
  readonly numbers = new Float64Array(6);

  add({ examples, cost, wrong, rest }: Judged): void {
    const { numbers } = this;
    numbers[0] += examples;
    numbers[1] += cost * examples;
    numbers[2] += wrong;
    numbers[3] += 1;
    numbers[4] += rest.steps;
    numbers[5] = Math.max(numbers[5], rest.residual);
  }

  clear(): void {
    this.numbers.fill(0);
  }

  get examples(): number {
    return this.numbers[0];
  }

  /** Mean over the examples. */
  get cost(): number {
    return this.numbers[1] / this.numbers[0];
  }

  get error(): number {
    return this.numbers[2] / this.numbers[0];
  }

  /** Mean over the batches. */
  get steps(): number {
    return this.numbers[4] / this.numbers[3];
  }

  /** The largest. */
  get residual(): number {
    return this.numbers[5];
  }
}
