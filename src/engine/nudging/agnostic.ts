import { entry } from '../../entry.js';
import { real } from '../../numerics/complex.js';
import { fromStates } from '../claims.js';
import type { Nudging } from './nudging.js';

/**
 * The limit β → ∞, where EP does not ask how strong a nudge is: the outputs are held at the minimum of C (the targets of
 * mse), and
 *
 *     Θ̃ = lim β Θ̃^β = ∂E/∂θ(s^∞) − ∂E/∂θ(s⁰),
 *
 * the gradient not of J but of the contrastive function E(θ, s^∞) − E(θ, s⁰) (Movellan 1991), β times the Lyapunov
 * function (1/β) (E^β(s^β) − E(s⁰)) on which agnostic EP descends (Scellier et al. 2022). To leading order in the error
 * it is J's gradient for an error of K(o − y) in place of o − y, K the Schur complement of H on the outputs.
 */
export const agnostic = (): Nudging => ({
  copies: [{ beta: real(Number.POSITIVE_INFINITY), weight: real(1) }],
  accuracy: 'biased',
  needs: ['clamping'],
});

export const agnosticEntry = entry({
  name: 'agnostic',
  summary: 'the clamped limit β → ∞: outputs held at their targets, no β at all; descends on E(s^∞) − E(s⁰), not on J',
  source: 'Scellier et al. 2022 (arXiv 2205.15021); Movellan 1991',
  claims: { ...fromStates('free, held'), equals: 'd/dθ (E(s^∞) − E(s⁰))' },
  options: {},
  create: agnostic,
});
