import * as z from 'zod';
import { layersProblem, layerwise } from '../model/tensor.js';
import type { Params, State, System } from '../model/types.js';
import { type Complex, real } from '../numerics/complex.js';
import { addScaled, axpy } from '../numerics/kernels.js';
import { hasDiverged } from '../solver/relax.js';
import { fromStates } from './claims.js';
import { type Copy, drawn, startCopy } from './copies.js';
import type { Engine, Estimate, Problem, Process, Work } from './engine.js';
import { type Rule, ruleLabel, ruleOption } from './ep.js';
import { family } from './family.js';
import { centeredEntry } from './nudging/centered.js';
import { oneSidedEntry } from './nudging/one-sided.js';
import { randomSignEntry } from './nudging/random-sign.js';
import { type ContinualNudging, thirdPhaseEntry } from './nudging/third-phase.js';

/**
 * Continual EP (Ernoult et al. 2020, arXiv 2005.04168): the weights of the nudged copy move at every step of phase two,
 *
 *     θ ← θ − η ΔΘ̃_t,   ΔΘ̃_t = Σ_k w_k (∂E/∂θ(s_k,t+1) − ∂E/∂θ(s_k,t)),   w = 1/β of one copy,
 *
 * so that no state of phase one needs to be kept. The estimate is Σ ΔΘ̃_t; an update by it at rate η leads where the
 * weights have moved. The fixed point moves along with them, by O(η) against the O(β) of the nudge: the deviation from EP
 * is of first order in η/β. Several copies see the same weights, which move by all of them.
 */
export const continualPropagation = (
  nudging: ContinualNudging,
  rule: Rule,
  learningRate: number | readonly number[],
): Engine => ({
  needs: [rule === 'energy' ? 'energy' : 'linearisation'],
  accuracy: 'biased',
  residualGain: Math.abs(nudging.copies.reduce((sum, { weight }) => sum + weight.re, 0)) || 1,
  hasProcess: true,
  misfit(tensors) {
    const wrong = layersProblem(learningRate, tensors, 'rates');
    return wrong === undefined ? undefined : ['learning_rate', wrong];
  },
  run: (problem) => secondPhase(problem, nudging, rule, learningRate),
});

function* secondPhase(
  problem: Problem,
  nudging: ContinualNudging,
  rule: Rule,
  learningRate: number | readonly number[],
): Generator<Process | Work, Estimate> {
  const { step: dt, steps } = problem.second;
  // where the batch has its states: θ itself may outlive it
  const theta = problem.free.of(problem.system.dynamics.parameters).copy(problem.theta);
  const system = problem.system.dynamics.bind(theta, problem.x);
  const own = { ...problem, system };
  const copies = drawn(nudging, problem).map((copy) => startCopy(own, copy));
  const earlier = nudging.before ? yield* phaseBefore(own, nudging.before, copies) : 0;
  const [state, before] = [problem.free.like(), problem.free.like()];
  const changes = copies.map((copy) => (rule === 'energy' ? energyChange : vectorFieldChange)(system, copy));
  const rates = layerwise(learningRate, system.dynamics.parameters);
  const increment = theta.like();
  const gradient = (problem.gradient ?? theta.like()).fill(0);
  const params = () => gradient;
  for (let step = 0; ; step++) {
    state.fill(0);
    for (const { field, s, force, weight } of copies) {
      field(s, force);
      addScaled(state.data, -weight.re, force.data, state.data);
    }
    const done = { steps: earlier + step, gradient };
    if (copies.some(({ s }) => hasDiverged(s)) || hasDiverged(theta)) return { status: 'diverged', ...done };
    yield { step, time: step * dt, state, params };
    if (step >= steps) return { status: 'completed', ...done };
    increment.fill(0);
    copies.forEach(({ s, force, field, advance }, k) => {
      before.copy(s);
      advance(field, s, force, dt, s);
      changes[k](before, increment);
    });
    axpy(1, increment.data, gradient.data);
    rates.forEach((rate, k) => {
      axpy(-rate, increment.parts[0][k].data, theta.parts[0][k].data);
    });
    system.refresh();
  }
}

/** Leads the copies to where weights at rest, nudged by β, take s⁰ in as many steps; gives how many these were. */
function* phaseBefore(problem: Problem, beta: Complex, copies: readonly Copy[]): Generator<Work, number> {
  const { step: dt, steps } = problem.second;
  const { s, force, field, advance } = startCopy(problem, { beta, weight: real(0) });
  for (let step = 0; step < steps; step++) {
    field(s, force);
    advance(field, s, force, dt, s);
    yield { done: step + 1, of: 2 * steps };
  }
  for (const copy of copies) copy.s.copy(s);
  return steps;
}

/** Adds the share of a copy in ΔΘ̃ of a step that has led it from `before` to where it is. */
type Change = (before: State, out: Params) => void;

function energyChange({ energy }: System, copy: Copy): Change {
  return (before, out) => energy!.addGradChange([copy], before, out);
}

/** ΔΘ̃ = −(1/β) (∂F/∂θ(s_t))ᵀ (s_{t+1} − s_t), with what the synapse sees when it moves. */
function vectorFieldChange(system: System, { s, weight }: Copy): Change {
  const linearisation = system.linearise(s.clone());
  const [move, share] = [s.like(), s.of(system.dynamics.parameters)];
  return (before, out) => {
    addScaled(s.data, -1, before.data, move.data);
    linearisation.move(before);
    linearisation.gradParams(move, share);
    axpy(-weight.re, share.data, out.data);
  };
}

const rate = () => z.number().nonnegative();

export const continualEpFamily = family({
  name: 'continual-ep',
  summary: 'Continual Equilibrium Propagation: weights move at every step of phase two; EP as learning_rate/β → 0',
  source: 'Ernoult et al. 2020 (arXiv 2005.04168)',
  claims: fromStates('free, nudged while weights move', 'β → 0 and η/β → 0'),
  symbol: 'C-EP',
  title: (nudging) => `continual EP ${nudging}`,
  nudged: true,
  key: 'nudging',
  options: {
    rule: ruleOption(),
    learning_rate: z
      .union([rate(), z.array(rate()).min(1)])
      .describe(
        'η of the weights while phase two goes on, one for all or one for each layer, input side first; 0 leaves EP',
      ),
  },
  // weights that move as fast as the nudge lead astray
  examples: [{ learning_rate: 1e-5 }],
  members: {
    'one-sided': oneSidedEntry,
    'random-sign': randomSignEntry,
    centered: centeredEntry,
    'third-phase': thirdPhaseEntry,
  },
  label: ruleLabel,
  create: (nudging: ContinualNudging, { rule, learning_rate }) => continualPropagation(nudging, rule, learning_rate),
});
