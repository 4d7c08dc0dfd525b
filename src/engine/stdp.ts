import { type Claims, entry } from '../entry.js';
import type { Params, State, Synapses } from '../model/types.js';
import { real } from '../numerics/complex.js';
import { addScaled, axpy, scale } from '../numerics/kernels.js';
import { hasDiverged } from '../solver/relax.js';
import { fromStates } from './claims.js';
import { startCopy } from './copies.js';
import type { Engine, Estimate, Problem, Process } from './engine.js';
import { family } from './family.js';
import { betaLabel, nonzeroBeta } from './nudging/beta.js';

/** What a synapse sees of one step: states and rates ρ(s) before it, and their changes. */
interface Change {
  readonly before: State;
  readonly after: State;
  readonly moved: State;
  readonly changed: State;
}

/** Pairs what one end has with the change at the other. */
interface Pairing {
  /** The change that the presynaptic rate is multiplied by. */
  readonly of: 'moved' | 'changed';
  /** Both directions of a connection, not that from the input to the output alone. */
  readonly both: boolean;
  /** The rate is the mean of those before and after the step, not the one before. */
  readonly mid: boolean;
}

/**
 * The rule that is compatible with spike-timing-dependent plasticity (Bengio, Mesnard, Fischer, Zhang & Wu 2017): while phase
 * two goes on, a weight follows the presynaptic rate times the temporal derivative of the postsynaptic one,
 *
 *     −(1/β) Σ_t ρ(s_i)(t) (ρ(s_j)(t+1) − ρ(s_j)(t)).
 *
 * Of both directions, with rates in the middle of the step, that telescopes to the estimate of EP, one-sided, at every t and
 * for any step. One direction alone is biased, but for the weights from the input. Biases have no estimate: 0.
 */
function spikeTiming(pairing: Pairing, beta: number): Engine {
  return {
    needs: ['energy', 'rates'],
    accuracy: 'biased',
    residualGain: 1 / Math.abs(beta),
    hasProcess: true,
    run: (problem) => secondPhase(problem, pairing, beta),
  };
}

function* secondPhase(problem: Problem, pairing: Pairing, beta: number): Generator<Process, Estimate> {
  const { system, free, second } = problem;
  const { step: dt, steps } = second;
  const { s, force, field, advance } = startCopy(problem, { beta: real(beta), weight: real(1 / beta) });
  const synapses = system.synapses!;
  const state = s.like();
  const change: Change = { before: s.like(), after: s.like(), moved: s.like(), changed: s.like() };
  const gradient = (problem.gradient ?? free.of(system.dynamics.parameters)).fill(0);
  const params = () => gradient;
  synapses.rates(s, change.after);
  for (let step = 0; ; step++) {
    field(s, force);
    addScaled(state.fill(0).data, -1 / beta, force.data, state.data);
    if (hasDiverged(s)) return { status: 'diverged', steps: step, gradient };
    yield { step, time: step * dt, state, params };
    if (step >= steps) return { status: 'completed', steps: step, gradient };
    change.before.copy(change.after);
    change.moved.copy(s);
    advance(field, s, force, dt, s);
    addScaled(s.data, -1, change.moved.data, change.moved.data);
    synapses.rates(s, change.after);
    addScaled(change.after.data, -1, change.before.data, change.changed.data);
    learn(synapses, pairing, change, -1 / beta, gradient);
  }
}

/** Adds what the synapses make of one step. Inputs do not move: theirs is the one direction. */
function learn(synapses: Synapses, { of, both, mid }: Pairing, change: Change, alpha: number, out: Params): void {
  const { before, after, [of]: post } = change;
  // the rate before the step is not needed any more
  if (mid) axpy(1, after.data, before.data);
  if (mid) scale(0.5, before.data);
  synapses.addPairs(alpha, before, post, out);
  if (both) synapses.addPairs(alpha, post, before, out);
  synapses.addInputPairs(alpha, post, out);
}

const pairings: Readonly<
  Record<string, readonly [Pairing, summary: string, equals: Pick<Claims, 'equals' | 'limit'>]>
> = {
  post: [
    { of: 'moved', both: false, mid: false },
    'ρ(s_i) times the change of s_j, from i to j alone',
    { equals: 'no gradient', limit: '–' },
  ],
  'post-rate': [
    { of: 'changed', both: false, mid: false },
    'ρ(s_i) times the change of ρ(s_j), from i to j alone; exact for the weights from the input as β → 0',
    { equals: 'dJ/dW of the weights from the input; biased for others', limit: 'β → 0' },
  ],
  'both-left': [
    { of: 'changed', both: true, mid: false },
    'post-rate of both directions: EP, one-sided, but for the order of β and of the step',
    { equals: 'dJ/dW', limit: 'β → 0' },
  ],
  'both-mid': [
    { of: 'changed', both: true, mid: true },
    'post-rate of both directions, with rates in the middle of the step: EP, one-sided, at every step',
    { equals: 'dJ/dW; EP one-sided at every β and step', limit: 'β → 0' },
  ],
};

const members = Object.fromEntries(
  Object.entries(pairings).map(([name, [pairing, summary, equals]]) => [
    name,
    entry({
      name,
      summary,
      claims: { ...fromStates('free, nudged'), ...equals },
      options: { beta: nonzeroBeta().describe('nudging strength β of phase two, not 0') },
      examples: [{ beta: 0.01 }],
      label: (options) => [betaLabel(options)],
      create: ({ beta }) => spikeTiming(pairing, beta),
    }),
  ]),
);

export const stdpFamily = family({
  name: 'stdp',
  summary: 'presynaptic rate times the change of the postsynaptic one while phase two goes on; of weights alone',
  source: 'Bengio, Mesnard, Fischer, Zhang & Wu 2017',
  symbol: 'STDP',
  nudged: true,
  key: 'pairing',
  options: {},
  members,
  create: (engine: Engine) => engine,
});
