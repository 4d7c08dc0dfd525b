import { Comparison } from '../metrics/compare.js';
import type { ParameterShape, Params } from '../model/types.js';
import { within } from '../numerics/arena.js';
import { Blocks } from '../numerics/blocks.js';
import { axpy, dot, norm2 } from '../numerics/kernels.js';
import type { Random } from '../numerics/random.js';
import { freeField } from '../solver/field.js';
import { settle } from '../solver/relax.js';
import { type GradientReference, knownGradient } from './gradient-reference.js';
import type { Start } from './phase-one.js';
import type { Bench, ProtocolEvent } from './protocol.js';

/**
 * Central differences of J(θ) = mean cost at the free fixed point, relaxed again from s⁰ for every change of θ: shares
 * no code with any engine.
 */
export function* finiteDifference(bench: Bench, start: Start): Generator<ProtocolEvent, GradientReference> {
  const objective = objectiveAround(bench, start);
  const { directions } = bench.finiteDifference;
  const reference =
    directions === 'all'
      ? yield* everyParameter(bench, objective)
      : yield* alongDirections(bench, objective, directions);
  const unsettled = objective.unsettled();
  if (unsettled === 0) return reference;
  const warning = `finite differences: ${unsettled} relaxations did not reach free.tolerance ${bench.free.tolerance}`;
  return { ...reference, warnings: [warning] };
}

interface Objective {
  /** (J(θ + h d) − J(θ − h d)) / 2h for a direction d of θ. */
  slope(direction: Params): number;
  unsettled(): number;
}

function objectiveAround(bench: Bench, start: Start): Objective {
  const { step } = bench.finiteDifference;
  let unsettled = 0;
  const at = (scale: number, direction: Params): number =>
    within((arena) => {
      const theta = bench.theta.clone(arena);
      axpy(scale, direction.data, theta.data);
      const field = freeField(bench.dynamics.bind(theta, bench.x));
      const end = settle(field, start.free.clone(arena), bench.free, bench.dynamics.box);
      if (end.status !== 'converged') unsettled++;
      return start.cost.value(end.state).reduce((a, b) => a + b) / bench.x.rows;
    });
  return {
    slope: (direction) => (at(step, direction) - at(-step, direction)) / (2 * step),
    unsettled: () => unsettled,
  };
}

/** In a symmetric tensor both cells of a pair move, and both hold d/dw. */
function* everyParameter({ dynamics }: Bench, objective: Objective): Generator<ProtocolEvent, GradientReference> {
  const gradient = Blocks.real(dynamics.parameters);
  const direction = gradient.like();
  const coordinates = freeCoordinates(dynamics.parameters);
  for (const [i, places] of coordinates.entries()) {
    if (i % 16 === 0) yield { kind: 'work', phase: 'finite differences', done: i, of: coordinates.length };
    direction.fill(0);
    for (const at of places) direction.data[at] = 1;
    const slope = objective.slope(direction);
    for (const at of places) gradient.data[at] = slope;
  }
  return knownGradient('finite-difference', gradient);
}

function* alongDirections(
  { dynamics, finiteDifference: { random } }: Bench,
  objective: Objective,
  count: number,
): Generator<ProtocolEvent, GradientReference> {
  const ways = Array.from({ length: count }, () => unitDirection(dynamics.parameters, random));
  const slopes: number[] = [];
  for (const [i, { direction }] of ways.entries()) {
    yield { kind: 'work', phase: 'finite differences', done: i, of: count };
    slopes.push(objective.slope(direction));
  }
  return {
    id: 'finite-difference',
    gradient: undefined,
    warnings: [],
    compare(estimate) {
      const along = ways.map(({ dual }) => dot(dual.data, estimate.data));
      return [['directions', new Comparison().add(along, slopes)]];
    },
  };
}

/** For every free parameter the places of its cells in the contiguous buffer: two for a tied pair. */
export function freeCoordinates(shapes: readonly ParameterShape[]): number[][] {
  const coordinates: number[][] = [];
  let start = 0;
  for (const { rows, cols, structure } of shapes) {
    for (let i = 0; i < rows; i++) {
      for (let j = structure === undefined ? 0 : i; j < cols; j++) {
        if (structure === undefined) coordinates.push([start + i * cols + j]);
        else if (i !== j) coordinates.push([start + i * cols + j, start + j * cols + i]);
        else if (structure === 'symmetric-positive-definite') coordinates.push([start + i * cols + j]);
      }
    }
    start += rows * cols;
  }
  return coordinates;
}

/**
 * A random direction of unit length over the free parameters. `dual` has each free parameter once (in the first cell of
 * a tied pair): its product with a gradient, whose cells both hold d/dw, is the derivative along `direction`.
 */
function unitDirection(shapes: readonly ParameterShape[], random: Random): { direction: Params; dual: Params } {
  const [direction, dual] = [Blocks.real(shapes), Blocks.real(shapes)];
  const coordinates = freeCoordinates(shapes);
  for (const [first] of coordinates) dual.data[first] = random.normal();
  const length = norm2(dual.data);
  for (const places of coordinates) {
    dual.data[places[0]] /= length;
    for (const at of places) direction.data[at] = dual.data[places[0]];
  }
  return { direction, dual };
}
