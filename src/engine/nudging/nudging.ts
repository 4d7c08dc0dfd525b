import type { Complex } from '../../numerics/complex.js';

/**
 * A nudging scheme is data: copies k of the network, each nudged with its own β_k, and weights w_k such that
 *
 *     S̃ = Re Σ_k w_k F^{β_k}(s_k),   Θ̃ = Re Σ_k w_k (∂E/∂θ(s_k) − ∂E/∂θ(s⁰)).
 *
 * A copy with a complex β has a complex state.
 */
export interface Nudging {
  readonly copies: readonly { readonly beta: Complex; readonly weight: Complex }[];
  /** Power of β in the bias; Infinity for the limit itself. */
  readonly order: number;
}
