/** What is said of several symptoms. */
/** By whatever the initialiser has to say how large weights are. */
export const lowerWeights = [
  'reduce network.init.gain (now {network.init.gain})',
  'reduce network.init.std (now {network.init.std})',
];
export const smooth = 'use a smooth network.activation (now {network.activation})';
export const smaller = 'use smaller weights';
export const otherData = 'change the weights or the data';
export const lowerBeta = 'reduce its beta (now {engine.beta})';
export const lowerTolerance = 'lower free.tolerance (now {free.tolerance})';
export const moreFreeSteps = 'raise free.max_steps (now {free.max_steps})';
export const otherSolver = 'use another free.solver (now {free.solver})';
export const sized = (value: number): string => value.toExponential(2);
