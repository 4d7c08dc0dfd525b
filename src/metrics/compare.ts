/** The sums behind every per-step measure of a against b; sums of parts merge into that of the whole. */
export class Comparison {
  private aa = 0;
  private bb = 0;
  private ab = 0;
  private dd = 0;
  private agree = 0;
  private count = 0;

  add(a: ArrayLike<number>, b: ArrayLike<number>): this {
    // over every cell of every step: locals stay in registers, where fields and a pattern [u, v] do not
    let { aa, bb, ab, dd, agree } = this;
    for (let i = 0; i < a.length; i++) {
      const u = a[i];
      const v = b[i];
      const d = u - v;
      const p = u * v;
      aa += u * u;
      bb += v * v;
      ab += p;
      dd += d * d;
      // the product has the signs' answer in one branch, unless it is 0: by a 0, or by underflow
      if (p > 0 || (p === 0 && Math.sign(u) === Math.sign(v))) agree++;
    }
    this.aa = aa;
    this.bb = bb;
    this.ab = ab;
    this.dd = dd;
    this.agree = agree;
    this.count += a.length;
    return this;
  }

  merge(part: Comparison): this {
    this.aa += part.aa;
    this.bb += part.bb;
    this.ab += part.ab;
    this.dd += part.dd;
    this.agree += part.agree;
    this.count += part.count;
    return this;
  }

  /** ‖a‖₂ */
  get norm(): number {
    return Math.sqrt(this.aa);
  }

  /** ‖b‖₂ */
  get referenceNorm(): number {
    return Math.sqrt(this.bb);
  }

  /** ‖a − b‖₂ */
  get errorAbs(): number {
    return Math.sqrt(this.dd);
  }

  /** ‖a − b‖₂/‖b‖₂; NaN for 0/0. */
  get errorRel(): number {
    return this.errorAbs / this.referenceNorm;
  }

  /** ‖a − b‖₂ over the largest reference norm so far; 0 where a = b. */
  errorScaled(largestReferenceNorm: number): number {
    return this.dd === 0 ? 0 : this.errorAbs / largestReferenceNorm;
  }

  /** a·b/(‖a‖₂‖b‖₂), rounded into [−1, 1]; NaN where a or b is 0. */
  get cosine(): number {
    return Math.max(-1, Math.min(1, this.ab / (this.norm * this.referenceNorm)));
  }

  /** Fraction of entries of equal sign, 0 equal to 0. */
  get signAgreement(): number {
    return this.agree / this.count;
  }
}

/** 9 digits: the last bits of an arc cosine need not be the same everywhere. */
export function degrees(cosine: number): number {
  return Number(((Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI).toPrecision(9));
}
