/** When a task counts as learned: of the last trials (of each kind, or of all) so many ended as they should. */
export interface Criterion {
  readonly share: number;
  readonly last: number;
  readonly of: 'each-kind' | 'all';
}

const ringsOf = ({ of }: Criterion, kinds: number): number => (of === 'all' ? 1 : Math.max(1, kinds));

/** How many trials it takes at least, all of them as they should be. */
export const leastTrials = (criterion: Criterion, kinds: number): number =>
  ringsOf(criterion, kinds) * Math.ceil(criterion.share * criterion.last);

/** The last trials of one network. Its numbers are one array, for a checkpoint. */
export class Standing {
  /** A ring for each kind, of 1 for a trial that ended as it should; then where each goes on, and how many ones it holds. */
  readonly numbers: Uint32Array;
  private readonly rings: number;

  constructor(
    private readonly criterion: Criterion,
    kinds: number,
  ) {
    this.rings = ringsOf(criterion, kinds);
    this.numbers = new Uint32Array(this.rings * (criterion.last + 2));
  }

  /** Takes in a trial; whether the criterion is met with it. */
  take(kind: number, success: boolean): boolean {
    const { numbers, rings } = this;
    const { last, share } = this.criterion;
    const ring = rings === 1 ? 0 : kind;
    const [place, sum] = [rings * last + ring, rings * (last + 1) + ring];
    const at = ring * last + numbers[place];
    numbers[sum] += Number(success) - numbers[at];
    numbers[at] = Number(success);
    numbers[place] = (numbers[place] + 1) % last;
    if (!success) return false;
    for (let i = 0; i < rings; i++) if (numbers[rings * (last + 1) + i] < share * last) return false;
    return true;
  }

  clear(): void {
    this.numbers.fill(0);
  }
}
