import { degrees } from './compare.js';

/** Whole processes compared: sums over time for every scalar of a_t against b_t. */
export class ProcessComparison {
  private readonly aa: Float64Array;
  private readonly bb: Float64Array;
  private readonly ab: Float64Array;
  private readonly dd: Float64Array;
  private readonly agree: Float64Array;
  private steps = 0;

  constructor(length: number) {
    [this.aa, this.bb, this.ab, this.dd, this.agree] = [0, 0, 0, 0, 0].map(() => new Float64Array(length));
  }

  /** One more moment. */
  add(a: ArrayLike<number>, b: ArrayLike<number>): void {
    for (let i = 0; i < a.length; i++) {
      this.aa[i] += a[i] * a[i];
      this.bb[i] += b[i] * b[i];
      this.ab[i] += a[i] * b[i];
      this.dd[i] += (a[i] - b[i]) * (a[i] - b[i]);
      if (Math.sign(a[i]) === Math.sign(b[i])) this.agree[i]++;
    }
    this.steps++;
  }

  /** Of the scalars [from, to). */
  part(from: number, to: number): ProcessMeasures {
    let [aa, bb, ab, agree, relative] = [0, 0, 0, 0, 0];
    for (let i = from; i < to; i++) {
      aa += this.aa[i];
      bb += this.bb[i];
      ab += this.ab[i];
      agree += this.agree[i];
      // two scalars that are always 0 agree
      if (this.dd[i] > 0) relative += Math.sqrt(this.dd[i] / Math.max(this.aa[i], this.bb[i]));
    }
    return {
      relMse: relative / (to - from),
      signAgreement: agree / (to - from) / this.steps,
      angle: degrees(ab / (Math.sqrt(aa) * Math.sqrt(bb))),
    };
  }
}

/** The measures of Ernoult et al. (2019, section 4.1) and Laborieux et al. (2021). */
export interface ProcessMeasures {
  /** √(Σ_t(a−b)²/max(Σa², Σb²)) of each scalar, averaged over the scalars. */
  readonly relMse: number;
  /** Fraction of entries, over all moments, of equal sign, 0 equal to 0. */
  readonly signAgreement: number;
  /** Between the two as vectors over entries and moments, in degrees; NaN where one is 0. */
  readonly angle: number;
}
