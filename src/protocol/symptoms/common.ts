/** What is said of several symptoms. */
import { type Remedy, type Settings, where } from '../advice.js';
import type { Circling } from '../choosing.js';

/** By whatever the initialiser has to say how large weights are. */
export const lowerWeights = [
  'reduce network.init.gain (now {network.init.gain})',
  'reduce network.init.std (now {network.init.std})',
];
/** Only networks of springs have rest lengths: they buckle under too long ones, and fold where there are too few springs. */
export const hasLengths = (_: unknown, at: Settings): boolean => at.has('tensors.length');
const drawn = 'reduce network.init.max (now {network.init.max}), which draws shorter rest lengths {tensors.length}';
/** For a fixed point that is not stable, or not isolated. */
export const stay: readonly Remedy<unknown>[] = [
  where((_, at) => hasLengths(_, at) && at.has('network.init.max'), drawn),
  where(
    (_, at) => !at.has('network.init.max'),
    'shorten the rest lengths {tensors.length}, under which springs buckle',
  ),
  where(hasLengths, 'add springs, two for each free node at least'),
];
export const smooth = 'use a smooth network.activation (now {network.activation})';
export const smaller = 'use smaller weights';
export const otherData = 'change the weights or the data';
export const lowerBeta = 'reduce its beta (now {engine.beta})';
export const lowerTolerance = 'lower free.tolerance (now {free.tolerance})';
export const moreFreeSteps = 'raise free.max_steps (now {free.max_steps})';
export const otherSolver = 'use another free.solver (now {free.solver})';
export const sized = (value: number): string => value.toExponential(2);
/** Of max pooling. */
export const averages = 'use pool: {kind: average}, which chooses nothing';
export const choosing = ({ switching, windows }: Circling): string =>
  `${switching} of ${windows} windows of max pooling choose now one entry, now another, in turns that lead round in a circle`;
const isShifted = (at: Settings): boolean =>
  (at.get('network.activation') as { name?: string } | undefined)?.name === 'shifted-sigmoid';
/** Of windows that never agree with the state that they lead to. */
export const calmWindows: readonly Remedy<unknown>[] = [
  averages,
  ...lowerWeights,
  where(
    (_, at) => !isShifted(at),
    'use a rising network.activation without negative values, as shifted-sigmoid (now {network.activation})',
  ),
];
