import type { NudgedCopy } from '../engine/engine.js';
import { Comparison } from '../metrics/compare.js';
import type { Params, State, WeightedState } from '../model/types.js';
import { within } from '../numerics/arena.js';
import { maxAbs } from '../numerics/kernels.js';
import { type ByPrecision, ulp } from '../numerics/numbers.js';
import { power } from '../numerics/power.js';
import { anderson } from '../solver/anderson.js';
import { boundsOf, type Field, freeField, nudgedField } from '../solver/field.js';
import { newtonKrylov } from '../solver/newton-krylov.js';
import { settle } from '../solver/relax.js';
import type { Spectrum } from '../solver/spectrum.js';
import { advise } from './advice.js';
import { exactGradient } from './exact-gradient.js';
import type { Start } from './phase-one.js';
import type { Bench, Contestant } from './protocol.js';
import { symptoms } from './symptoms/symptoms.js';

/**
 * By engine, ‖Θ̂ − dJ/dθ‖₂/‖dJ/dθ‖₂ to be expected of its β where both phases come to rest; NaN where an expansion in β
 * does not hold, and nothing is to be expected.
 */
export type Biases = ReadonlyMap<string, number>;

/** More of it is told of; above that the estimate is not a gradient with some bias any more. */
const TOLD = 0.05;
const MOST = 0.3;

/** Of dJ/dθ: nobody asks for the third digit of a bias. */
const PRECISION: ByPrecision = { float64: 1e-9, float32: 1e-5 };
const MOST_PRODUCTS = 1000;

/**
 * The bias of every engine whose estimate is made at fixed points of the nudged network, and would be dJ/dθ in the limit
 * β → 0. These fixed points are found from s⁰ by a fast solver, a fraction of the cost of phase two.
 */
export function expectedBiases(bench: Bench, start: Start): Biases {
  const { dynamics, contestants } = bench;
  const asked = contestants.filter(({ engine }) => engine.copies !== undefined && typeof engine.accuracy === 'object');
  if (dynamics.agreement === 'none' || asked.length === 0) return new Map();
  return within((arena) => {
    // what a loose phase one adds to the gap is no matter of β
    const free = restOf(freeField(start.system), start.free.clone(arena), bench, AT_REST[start.free.precision]);
    const exact = start.theta.clone(arena);
    if (free === undefined || !exactGradient(start, free, PRECISION[free.precision], exact, MOST_PRODUCTS))
      return new Map();
    if (maxAbs(exact.data) === 0) return new Map();
    return new Map(asked.map(({ id, engine }) => [id, biasOf(engine.copies!, exact, bench, { ...start, free })]));
  });
}

function biasOf(copies: readonly NudgedCopy[], exact: Params, bench: Bench, { system, cost, free }: Start): number {
  return within((arena) => {
    const ends: WeightedState[] = [];
    for (const { beta, weight } of copies) {
      const s = restOf(nudgedField(system, cost, beta), free.clone(arena), bench);
      if (s === undefined) return Number.NaN;
      ends.push({ s, weight });
    }
    const estimate = exact.clone(arena).fill(0);
    system.energy!.addGradChange(ends, free, estimate);
    cost.readOut?.gradient(free, estimate);
    const bias = new Comparison().add(estimate.data, exact.data).errorRel;
    return bias <= MOST ? bias : Number.NaN;
  });
}

const SOLVERS = [
  anderson({ memory: 8, regularisation: 1e-12, growth: 2, of: 'auto' }),
  newtonKrylov({ warmup: 20, smoothing: 1, inner: 200 }),
];
const MOST_STEPS = 500;
/** Residuals that are asked for, and that will do: of ‖F^β(s⁰)‖ = |β| ‖c‖, or of a free phase. */
const ASKED: ByPrecision = { float64: 1e-9, float32: 1e-5 };
const ENOUGH: ByPrecision = { float64: 1e-5, float32: 1e-3 };
const AT_REST: ByPrecision = { float64: 1e-13, float32: 1e-6 };
/** Of the size of the state. */
const ROUND_OFF: ByPrecision = { float64: 2 ** -51, float32: 2 ** -20 };

/** Where a field comes to rest, from `s`; undefined where that is not found. */
function restOf(field: Field, s: State, { free }: Bench, asked?: number): State | undefined {
  const force = s.like();
  field(s, force);
  const size = maxAbs(force.data);
  const { precision } = s;
  const tolerance = Math.max(asked ?? ASKED[precision] * size, ROUND_OFF[precision] * maxAbs(s.data));
  for (const solver of SOLVERS) {
    const { state, residualMax } = settle(
      field,
      s,
      { solver, step: free.step, tolerance, maxSteps: MOST_STEPS },
      field.of && boundsOf(field.of.system),
    );
    if (residualMax <= Math.max(asked ?? ENOUGH[precision] * size, tolerance)) return state;
  }
  return undefined;
}

/** What round-off makes of dJ/dθ at most, in units of the last place divided by β. */
const ROUNDED = 64;

/** What is to be said of them. */
export function biasWarnings({ contestants, theta }: Bench, biases: Biases, { rate }: Spectrum): string[] {
  return contestants.flatMap(({ id, engine, settings }: Contestant): string[] => {
    const bias = biases.get(id);
    if (bias === undefined || bias <= TOLD || !(rate > 0)) return [];
    const say = (text: string) => [`engine '${id}': ${text}`];
    const { precision } = theta;
    const rounded = (ROUNDED * ulp[precision]) / Math.abs(engine.copies![0].beta.re);
    if (rounded > Math.min(bias || MOST, MOST))
      return say(advise(symptoms.endPoint.rounded, { bias, precision }, settings));
    if (Number.isNaN(bias)) return say(advise(symptoms.endPoint.beyond, { rate }, settings));
    const order = typeof engine.accuracy === 'object' ? engine.accuracy.orderInBeta : 1;
    const beta = Math.abs(engine.copies![0].beta.re);
    const enough = beta * power(TOLD / bias, 1 / order);
    return say(advise(symptoms.endPoint.biased, { bias, rate, order, enough, least: TOLD }, settings));
  });
}
