import * as z from 'zod';
import { positive } from '../entry.js';
import type { Tensor } from '../model/tensor.js';
import type { Params } from '../model/types.js';
import type { Task } from '../task/task.js';

/** What a task gives an agent to see and to do. */
export type Sizes = Pick<Task, 'inputs' | 'actions'>;

/** A network whose units of value, several modules of them, say what to do. Not re-entrant: it has a memory. */
export interface AgentNetwork {
  /** q, one module after another; the same buffer at every step. */
  readonly q: Float64Array;
  /** Sees an observation: q of it and of what is in memory. @param step of the trial, from 0. */
  forward(x: Float64Array, step: number): void;
  /**
   * tags += ∂(Σ q of the selected units)/∂θ of the weights that learn: fed back through the weights as they are now, at the
   * activities of the last pass. @param selected places in q, one a module.
   */
  addGradient(selected: ArrayLike<number>, tags: Float64Array): void;
  /** What the choice does to memory. */
  carryOut(selected: ArrayLike<number>): void;
  /** Memory and traces as at the start of a trial. */
  reset(): void;
}

/** What there is beside the network: constants of the rule of learning (`tagging.ts`). */
export interface Rule {
  readonly beta: number;
  readonly gamma: number;
  readonly lambda: number;
  readonly epsilon: number;
}

/** An agent of some sizes. */
export interface SizedAgent {
  /** Those that do not learn first. */
  readonly tensors: readonly Tensor[];
  /** How many of the tensors do not learn. */
  readonly fixed: number;
  /** Units of each module of q: actions, then gates where it has any. */
  readonly modules: readonly number[];
  /** Half the width of the interval around 0 that a tensor is drawn from. */
  range(tensor: Tensor): number;
  bind(theta: Params): AgentNetwork;
}

/** Who learns a task by tags. */
export interface Agent {
  readonly name: string;
  readonly rule: Rule;
  /** Units that decide what goes into memory; 0 where that is no choice. */
  readonly gates: number;
  of(sizes: Sizes): SizedAgent;
  /** Why it cannot take a task, in words that go on after the task's name and `which`; undefined where it can. */
  refuses?(task: Task): { readonly reason: string; readonly hint: string } | undefined;
}

const share = () => z.number().min(0).max(1);

/** Options of every agent. @param lambda its default: that of the paper. */
export const ruleOptions = (lambda: number) => ({
  beta: z.number().nonnegative().default(0.15).describe('β, rate of learning'),
  gamma: share().default(0.9).describe('γ, discount of what comes a step later'),
  lambda: share().default(lambda).describe('λ: tags decay to λγ of themselves in a step'),
  epsilon: share()
    .default(0.025)
    .describe('ε, share of choices that are drawn from softmax(q); all others take the largest q'),
  offset: z.number().default(2.5).describe('θ of σ(a) = 1/(1 + e^(θ − a))'),
  range: positive().default(0.25).describe('weights that learn are drawn uniformly from (−range, range)'),
});

export const ruleOf = ({ beta, gamma, lambda, epsilon }: Rule): Rule => ({ beta, gamma, lambda, epsilon });
