import { entry } from '../entry.js';
import { fromStates } from './claims.js';
import { equilibriumPropagation } from './ep.js';
import { family } from './family.js';
import { agnostic } from './nudging/agnostic.js';

/**
 * Contrastive Hebbian learning (Movellan 1991; Xie & Seung 2003): phase two holds the outputs at their targets, and
 *
 *     ∂/∂W_l ≈ γ^{l−L} (s⁰_{l−1}ᵀ s⁰_l − s^c_{l−1}ᵀ s^c_l)        (Xie & Seung's ΔW/η, its sign turned),
 *
 * which is d/dθ (E_γ(s^c) − E_γ(s⁰)) at every γ: agnostic nudging on `prototypical` with `feedback: γ`. As γ → 0 it tends, in
 * the order of γ, to backpropagation without the slope of the outputs; in layer l the two states differ by γ^{L−l} only, so
 * that round-off leaves some 1e-16/γ^{L−l} of it.
 */
export const contrastiveHebbianFamily = family({
  name: 'contrastive-hebbian',
  summary: 'outputs held at their targets: ep with nudging agnostic; with feedback γ → 0, backpropagation of y − o',
  source: 'Xie & Seung 2003; Movellan 1991',
  symbol: 'CHL',
  nudged: true,
  options: {},
  members: {
    'contrastive-hebbian': entry({
      name: 'contrastive-hebbian',
      summary: 'outputs held at their targets',
      claims: {
        ...fromStates('free, held', 'feedback γ → 0'),
        equals: "backprop without the outputs' ρ'",
      },
      options: {},
      create: agnostic,
    }),
  },
  create: (nudging) => equilibriumPropagation(nudging, 'energy'),
});
