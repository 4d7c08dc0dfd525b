import * as z from 'zod';
import { entry, MOST, positive } from '../entry.js';
import { type Tensor, tensor } from '../model/tensor.js';
import type { Params } from '../model/types.js';
import { logistic } from '../numerics/logistic.js';
import type { Numbers } from '../numerics/numbers.js';
import { type Agent, type AgentNetwork, type Rule, ruleOf, ruleOptions, type Sizes } from './agent.js';
import { addOuter, addProduct } from './dense.js';
import { attentionalTagging } from './tagging.js';

interface Units {
  readonly hidden: number;
  readonly blocks: number;
  readonly cells: number;
  readonly time_cells: number;
  readonly offset: number;
}

const units = (count: number, what: string) => z.int().positive().max(MOST.units).default(count).describe(what);

const options = {
  hidden: units(15, 'hidden units'),
  blocks: units(2, 'blocks of memory; each has a gate, and one more gate stores nothing'),
  cells: units(15, 'cells of a block'),
  time_cells: z
    .int()
    .nonnegative()
    .max(MOST.units)
    .default(0)
    .describe('inputs before those of the task that say at which step of a trial it is'),
  ...ruleOptions(0.8),
  encoding_range: positive().default(0.5).describe('V, which does not learn, is drawn uniformly from (−this, this)'),
};

/**
 * WorkMATe (Kruijne et al. 2021). Of an observation x there is an encoding z = xV with fixed random V; a gate that is selected
 * stores its part z_b in block b of the memory S, the last gate nothing. u = [x, matches, 1], the match of a block being
 * 1 − mean|z_b − S_b|; h = σ(uW_x + SW_s); q = [h, 1]Q, external actions and then gates.
 */
function workmate(given: Units & Rule & { readonly range: number; readonly encoding_range: number }): Agent {
  return {
    name: 'workmate',
    rule: ruleOf(given),
    gates: given.blocks + 1,
    of: (sizes) => ({
      tensors: tensors(sizes, given),
      fixed: 1,
      modules: [sizes.actions, given.blocks + 1],
      range: ({ name }) => (name === 'V' ? given.encoding_range : given.range),
      bind: (theta) => new WorkmateNetwork(theta, sizes, given),
    }),
    refuses: ({ longest }) =>
      given.time_cells > 0 && longest > given.time_cells
        ? {
            reason: `has trials of up to ${longest} steps, while there are time cells for ${given.time_cells}`,
            hint: `use agent.time_cells: ${longest}, or 0 for none`,
          }
        : undefined,
  };
}

function tensors({ inputs, actions }: Sizes, { hidden, blocks, cells, time_cells }: Units): Tensor[] {
  const seen = inputs + time_cells;
  return [
    tensor({ name: 'V', kind: 'input', shape: [seen, blocks * cells], layer: 1 }),
    tensor({ name: 'Wx', kind: 'input', shape: [seen + blocks + 1, hidden], layer: 1 }),
    tensor({ name: 'Ws', kind: 'coupling', shape: [blocks * cells, hidden], layer: 1 }),
    tensor({ name: 'Q', kind: 'coupling', shape: [hidden + 1, actions + blocks + 1], layer: 2 }),
  ];
}

/** How a time cell responds 0, 1, 2, … steps from its own. */
const RESPONSE = [1, 0.5, 0.25, 0.1];

class WorkmateNetwork implements AgentNetwork {
  readonly q: Float64Array;
  private readonly weights: readonly Numbers[];
  /** u = [time cells, x, matches, 1]. */
  private readonly u: Float64Array;
  private readonly seen: number;
  /** z and S. */
  private readonly encoding: Float64Array;
  private readonly memory: Float64Array;
  /** [h, 1], and what comes back to h. */
  private readonly hidden: Float64Array;
  private readonly fed: Float64Array;

  constructor(
    theta: Params,
    private readonly sizes: Sizes,
    private readonly units: Units,
  ) {
    const { hidden, blocks, cells, time_cells } = units;
    this.weights = theta.parts[0].map(({ data }) => data);
    this.seen = sizes.inputs + time_cells;
    this.u = new Float64Array(this.seen + blocks + 1).fill(1, this.seen + blocks);
    this.encoding = new Float64Array(blocks * cells);
    this.memory = new Float64Array(blocks * cells);
    this.hidden = new Float64Array(hidden + 1).fill(1, hidden);
    this.fed = new Float64Array(hidden);
    this.q = new Float64Array(sizes.actions + blocks + 1);
  }

  forward(x: Float64Array, step: number): void {
    const [, wx, ws, out] = this.weights;
    const { u, memory, hidden, q, units } = this;
    for (let n = 0; n < units.time_cells; n++) u[n] = RESPONSE[Math.abs(n - step)] ?? 0;
    u.set(x, units.time_cells);
    this.encode();
    this.compare();
    const h = units.hidden;
    hidden.fill(-units.offset, 0, h);
    addProduct(u, wx, hidden, h);
    addProduct(memory, ws, hidden, h);
    for (let j = 0; j < h; j++) hidden[j] = logistic(hidden[j]);
    q.fill(0);
    addProduct(hidden, out, q, q.length);
  }

  private encode(): void {
    this.encoding.fill(0);
    addProduct(this.u.subarray(0, this.seen), this.weights[0], this.encoding, this.encoding.length);
  }

  /** How much each block is like what is seen. */
  private compare(): void {
    const { blocks, cells } = this.units;
    for (let b = 0; b < blocks; b++) {
      let sum = 0;
      for (let i = b * cells; i < (b + 1) * cells; i++) sum += Math.abs(this.encoding[i] - this.memory[i]);
      this.u[this.seen + b] = 1 - sum / cells;
    }
  }

  addGradient(selected: ArrayLike<number>, tags: Float64Array): void {
    const [action, gate] = [selected[0], selected[1]];
    const [, wx, ws, out] = this.weights;
    const { u, memory, hidden, fed, q } = this;
    const [wsAt, outAt] = [wx.length, wx.length + ws.length];
    for (let j = 0; j < hidden.length; j++) {
      const row = j * q.length;
      tags[outAt + row + action] += hidden[j];
      tags[outAt + row + gate] += hidden[j];
    }
    for (let j = 0; j < fed.length; j++) {
      const row = j * q.length;
      fed[j] = (out[row + action] + out[row + gate]) * hidden[j] * (1 - hidden[j]);
    }
    addOuter(u, fed, tags, 0);
    addOuter(memory, fed, tags, wsAt);
  }

  carryOut(selected: ArrayLike<number>): void {
    const { blocks, cells } = this.units;
    const gate = selected[1] - this.sizes.actions;
    if (gate === blocks) return;
    for (let i = gate * cells; i < (gate + 1) * cells; i++) this.memory[i] = this.encoding[i];
  }

  reset(): void {
    this.memory.fill(0);
  }
}

export const workmateEntry = entry({
  name: 'workmate',
  summary: 'WorkMATe: gates that are chosen like actions store what is seen in blocks of memory',
  source: 'Kruijne, Bohte, Roelfsema & Olivers 2021',
  claims: attentionalTagging,
  options,
  examples: [{ hidden: 5, blocks: 2, cells: 3 }],
  create: workmate,
});
