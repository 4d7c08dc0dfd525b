import { Comparison } from '../metrics/compare.js';
import { coordinatesOf, type Tensor } from '../model/tensor.js';
import type { Params, State } from '../model/types.js';
import { within } from '../numerics/arena.js';
import { Blocks } from '../numerics/blocks.js';
import { axpy, dot, maxAbs, norm2, scale } from '../numerics/kernels.js';
import { ulp } from '../numerics/numbers.js';
import type { Random } from '../numerics/random.js';
import { advise } from './advice.js';
import { compareBlocks, type GradientReference } from './gradient-reference.js';
import { type Objective, objectiveAround } from './objective.js';
import type { Start } from './phase-one.js';
import type { Bench, ProtocolEvent } from './protocol.js';
import { symptoms } from './symptoms/symptoms.js';

/**
 * Central differences of J(θ) = mean cost at the free fixed point, looked for again for every change of θ: shares no code
 * with any engine. With them comes what they are worth; where that is too little, they are NaN.
 */
export function* finiteDifference(bench: Bench, start: Start): Generator<ProtocolEvent, GradientReference> {
  const { finiteDifference: rule, dynamics, settings } = bench;
  const ways =
    rule.directions === 'all'
      ? everyParameter(dynamics.parameters)
      : randomDirections(dynamics.parameters, rule.random, rule.directions);
  const objective = objectiveAround(bench, start);
  if (objective === undefined) return ways.reference([], [advise(symptoms.reference.nowhere, {}, settings)]);
  const noise = objective.noise(bench.stream('finite-difference/noise'));
  // of θ ± h itself
  const rounded = ulp[bench.theta.precision] * maxAbs(bench.theta.data);
  const slopes: Slope[] = [];
  for (let i = 0; i < ways.count; i++) {
    yield { kind: 'work', phase: 'finite differences', done: i, of: ways.count };
    const direction = ways.direction(i);
    // twice the step is looked at, too
    const h = Math.min(rule.step, reachAlong(direction, bench) / 2);
    if (h === 0) return ways.reference([], [advise(symptoms.reference.bound, {}, settings)]);
    const slope = slopeAlong(objective, direction, h);
    slopes.push({ ...slope, noise: noise / h + (rounded / h) * Math.abs(slope.value) });
  }
  const doubt = doubtOf(slopes, objective.lost, bench);
  return doubt === undefined ? ways.reference(slopes, []) : ways.reference([], [doubt]);
}

/** A derivative of J along a direction, and by what it may be off. */
interface Slope {
  readonly value: number;
  /** What one step and twice the step disagree by: the third derivative, and some round-off. */
  readonly truncation: number;
  /** Half of what the slopes of the two sides differ by. */
  readonly kink: number;
  /** What J and θ are rounded by, over the step. */
  readonly noise: number;
}

const errorOf = ({ truncation, kink, noise }: Slope): number => truncation + kink + noise;

/**
 * (J(θ + h d) − J(θ − h d)) / 2h, and the same for 2h. A kink in the middle is seen by neither, but by the second
 * differences, which grow by 4 from h to 2h where J is smooth and by 2 where it has a kink.
 */
function slopeAlong({ rest, change }: Objective, direction: Params, h: number): Omit<Slope, 'noise'> {
  return within((arena) => {
    // the fixed point goes on as it began: most of the search is done
    const combined = (a: number, one: State, b: number, other: State, c: number) => {
      const s = rest.clone(arena);
      scale(c, s.data);
      axpy(a, one.data, s.data);
      axpy(b, other.data, s.data);
      return s;
    };
    const front = rest.clone(arena);
    const ahead = change(h, direction, front);
    const back = combined(-1, front, 0, front, 2);
    const behind = change(-h, direction, back);
    const farAhead = change(2 * h, direction, combined(3, front, 1, back, -3));
    const farBehind = change(-2 * h, direction, combined(1, front, 3, back, -3));
    const value = (ahead - behind) / (2 * h);
    return {
      value,
      truncation: Math.abs(value - (farAhead - farBehind) / (4 * h)),
      kink: Math.abs(4 * (ahead + behind) - (farAhead + farBehind)) / (4 * h),
    };
  });
}

/** Differences that are off by more than this are none. */
const WORTHLESS = 1e-2;

/** Why the differences cannot be had; undefined where they can. */
function doubtOf(slopes: readonly Slope[], lost: number, { settings, dynamics }: Bench): string | undefined {
  if (lost > 0) return advise(symptoms.reference.lost, { lost, searches: 4 * slopes.length }, settings);
  const size = lengthOf(slopes, ({ value }) => value);
  if (relative(lengthOf(slopes, errorOf), size) <= WORTHLESS) return undefined;
  const [truncation, kink, noise] = (['truncation', 'kink', 'noise'] as const).map((cause) =>
    relative(
      lengthOf(slopes, (slope) => slope[cause]),
      size,
    ),
  );
  // what is seen of the other two is round-off, too
  if (size === 0 || 10 * noise > kink + truncation) return advise(symptoms.reference.noisy, { error: noise }, settings);
  const isKink = kink > truncation / 4 && !dynamics.offers.includes('analytic-field');
  return advise(
    isKink ? symptoms.reference.kinked : symptoms.reference.coarse,
    { error: Math.max(kink, truncation) },
    settings,
  );
}

const lengthOf = (slopes: readonly Slope[], of: (slope: Slope) => number): number =>
  Math.sqrt(slopes.reduce((sum, slope) => sum + of(slope) ** 2, 0));

/** 0/0 is 0 here: there is nothing to be off. */
const relative = (error: number, size: number): number => (error === 0 ? 0 : error / size);

/** Along what is differed, and what the slopes along all of that make: NaN of none. */
interface Ways {
  readonly count: number;
  /** Valid until the next. */
  direction(i: number): Params;
  reference(slopes: readonly Slope[], warnings: readonly string[]): GradientReference;
}

const UNKNOWN: Slope = { value: Number.NaN, truncation: Number.NaN, kink: Number.NaN, noise: Number.NaN };

/** In a symmetric tensor both cells of a pair move, and both hold d/dw. */
function everyParameter(tensors: readonly Tensor[]): Ways {
  const direction = Blocks.real(tensors);
  const coordinates = coordinatesOf(tensors);
  return {
    count: coordinates.length,
    direction(i) {
      direction.fill(0);
      for (const at of coordinates[i]) direction.data[at] = 1;
      return direction;
    },
    reference(slopes, warnings) {
      const [gradient, error] = [Blocks.real(tensors), Blocks.real(tensors)];
      for (const [i, places] of coordinates.entries()) {
        const slope = slopes[i] ?? UNKNOWN;
        for (const at of places) [gradient.data[at], error.data[at]] = [slope.value, errorOf(slope)];
      }
      const errors = compareBlocks('params', error, gradient);
      return {
        id: 'finite-difference',
        gradient,
        warnings,
        errors: new Map(errors.map(([quantity, { norm, referenceNorm }]) => [quantity, relative(norm, referenceNorm)])),
        compare: (estimate) => compareBlocks('params', estimate, gradient),
      };
    },
  };
}

function randomDirections(tensors: readonly Tensor[], random: Random, count: number): Ways {
  const ways = Array.from({ length: count }, () => unitDirection(tensors, random));
  return {
    count,
    direction: (i) => ways[i].direction,
    reference(slopes, warnings) {
      const known = ways.map((_, i) => slopes[i] ?? UNKNOWN);
      const error = relative(
        lengthOf(known, errorOf),
        lengthOf(known, ({ value }) => value),
      );
      return {
        id: 'finite-difference',
        gradient: undefined,
        warnings,
        errors: new Map([['directions', error]]),
        compare(estimate) {
          const along = ways.map(({ dual }) => dot(dual.data, estimate.data));
          return [
            [
              'directions',
              new Comparison().add(
                along,
                known.map(({ value }) => value),
              ),
            ],
          ];
        },
      };
    },
  };
}

/** How far θ may be moved along a direction, either way, inside its domains. */
function reachAlong(direction: Params, { theta, dynamics: { parameters } }: Bench): number {
  let least = Number.POSITIVE_INFINITY;
  parameters.forEach(({ domain }, k) => {
    const [from, by] = [theta.parts[0][k].data, direction.parts[0][k].data];
    for (let i = 0; i < by.length; i++) {
      if (by[i] !== 0) least = Math.min(least, domain.reach(from[i]) / Math.abs(by[i]));
    }
  });
  return least;
}

/**
 * A random direction of unit length over the free parameters. `dual` has each free parameter once (in the first cell of
 * a tied pair): its product with a gradient, whose cells both hold d/dw, is the derivative along `direction`.
 */
function unitDirection(tensors: readonly Tensor[], random: Random): { direction: Params; dual: Params } {
  const [direction, dual] = [Blocks.real(tensors), Blocks.real(tensors)];
  const coordinates = coordinatesOf(tensors);
  for (const [first] of coordinates) dual.data[first] = random.normal();
  const length = norm2(dual.data);
  for (const places of coordinates) {
    dual.data[places[0]] /= length;
    for (const at of places) direction.data[at] = dual.data[places[0]];
  }
  return { direction, dual };
}
