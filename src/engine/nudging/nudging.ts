import type { Capability } from '../../model/capability.js';
import type { State } from '../../model/types.js';
import type { Complex } from '../../numerics/complex.js';
import type { Accuracy, Estimate, NudgedCopy } from '../engine.js';

/**
 * A nudging scheme is data: copies k of the network, each nudged with its own β_k, and weights w_k such that
 *
 *     S̃ = Re Σ_k w_k F^{β_k}(s_k),   Θ̃ = Re Σ_k w_k (∂E/∂θ(s_k) − ∂E/∂θ(s⁰)).
 */
export interface Nudging {
  readonly copies: readonly NudgedCopy[];
  readonly accuracy: Accuracy;
  /** Beyond the fields of phase two with real β. */
  readonly needs?: readonly Capability[];
  /** Every β_k is one of dual numbers: it stands for β_k h, and w_k for w_k/h, with h so small that h² = 0. */
  readonly infinitesimal?: true;
  /** `random`: one draw a batch turns every β_k and w_k into its negative, or leaves all as they are. */
  readonly sign?: 'random';
  /** What the ends of the copies tell, each beside its place in `copies`; `free` is s⁰. */
  judge?(ends: readonly CopyEnd[], free: State): Pick<Estimate, 'measured' | 'remarks'>;
}

/** A copy at the end of phase two. */
export interface CopyEnd extends NudgedCopy {
  readonly s: State;
  /** ‖F^β‖_∞ where phase two began (|β| ‖c‖_∞, but for a residual), and where it ended. */
  readonly residuals: readonly [first: number, last: number];
}

/** β for messages: 0.1, −0.3, 0.2 ± 0.3i (which stands for its conjugate too), ∞. */
export function formatBeta({ re, im }: Complex): string {
  if (re === Number.POSITIVE_INFINITY) return '∞';
  const short = (value: number) => String(Number(value.toPrecision(3))).replace('-', '−');
  return im === 0 ? short(re) : `${short(re)} ± ${short(Math.abs(im))}i`;
}
