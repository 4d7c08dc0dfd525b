import * as z from 'zod';
import { entry, MOST } from '../entry.js';
import { type Tensor, tensor } from '../model/tensor.js';
import type { Params } from '../model/types.js';
import { logistic } from '../numerics/logistic.js';
import type { Numbers } from '../numerics/numbers.js';
import { type Agent, type AgentNetwork, type Rule, ruleOf, ruleOptions, type Sizes } from './agent.js';
import { addOuter, addProduct } from './dense.js';
import { attentionalTagging } from './tagging.js';

interface Units {
  readonly regular: number;
  readonly memory: number;
  readonly offset: number;
}

const units = (count: number, what: string) => z.int().positive().max(MOST.units).default(count).describe(what);

const options = {
  regular: units(3, 'units that see what is there'),
  memory: units(4, 'units that add up what has changed'),
  ...ruleOptions(0.2),
};

/**
 * AuGMEnT (Rombouts et al. 2015). Regular units yʳ = σ([1, x]Vʳ) see the observation, memory units yᵐ = σ(M) add up its changes,
 * M ← M + [max(x − x', 0), max(x' − x, 0)]Vᵐ; q = [1, yʳ]Wʳ + yᵐWᵐ.
 */
function augment(given: Units & Rule & { readonly range: number }): Agent {
  return {
    name: 'augment',
    rule: ruleOf(given),
    gates: 0,
    of: (sizes) => ({
      tensors: tensors(sizes, given),
      fixed: 0,
      modules: [sizes.actions],
      range: () => given.range,
      bind: (theta) => new AugmentNetwork(theta, sizes, given),
    }),
  };
}

function tensors({ inputs, actions }: Sizes, { regular, memory }: Units): Tensor[] {
  return [
    tensor({ name: 'Vr', kind: 'input', shape: [inputs + 1, regular], layer: 1 }),
    tensor({ name: 'Vm', kind: 'input', shape: [2 * inputs, memory], layer: 1 }),
    tensor({ name: 'Wr', kind: 'coupling', shape: [regular + 1, actions], layer: 2 }),
    tensor({ name: 'Wm', kind: 'coupling', shape: [memory, actions], layer: 2 }),
  ];
}

class AugmentNetwork implements AgentNetwork {
  readonly q: Float64Array;
  private readonly weights: readonly Numbers[];
  private readonly at: readonly number[];
  /** [1, x], the x before it, and what has changed. */
  private readonly x: Float64Array;
  private readonly before: Float64Array;
  private readonly change: Float64Array;
  /** What has changed, summed over the trial: what an input has given to M by a weight. */
  private readonly trace: Float64Array;
  private readonly sums: Float64Array;
  /** [1, yʳ] and yᵐ, and what comes back to them. */
  private readonly regular: Float64Array;
  private readonly memory: Float64Array;
  private readonly received: Float64Array;
  private readonly fedRegular: Float64Array;
  private readonly fedMemory: Float64Array;
  private readonly offset: number;

  constructor(theta: Params, { inputs, actions }: Sizes, { regular, memory, offset }: Units) {
    this.weights = theta.parts[0].map(({ data }) => data);
    let at = 0;
    this.at = this.weights.map(({ length }) => {
      at += length;
      return at - length;
    });
    const room = (count: number) => new Float64Array(count);
    this.q = room(actions);
    this.x = room(inputs + 1).fill(1, 0, 1);
    [this.before, this.change, this.trace] = [room(inputs), room(2 * inputs), room(2 * inputs)];
    [this.sums, this.memory, this.fedMemory] = [room(memory), room(memory), room(memory)];
    this.regular = room(regular + 1).fill(1, 0, 1);
    [this.received, this.fedRegular] = [room(regular), room(regular)];
    this.offset = offset;
  }

  forward(x: Float64Array): void {
    this.remember(x);
    this.x.set(x, 1);
    const [vr, , wr, wm] = this.weights;
    const { regular, memory, received, q, offset } = this;
    received.fill(-offset);
    addProduct(this.x, vr, received, received.length);
    for (let j = 0; j < received.length; j++) regular[j + 1] = logistic(received[j]);
    for (let j = 0; j < memory.length; j++) memory[j] = logistic(this.sums[j] - offset);
    q.fill(0);
    addProduct(regular, wr, q, q.length);
    addProduct(memory, wm, q, q.length);
  }

  /** M and the traces take in what has changed. */
  private remember(x: Float64Array): void {
    const { before, change, trace, sums } = this;
    for (let i = 0; i < x.length; i++) {
      const by = x[i] - before[i];
      before[i] = x[i];
      change[i] = Math.max(by, 0);
      change[x.length + i] = Math.max(-by, 0);
    }
    for (let i = 0; i < trace.length; i++) trace[i] += change[i];
    addProduct(change, this.weights[1], sums, sums.length);
  }

  addGradient(selected: ArrayLike<number>, tags: Float64Array): void {
    const action = selected[0];
    const [, , wr, wm] = this.weights;
    const [vrAt, vmAt, wrAt, wmAt] = this.at;
    const { regular, memory, fedRegular, fedMemory, q } = this;
    for (let j = 0; j < regular.length; j++) tags[wrAt + j * q.length + action] += regular[j];
    for (let j = 0; j < memory.length; j++) tags[wmAt + j * q.length + action] += memory[j];
    for (let j = 0; j < fedRegular.length; j++) {
      const y = regular[j + 1];
      fedRegular[j] = wr[(j + 1) * q.length + action] * y * (1 - y);
    }
    for (let j = 0; j < fedMemory.length; j++) {
      fedMemory[j] = wm[j * q.length + action] * memory[j] * (1 - memory[j]);
    }
    addOuter(this.x, fedRegular, tags, vrAt);
    addOuter(this.trace, fedMemory, tags, vmAt);
  }

  carryOut(): void {}

  reset(): void {
    for (const part of [this.before, this.trace, this.sums]) part.fill(0);
  }
}

export const augmentEntry = entry({
  name: 'augment',
  summary: 'AuGMEnT: memory adds up what changes, tags wait for the reward',
  source: 'Rombouts, Bohte & Roelfsema 2015',
  claims: attentionalTagging,
  options,
  examples: [{ regular: 3, memory: 4 }],
  create: augment,
});
