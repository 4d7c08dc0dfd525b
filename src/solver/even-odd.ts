import { entry } from '../entry.js';
import type { State } from '../model/types.js';
import { type FixedPointTask, Meter, repeat, type Solver } from './solver.js';

/**
 * Block-coordinate descent, set by set of blocks that do not see each other, on a layered network: all odd blocks to where
 * their force vanishes while the even ones are held, then the even ones. A sweep takes every coupling once and costs one
 * evaluation of F; each set is exact (the order of Bengio's and Scellier's asynchronous updates, red-black Gauss-Seidel in
 * the linear case).
 */
export const evenOdd: Solver = {
  name: 'even-odd',
  needs: [],
  projects: true,
  followsTime: false,
  asks: 'response',
  unfit: (system) => (system.response ? undefined : NO_RESPONSE),
  relax(task, rule) {
    const meter = new Meter(task.field);
    const s = task.start.clone();
    const before = s.clone();
    const sweep = sweeper(task, meter)!;
    return repeat(meter, s, rule, (state) => {
      before.copy(state);
      sweep(state);
      return largestChange(before, state);
    });
  },
};

export const NO_RESPONSE = 'updates whole layers at a time, and this network has no layers that only see other layers';

/** One sweep over every set of blocks, counted; undefined where the system has none, or holds some of them. */
export function sweeper({ field }: FixedPointTask, meter: Meter): ((s: State) => void) | undefined {
  const { system, nudge, held } = field.of ?? {};
  const response = system?.response;
  if (response === undefined || held) return undefined;
  return (s) => {
    response.groups.forEach((_, group) => {
      response.move(s, group, nudge);
    });
    meter.pay(1);
  };
}

function largestChange(a: State, b: State): number {
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) {
    const change = Math.abs(a.data[i] - b.data[i]);
    if (!(change <= largest)) largest = change;
    if (Number.isNaN(change)) return change;
  }
  return largest;
}

export const evenOddEntry = entry({
  name: 'even-odd',
  summary:
    'odd layers to where their force vanishes, then even ones; a sweep costs one evaluation; layered networks only',
  source: 'block-coordinate descent (red-black Gauss-Seidel)',
  options: {},
  create: () => evenOdd,
});
