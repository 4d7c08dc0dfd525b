/** A complex scalar. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** A complex number that a hot loop writes to. */
export interface ComplexCell {
  re: number;
  im: number;
}

export const real = (re: number): Complex => ({ re, im: 0 });
