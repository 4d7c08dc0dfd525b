import * as z from 'zod';
import type { Params, State, System } from '../model/types.js';
import { addScaled, axpy, scale } from '../numerics/kernels.js';
import { hasDiverged } from '../solver/relax.js';
import { fromStates } from './claims.js';
import { type Copy, drawn, startCopy } from './copies.js';
import type { Engine, Estimate, Problem, Process } from './engine.js';
import { type Rule, ruleLabel, ruleOption } from './ep.js';
import { family } from './family.js';
import type { Nudging } from './nudging/nudging.js';
import { oneSidedEntry } from './nudging/one-sided.js';
import { randomSignEntry } from './nudging/random-sign.js';

/**
 * Continual EP (Ernoult et al. 2020, arXiv 2005.04168): the weights of the nudged copy move at every step of phase two,
 *
 *     θ ← θ − η ΔΘ̃_t,   ΔΘ̃_t = (1/β) (∂E/∂θ(s_{t+1}) − ∂E/∂θ(s_t)),
 *
 * so that no state of phase one needs to be kept. The estimate is Σ ΔΘ̃_t; an update by it at rate η leads where the
 * weights have moved. The fixed point moves along with them, by O(η) against the O(β) of the nudge: the deviation from EP
 * is of first order in η/β.
 */
export const continualPropagation = (nudging: Nudging, rule: Rule, learningRate: number): Engine => ({
  needs: [rule === 'energy' ? 'energy' : 'linearisation'],
  accuracy: 'biased',
  residualGain: Math.abs(nudging.copies[0].weight.re),
  hasProcess: true,
  run: (problem) => secondPhase(problem, nudging, rule, learningRate),
});

function* secondPhase(
  problem: Problem,
  nudging: Nudging,
  rule: Rule,
  learningRate: number,
): Generator<Process, Estimate> {
  const { step: dt, steps } = problem.second;
  // where the batch has its states: θ itself may outlive it
  const theta = problem.free.of(problem.system.dynamics.parameters).copy(problem.theta);
  const system = problem.system.dynamics.bind(theta, problem.x);
  const copy = startCopy({ ...problem, system }, drawn(nudging, problem)[0]);
  const { s, force, field, advance, weight } = copy;
  const [state, before] = [s.like(), s.clone()];
  const change = (rule === 'energy' ? energyChange : vectorFieldChange)(system, copy);
  const increment = theta.like();
  const gradient = (problem.gradient ?? theta.like()).fill(0);
  const params = () => gradient;
  for (let step = 0; ; step++) {
    field(s, force);
    addScaled(state.fill(0).data, -weight.re, force.data, state.data);
    if (hasDiverged(s) || hasDiverged(theta)) return { status: 'diverged', steps: step, gradient };
    yield { step, time: step * dt, state, params };
    if (step >= steps) return { status: 'completed', steps: step, gradient };
    before.copy(s);
    advance(field, s, force, dt, s);
    change(before, increment.fill(0));
    axpy(1, increment.data, gradient.data);
    axpy(-learningRate, increment.data, theta.data);
    system.refresh();
  }
}

/** Writes ΔΘ̃ of a step that has led from `before` to where the copy is. */
type Change = (before: State, out: Params) => void;

function energyChange({ energy }: System, copy: Copy): Change {
  return (before, out) => energy!.addGradChange([copy], before, out);
}

/** ΔΘ̃ = −(1/β) (∂F/∂θ(s_t))ᵀ (s_{t+1} − s_t), with what the synapse sees when it moves. */
function vectorFieldChange(system: System, { s, weight }: Copy): Change {
  const linearisation = system.linearise(s.clone());
  const move = s.like();
  return (before, out) => {
    addScaled(s.data, -1, before.data, move.data);
    linearisation.move(before);
    linearisation.gradParams(move, out);
    scale(-weight.re, out.data);
  };
}

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
    learning_rate: z.number().nonnegative().describe('η of the weights while phase two goes on; 0 leaves EP'),
  },
  // weights that move as fast as the nudge lead astray
  examples: [{ learning_rate: 1e-5 }],
  members: { 'one-sided': oneSidedEntry, 'random-sign': randomSignEntry },
  label: ruleLabel,
  create: (nudging: Nudging, { rule, learning_rate }) => continualPropagation(nudging, rule, learning_rate),
});
