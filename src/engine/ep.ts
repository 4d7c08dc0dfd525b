import * as z from 'zod';
import type { Params, State } from '../model/types.js';
import { axpy, scale } from '../numerics/kernels.js';
import { type Field, nudgedField } from '../solver/field.js';
import type { Step } from '../solver/integrator.js';
import { hasDiverged } from '../solver/relax.js';
import type { Engine, Estimate, Problem, Process } from './engine.js';
import { family } from './family.js';
import { centeredEntry } from './nudging/centered.js';
import { exactEntry } from './nudging/exact.js';
import type { Nudging } from './nudging/nudging.js';
import { oneSidedEntry } from './nudging/one-sided.js';

/**
 * How EP turns states into a parameter gradient. `energy`: Θ̃ = d/dβ ∂E/∂θ (Scellier & Bengio 2017, theorem 1).
 * `vector-field`: Θ̃ = −(∂F/∂θ)ᵀ ds/dβ (Scellier et al. 2018), which needs no energy and is exact only for symmetric J.
 */
export type Rule = 'energy' | 'vector-field';

/**
 * Equilibrium Propagation: phase two starts at s⁰ and follows the nudged field; S̃_t is that field at s^β_t divided by
 * β (Scellier & Bengio 2019, section 4), not a difference quotient between steps.
 */
export function equilibriumPropagation(nudging: Nudging, rule: Rule): Engine {
  const complex = nudging.copies.some(({ beta }) => beta.im !== 0);
  return {
    needs: [rule === 'energy' ? 'energy' : 'linearisation', ...(complex ? (['complex-field'] as const) : [])],
    accuracy:
      rule === 'vector-field'
        ? 'biased'
        : nudging.order === Number.POSITIVE_INFINITY
          ? 'exact'
          : { orderInBeta: nudging.order },
    residualGain: Math.max(1, Math.abs(nudging.copies.reduce((sum, { weight }) => sum + weight.re, 0))),
    hasProcess: true,
    run: (problem) => secondPhase(problem, nudging, rule),
  };
}

interface Copy {
  readonly weight: Nudging['copies'][number]['weight'];
  readonly s: State;
  readonly force: State;
  readonly field: Field;
  readonly advance: Step;
}

function* secondPhase(problem: Problem, nudging: Nudging, rule: Rule): Generator<Process, Estimate> {
  const { step: dt, steps } = problem.second;
  const copies = nudging.copies.map(({ beta, weight }) => startCopy(problem, beta, weight));
  const state = problem.free.like();
  const params = rule === 'energy' ? energyRule(problem, copies) : vectorFieldRule(problem, copies);
  for (let step = 0; ; step++) {
    state.fill(0);
    for (const { field, s, force, weight } of copies) {
      field(s, force);
      // −S̃ = −Re(w F)
      axpy(-weight.re, force.re, state.re);
      if (force.im) axpy(weight.im, force.im, state.re);
    }
    if (copies.some(({ s }) => hasDiverged(s))) return { status: 'diverged', steps: step, gradient: params() };
    yield { step, time: step * dt, state, params };
    if (step >= steps) return { status: 'completed', steps: step, gradient: params() };
    for (const { field, s, force, advance } of copies) advance(field, s, force, dt, s);
  }
}

function startCopy(problem: Problem, beta: Copy['weight'], weight: Copy['weight']): Copy {
  const { system, cost, free, second } = problem;
  const s = free.of(system.shapes, beta.im !== 0).copy(free);
  return {
    weight,
    s,
    force: s.like(),
    field: nudgedField(system, cost, beta),
    advance: second.integrator.prepare(s, system.dynamics.box),
  };
}

/** Θ̃ = Re Σ w_k (∂E/∂θ(s_k) − ∂E/∂θ(s⁰)); ∂E^β/∂θ = ∂E/∂θ, since no cost here depends on θ. */
function energyRule({ system, free, gradient }: Problem, copies: readonly Copy[]): () => Params {
  const out = gradient ?? free.of(system.dynamics.parameters);
  return () => {
    system.energy!.addGradChange(copies, free, out.fill(0));
    return out;
  };
}

/** Θ̃ = −(∂F/∂θ(s⁰))ᵀ v, v = Re Σ w_k (s_k − s⁰) the estimate of ds/dβ. */
function vectorFieldRule({ system, free, freeUnits, gradient }: Problem, copies: readonly Copy[]): () => Params {
  const linearisation = system.linearise(free, freeUnits);
  const out = gradient ?? free.of(system.dynamics.parameters);
  const v = free.like();
  return () => {
    v.fill(0);
    for (const { s, weight } of copies) {
      for (let i = 0; i < v.re.length; i++) v.re[i] += weight.re * (s.re[i] - free.re[i]);
      if (s.im) axpy(-weight.im, s.im, v.re);
    }
    linearisation.gradParams(v, out);
    scale(-1, out.data);
    return out;
  };
}

export const nudgings = { 'one-sided': oneSidedEntry, centered: centeredEntry, exact: exactEntry };

export const epFamily = family({
  name: 'ep',
  summary: 'Equilibrium Propagation: nudge the output and let the same network relax once more',
  source: 'Scellier & Bengio 2017, 2019',
  key: 'nudging',
  options: {
    rule: z
      .enum(['energy', 'vector-field'])
      .default('energy')
      .describe('how states give a gradient: d/dβ ∂E/∂θ, or −(∂F/∂θ)ᵀ ds/dβ, which needs no energy'),
  },
  members: nudgings,
  create: (nudging: Nudging, { rule }) => equilibriumPropagation(nudging, rule),
});
