import * as z from 'zod';
import type { LabelPart } from '../entry.js';
import type { Params, State, WeightedState } from '../model/types.js';
import type { Bounds } from '../numerics/bounds.js';
import { axpy, clip, maxAbs, scale } from '../numerics/kernels.js';
import { boundsOf } from '../solver/field.js';
import { type Relaxation, Watch } from '../solver/relax.js';
import { drawn, type FollowedCopy, followCopy, restingCopy, switchedIn } from './copies.js';
import {
  type Engine,
  type Estimate,
  Moment,
  type NudgedCopy,
  type Problem,
  type Process,
  type Settle,
  settling,
  statusOf,
} from './engine.js';
import { family } from './family.js';
import { agnosticEntry } from './nudging/agnostic.js';
import { centeredEntry } from './nudging/centered.js';
import { exactEntry } from './nudging/exact.js';
import { holomorphicEntry } from './nudging/holomorphic.js';
import { formatBeta, type Nudging } from './nudging/nudging.js';
import { oneSidedEntry } from './nudging/one-sided.js';
import { randomSignEntry } from './nudging/random-sign.js';

/**
 * How EP turns states into a parameter gradient. `energy`: Θ̃ = d/dβ ∂E/∂θ (Scellier & Bengio 2017, theorem 1).
 * `vector-field`: Θ̃ = −(∂F/∂θ)ᵀ ds/dβ (Scellier et al. 2018), which needs no energy and is exact only for symmetric J.
 */
export type Rule = 'energy' | 'vector-field';

/** The rule of an energy goes without saying. */
export const ruleLabel = ({ rule }: { readonly rule: Rule }): LabelPart[] =>
  rule === 'vector-field' ? [{ keys: ['rule'], text: `${rule} rule` }] : [];

export const ruleOption = () =>
  z
    .enum(['energy', 'vector-field'])
    .default('energy')
    .describe('how states give a gradient: d/dβ ∂E/∂θ, or −(∂F/∂θ)ᵀ ds/dβ, which needs no energy');

/**
 * Equilibrium Propagation: phase two starts at s⁰ and follows the nudged field; S̃_t is that field at s^β_t divided by
 * β (Scellier & Bengio 2019, section 4), not a difference quotient between steps.
 */
export function equilibriumPropagation(nudging: Nudging, rule: Rule): Engine {
  return {
    needs: [rule === 'energy' ? 'energy' : 'linearisation', ...(nudging.needs ?? [])],
    accuracy: rule === 'vector-field' ? 'biased' : nudging.accuracy,
    residualGain: Math.max(1, Math.abs(nudging.copies.reduce((sum, { weight }) => sum + weight.re, 0))),
    hasProcess: true,
    ...(rule === 'energy' && nudging.copies.every(hasRealBeta) ? { copies: nudging.copies } : {}),
    run: (problem) => secondPhase(problem, nudging, rule),
    // a solver looks for the states of real copies
    ...(nudging.copies.every(({ beta }) => beta.im === 0) && { settle: settle(nudging, rule) }),
  };
}

const hasRealBeta = ({ beta }: NudgedCopy) => beta.im === 0 && Number.isFinite(beta.re);

/** The copies at rest: Θ̃ for t → ∞. */
const settle = (nudging: Nudging, rule: Rule): Settle => ({
  offers: nudging.copies.every(({ beta }) => Number.isFinite(beta.re))
    ? ['linearisation', 'response']
    : ['linearisation'],
  mirrors: nudging.copies.some((copy, k) => imageOf(copy, nudging.copies.slice(0, k)) !== undefined),
  *run(problem, by) {
    const ends: End[] = [];
    const bounds = boundsOf(problem.system);
    for (const copy of drawn(nudging, problem)) {
      const { field, s: start, moving } = restingCopy(problem, copy);
      const image = by.startAt === 'mirrored' ? imageOf(copy, ends) : undefined;
      if (image) mirror(image.s, problem.free, bounds, start);
      const end = yield* settling({ field, start, bounds, ...(!image && { moving }) }, by);
      ends.push({ ...copy, s: end.state, end });
    }
    return {
      status: statusOf(ends.map(({ end }) => end)),
      steps: Math.max(...ends.map(({ end }) => end.steps)),
      gradient: (rule === 'energy' ? energyRule : vectorFieldRule)(problem, ends)(),
      residual: Math.max(...ends.map(({ weight, end }) => Math.abs(weight.re) * end.residualMax)),
      remarks: switchedIn(problem, ends),
    };
  },
});

/** A copy, and where it came to rest. */
interface End extends NudgedCopy {
  readonly s: State;
  readonly end: Relaxation;
}

/** The copy whose displacement from s⁰ is, to first order in β, the negative of this one's; of outputs that are held, in η. */
const imageOf = <C extends NudgedCopy>({ beta, held }: NudgedCopy, others: readonly C[]): C | undefined =>
  others.find((other) =>
    held === undefined ? other.held === undefined && other.beta.re === -beta.re : other.held === -held,
  );

/** out = s⁰ − (s − s⁰), within its bounds. */
function mirror(s: State, free: State, bounds: Bounds | undefined, out: State): void {
  for (let i = 0; i < out.data.length; i++) out.data[i] = 2 * free.data[i] - s.data[i];
  if (bounds) clip(bounds, out.data);
}

function* secondPhase(problem: Problem, nudging: Nudging, rule: Rule): Generator<Process, Estimate> {
  const { step: dt, steps, integrator } = problem.second;
  const copies = drawn(nudging, problem).map((copy) => followCopy(problem, copy));
  const watches = copies.map(() => new Watch(integrator, boundsOf(problem.system)));
  const params = rule === 'energy' ? energyRule(problem, copies) : vectorFieldRule(problem, copies);
  const error = errorOf(problem, copies);
  let first: readonly number[] = [];
  for (let step = 0; ; step++) {
    const sizes = copies.map((copy) => copy.look());
    if (step === 0 && nudging.judge) first = sizesOf(copies);
    const lost = copies.filter(({ s }, k) => watches[k].hasDiverged(s));
    if (lost.length > 0) return { status: 'diverged', steps: step, gradient: params(), ...which(lost, copies) };
    yield new Moment(step, step * dt, error, params);
    if (step >= steps) {
      const { remarks = [], ...found } = judged(nudging, copies, first, problem.free) ?? {};
      const all = [...remarks, ...switchedIn(problem, copies)];
      return { status: 'completed', steps: step, gradient: params(), ...found, remarks: all };
    }
    copies.forEach((copy, k) => {
      copy.advance();
      watches[k].moved(dt, sizes[k]);
    });
  }
}

/** What the ends of the copies tell, beside the ‖F^β‖_∞ of where they began. */
function judged(nudging: Nudging, copies: readonly FollowedCopy[], first: readonly number[], free: State) {
  if (nudging.judge === undefined) return undefined;
  const last = sizesOf(copies);
  return nudging.judge(
    copies.map((copy, k) => ({ ...copy, residuals: [first[k], last[k]] })),
    free,
  );
}

const sizesOf = (copies: readonly FollowedCopy[]): number[] => copies.map(({ force }) => maxAbs(force.data));

/** −S̃ = −Re Σ w F, as the copies are: most of those who follow only want to know what comes of it. */
function errorOf({ free }: Problem, copies: readonly FollowedCopy[]): () => State {
  let state: State | undefined;
  return () => {
    state ??= free.like();
    state.fill(0);
    for (const { force, weight } of copies) {
      axpy(-weight.re, force.re, state.re);
      if (force.im) axpy(weight.im, force.im, state.re);
    }
    return state;
  };
}

/** Which of several copies have diverged. */
function which(lost: readonly FollowedCopy[], copies: readonly FollowedCopy[]): Pick<Estimate, 'remarks'> {
  if (copies.length === 1) return {};
  return { remarks: [{ symptom: 'copies-diverged', betas: lost.map(({ beta }) => formatBeta(beta)).join(', ') }] };
}

/** Θ̃ = Re Σ w_k (∂E/∂θ(s_k) − ∂E/∂θ(s⁰)); ∂E^β/∂θ = ∂E/∂θ, since no cost here depends on θ. */
function energyRule({ system, free, gradient }: Problem, copies: readonly WeightedState[]): () => Params {
  const out = gradient ?? free.of(system.dynamics.parameters);
  return () => {
    system.energy!.addGradChange(copies, free, out.fill(0));
    return out;
  };
}

/** Θ̃ = −(∂F/∂θ(s⁰))ᵀ v, v = Re Σ w_k (s_k − s⁰) the estimate of ds/dβ. */
function vectorFieldRule(
  { system, free, freeUnits, gradient }: Problem,
  copies: readonly WeightedState[],
): () => Params {
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

const nudgings = {
  'one-sided': oneSidedEntry,
  'random-sign': randomSignEntry,
  centered: centeredEntry,
  holomorphic: holomorphicEntry,
  exact: exactEntry,
  agnostic: agnosticEntry,
};

export const epFamily = family({
  name: 'ep',
  summary: 'Equilibrium Propagation: nudge the output and let the same network relax once more',
  source: 'Scellier & Bengio 2017, 2019',
  symbol: 'EP',
  nudged: true,
  key: 'nudging',
  options: { rule: ruleOption() },
  members: nudgings,
  label: ruleLabel,
  create: (nudging: Nudging, { rule }) => equilibriumPropagation(nudging, rule),
});
