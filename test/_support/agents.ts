/** The networks of agents again, from the formulas and by mathjs alone: q in complex arithmetic, for derivatives without differences. */
import { math } from '../../src/numerics/matrix.js';

/** Of mathjs. */
type Complex = { readonly re: number; readonly im: number };
type Weights = Record<string, (number | Complex)[][]>;
type Vector = (number | Complex)[];

const times = (row: Vector, w: (number | Complex)[][]) => math.multiply(row as never, w as never) as unknown as Vector;
const plus = (a: Vector, b: Vector) => math.add(a as never, b as never) as unknown as Vector;
const sigma = (a: Vector): Vector =>
  a.map((value) => math.divide(1, math.add(1, math.exp(math.subtract(2.5, value as never) as never))) as never);

/** A step of a trial that is written down. */
export interface Step {
  readonly x: readonly number[];
  readonly reward: number;
  readonly action: number;
  readonly gate?: number;
}

/** q of what is selected, summed over the modules, at every step of a trial. */
export type Values = (weights: Weights, steps: readonly Step[]) => (number | Complex)[];

export const augmentValues: Values = ({ Vr, Vm, Wr, Wm }, steps) => {
  let memory: Vector = Vm[0].map(() => 0);
  let before = steps[0].x.map(() => 0);
  return steps.map(({ x, action }) => {
    const change = [...x.map((v, i) => Math.max(v - before[i], 0)), ...x.map((v, i) => Math.max(before[i] - v, 0))];
    before = [...x];
    memory = plus(memory, times(change, Vm));
    const regular = sigma(times([1, ...x], Vr));
    return plus(times([1, ...regular], Wr), times(sigma(memory), Wm))[action];
  });
};

/** Without time cells. */
export const workmateValues: Values = ({ V, Wx, Ws, Q }, steps) => {
  const cells = V[0].length / 2;
  const memory: number[] = V[0].map(() => 0);
  return steps.map(({ x, action, gate = 0 }) => {
    const z = times([...x], V) as number[];
    const matches = [0, 1].map((b) => {
      const block = [...z.keys()].filter((i) => Math.floor(i / cells) === b);
      return 1 - block.reduce((sum, i) => sum + Math.abs(z[i] - memory[i]), 0) / cells;
    });
    const h = sigma(plus(times([...x, ...matches, 1], Wx), times([...memory], Ws)));
    const q = times([...h, 1], Q);
    if (gate < 2) for (let i = gate * cells; i < (gate + 1) * cells; i++) memory[i] = z[i];
    return math.add(q[action] as never, q[Q[0].length - 3 + gate] as never) as never;
  });
};
