import { entry } from '../entry.js';
import { exponential } from '../numerics/exponential.js';
import { Matrix } from '../numerics/matrix.js';
import type { Numbers } from '../numerics/numbers.js';
import type { Random } from '../numerics/random.js';
import { costByRows } from './costs.js';
import type { BoundCost, Cost, OutputSlice, State } from './types.js';

/** ½ Σ (o_a − r_a)² over the actions whose reward is known: r_a is NaN for the others. */
const known = costByRows('reward', {
  leastAtTarget: false,
  value(o, at, y, yAt, n) {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const off = o[at + j] - y[yAt + j];
      if (!Number.isNaN(y[yAt + j])) sum += off * off;
    }
    return sum / 2;
  },
  gradient(re, im, at, y, yAt, gr, gi) {
    for (let j = 0; j < gr.length; j++) {
      const off = Number.isNaN(y[yAt + j]);
      gr[j] = off ? 0 : re[at + j] - y[yAt + j];
      gi[j] = off || im === undefined ? 0 : im[at + j];
    }
  },
});

/**
 * `reward`: C = ½(r − o_a)² of the one action a that is selected in each example, drawn from softmax(o) at the free fixed point; the
 * targets are what each action would be paid. Before a selection all actions that have a reward count.
 */
export const reward: Cost = {
  ...known,
  takesSelections: true,
  bind: (y, outputs) => selectable(y, outputs),
};

function selectable(y: Matrix, outputs: OutputSlice): BoundCost {
  return {
    ...known.bind(y, outputs),
    selecting: (s, random) => known.bind(selectedOf(y, s, outputs, random), outputs),
  };
}

/** y of one action an example, NaN of all others. */
function selectedOf(y: Matrix, s: State, { block, from }: OutputSlice, random: Random): Matrix {
  const outputs = s.get(block);
  const chosen = new Matrix(y.rows, y.cols);
  chosen.data.fill(Number.NaN);
  for (let i = 0; i < y.rows; i++) {
    const [o, rewards] = [outputs.row(i).subarray(from, from + y.cols), y.row(i)];
    const action = drawn(o, rewards, random);
    chosen.row(i)[action] = rewards[action];
  }
  return chosen;
}

/** From softmax(o), among the actions whose reward is known. */
function drawn(o: Numbers, rewards: Numbers, random: Random): number {
  const choices = Array.from(rewards.keys()).filter((j) => !Number.isNaN(rewards[j]));
  if (choices.length === 1) return choices[0];
  const top = Math.max(...choices.map((j) => o[j]));
  const odds = choices.map((j) => exponential(o[j] - top));
  let left = random.uniform() * odds.reduce((sum, each) => sum + each, 0);
  const at = odds.findIndex((each) => {
    left -= each;
    return left < 0;
  });
  return choices.at(at)!;
}

export const rewardEntry = entry({
  name: 'reward',
  summary:
    'C = ½(r − o_a)² of the action a that is drawn from softmax(o) at rest; targets are what each action is paid',
  source: 'Rombouts, Bohte & Roelfsema 2015',
  options: {},
  create: () => reward,
});
