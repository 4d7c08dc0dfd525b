import type { Linearisation, State } from '../../model/types.js';
import { real } from '../../numerics/complex.js';
import { hadamard } from '../../numerics/kernels.js';
import type { Problem } from '../engine.js';

/** Where every method of RBP starts: c = ∂C/∂s at s⁰ (zero on pinned units), and the linearised field there. */
export function sideNetwork(problem: Problem): { c: State; linearisation: Linearisation } {
  const { system, cost, free, freeUnits } = problem;
  const c = free.like();
  cost.addGradState(free, real(1), c);
  if (freeUnits) hadamard(c.data, freeUnits, c.data);
  return { c, linearisation: system.linearise(free, freeUnits) };
}
