import type { Params, State } from '../../model/types.js';
import type { ByPrecision } from '../../numerics/numbers.js';
import { anderson } from '../../solver/anderson.js';
import { boundsOf, freeField } from '../../solver/field.js';
import { settle } from '../../solver/relax.js';
import { exactGradient } from '../exact-gradient.js';
import { compareBlocks } from '../gradient-reference.js';
import type { Bench } from '../protocol.js';
import type { Network } from './network.js';

/** To the fixed point itself, from where phase one left off. */
const TO_REST = anderson({ memory: 8, regularisation: 1e-12, growth: 2, of: 'auto' });
const MOST_STEPS = 5000;
/** What round-off lets be asked for, of residual and solve. */
const LEAST: ByPrecision = { float64: 0, float32: 2e-6 };

/** An estimate, and where it was made. */
interface Estimated extends Network {
  readonly free: State;
  readonly gradient: Params;
}

/**
 * Cosines between an estimate and dJ/dθ at the fixed point, overall and of every parameter: phase one is carried on until
 * its residual is at most `tolerance` (or as little as the numbers have), and −Jᵀz = c is solved to that by a Krylov method. NaN where neither gets there.
 */
export function cosinesToExact(at: Estimated, bench: Bench, tolerance: number): number[] {
  const { gradient, system, free } = at;
  const { parameters } = bench.dynamics;
  const enough = Math.max(tolerance, LEAST[free.precision]);
  const rule = { solver: TO_REST, step: bench.free.step, tolerance: enough, maxSteps: MOST_STEPS };
  const end = settle(freeField(system), free, rule, boundsOf(system));
  const exact = free.of(parameters);
  if (end.status !== 'converged' || !exactGradient(at, end.state, enough, exact)) {
    return [Number.NaN, ...parameters.map(() => Number.NaN)];
  }
  return compareBlocks('params', gradient, exact).map(([, { cosine }]) => cosine);
}
