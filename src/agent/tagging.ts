/** Learning by attentional tags: SARSA(λ) by quantities that are at the synapse. */

import type { Claims } from '../entry.js';
import { exponential } from '../numerics/exponential.js';
import type { Numbers } from '../numerics/numbers.js';
import type { Random } from '../numerics/random.js';
import type { AgentNetwork, Rule } from './agent.js';

export const attentionalTagging: Claims = {
  equals: 'SARSA(λ): tags Σ_k (λγ)^k ∂q_a(t − k)/∂θ',
  limit: 'learning rate → 0',
  local: 'yes, but for one δ that all tags are told',
  phases: 'forward, back from the selected unit',
  symmetric: 'yes',
};

/** A choice that is not the agent's own: places inside the modules. */
export interface Forced {
  readonly action?: number | undefined;
  readonly gate?: number | undefined;
}

const FREE: Forced = {};

/**
 * One network that learns while it acts. At every step: forward; in each module the unit of the largest q, with
 * probability ε one that is drawn from softmax(q); δ = r + γ q_a(t) − q_a(t−1), where q_a is the sum over the modules; θ += βδ·tag;
 * and then tag ← λγ·tag + ∂q_a/∂θ. Without an observation the trial is over: δ = r − q_a(t−1), and memory, traces and tags are
 * cleared. At the first step there is no tag yet; its δ counts as if q_a(−1) = q_a(0).
 */
export class Learner {
  /** Of the last step; −1 where there was none. */
  action = -1;
  gate = -1;
  /** q_a; NaN where the trial was over. */
  value = Number.NaN;
  delta = Number.NaN;
  /** One for each number of θ that learns. */
  readonly tags: Float64Array;
  private readonly selected: Int32Array;
  private readonly odds: Float64Array;
  private step = 0;

  /** @param theta the numbers that learn, in place. */
  constructor(
    private readonly network: AgentNetwork,
    private readonly theta: Numbers,
    private readonly modules: readonly number[],
    private readonly rule: Rule,
    private readonly random: Random,
  ) {
    this.tags = new Float64Array(theta.length);
    this.selected = new Int32Array(modules.length);
    this.odds = new Float64Array(Math.max(...modules));
  }

  /** Sees x, and `reward` for what it did before. */
  see(x: Float64Array, reward: number, forced = FREE): void {
    const { network, rule, selected } = this;
    network.forward(x, this.step);
    const value = this.choose(forced);
    const before = this.step === 0 ? value : this.value;
    this.delta = reward + rule.gamma * value - before;
    this.value = value;
    this.learn(rule.lambda * rule.gamma);
    network.addGradient(selected, this.tags);
    network.carryOut(selected);
    this.step++;
  }

  /** The trial is over, with `reward` for what it did last. */
  end(reward: number): void {
    this.delta = reward - this.value;
    this.learn(0);
    this.network.reset();
    [this.action, this.gate, this.value, this.step] = [-1, -1, Number.NaN, 0];
  }

  /** θ += βδ·tag, and tags decay. */
  private learn(kept: number): void {
    const { theta, tags } = this;
    const rate = this.rule.beta * this.delta;
    if (rate === 0 || this.step === 0) {
      for (let i = 0; i < tags.length; i++) tags[i] *= kept;
      return;
    }
    for (let i = 0; i < tags.length; i++) {
      theta[i] += rate * tags[i];
      tags[i] *= kept;
    }
  }

  /** A unit of each module; the sum of their q. */
  private choose({ action, gate }: Forced): number {
    const { modules, selected, network } = this;
    let [sum, from] = [0, 0];
    for (let m = 0; m < modules.length; m++) {
      const chosen = (m === 0 ? action : gate) ?? this.chosen(from, modules[m]);
      selected[m] = from + chosen;
      sum += network.q[selected[m]];
      from += modules[m];
    }
    this.action = selected[0];
    if (modules.length > 1) this.gate = selected[1] - modules[0];
    return sum;
  }

  private chosen(from: number, units: number): number {
    const { q } = this.network;
    const { epsilon } = this.rule;
    let best = 0;
    for (let i = 1; i < units; i++) if (q[from + i] > q[from + best]) best = i;
    if (epsilon === 0 || this.random.uniform() >= epsilon) return best;
    return this.drawn(from, units, q[from + best]);
  }

  /** From softmax(q). */
  private drawn(from: number, units: number, top: number): number {
    const { odds } = this;
    let sum = 0;
    for (let i = 0; i < units; i++) {
      odds[i] = exponential(this.network.q[from + i] - top);
      sum += odds[i];
    }
    let left = this.random.uniform() * sum;
    for (let i = 0; i < units - 1; i++) {
      left -= odds[i];
      if (left < 0) return i;
    }
    return units - 1;
  }
}
