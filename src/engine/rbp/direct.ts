import * as z from 'zod';
import { entry } from '../../entry.js';
import { fillOutputs } from '../../model/outputs.js';
import type { Linearisation, State } from '../../model/types.js';
import { solved } from '../../numerics/decompositions.js';
import type { Matrix } from '../../numerics/matrix.js';
import type { Numbers } from '../../numerics/numbers.js';
import { fromErrors } from '../claims.js';
import type { Engine, Estimate, Problem, Work } from '../engine.js';
import { conclude, sideNetwork } from './side-network.js';

/**
 * What the error is that the network is told of. `cost`: c = ∂C/∂s, as where outputs are pulled. `held`: that of outputs
 * which are held: K(o − o*), o* where the cost is least and K = H_oo − H_oh H_hh⁻¹ H_ho the Schur complement of H = −J on
 * the outputs, the stiffness with which the network holds against them. z is then o − o* at the outputs, and −H_hh⁻¹ H_ho
 * of it elsewhere: the limit η → 0 of coupled learning (Stern et al. 2021).
 */
export type DirectError = 'cost' | 'held';

/**
 * The end point without the way there: z = −J⁻ᵀc by a dense factorisation, one system an example, and
 * dJ/dθ = (∂F/∂θ)ᵀz. For an energy z = H⁻¹c (Almeida 1987, Pineda 1987).
 * Where J is singular the fixed point is not isolated: status `singular`, gradient NaN.
 */
export const direct = (error: DirectError = 'cost'): Engine => ({
  needs: error === 'held' ? ['linearisation', 'clamping'] : ['linearisation'],
  accuracy: error === 'held' ? 'biased' : 'exact',
  residualGain: 0,
  hasProcess: false,
  run: (problem) => run(problem, error),
});

function* run(problem: Problem, error: DirectError): Generator<Work, Estimate> {
  const { c, linearisation } = sideNetwork(problem);
  const gradient = problem.gradient ?? problem.free.of(problem.system.dynamics.parameters);
  const held = error === 'held' ? heldUnits(c, problem) : undefined;
  const solution = yield* solveTransposed(linearisation, c, problem.freeUnits, held);
  if (solution === undefined) return { status: 'singular', steps: 0, gradient: gradient.fill(Number.NaN) };
  if (held) stiffened(c, linearisation, solution, held);
  return conclude({ ...problem, gradient }, linearisation, c, solution, 'completed', 0);
}

/** 1 at the outputs. */
function heldUnits(like: State, { system }: Problem): Numbers {
  const marked = like.like();
  fillOutputs(marked, system.dynamics.outputs, 1);
  return marked.data;
}

/** c = −Jᵀz at the outputs: K(o − o*). */
function stiffened(c: State, linearisation: Linearisation, z: State, held: Numbers): void {
  linearisation.applyTranspose(z, c);
  for (let i = 0; i < held.length; i++) c.data[i] *= -held[i];
}

/**
 * z with −Jᵀz = c, example by example; on pinned units, whose rows of J vanish, z = 0, and on held ones z = c. Undefined
 * where J is singular.
 */
function* solveTransposed(
  linearisation: Linearisation,
  c: State,
  free: Numbers | undefined,
  held: Numbers | undefined,
): Generator<Work, State | undefined> {
  const out = c.like();
  const matrices = yield* denseTransposed(linearisation, c);
  for (const [example, matrix] of matrices.entries()) {
    yield { done: example, of: matrices.length };
    const units = unitsOf(c, example);
    const n = units.length;
    units.forEach((at, i) => {
      if (held?.[at] === 1) matrix.data.fill(0, i * n, (i + 1) * n);
      if (free?.[at] === 0 || held?.[at] === 1) matrix.data[i * n + i] = -1;
    });
    // of size 1: what of c is small could fall below what numbers can be
    const size = units.reduce((max, at) => Math.max(max, Math.abs(c.data[at])), 0) || 1;
    const solution = solved(
      matrix.data,
      Float64Array.from(units, (at) => -c.data[at] / size),
    );
    if (solution === undefined) return undefined;
    units.forEach((at, i) => {
      out.data[at] = size * solution[i];
    });
  }
  return out;
}

/** Jᵀ of each example as a dense matrix: column k is Jᵀe_k, for all examples at once. */
function* denseTransposed(linearisation: Linearisation, like: State): Generator<Work, readonly Matrix[]> {
  const examples = like.shapes[0].rows;
  const units = Array.from({ length: examples }, (_, example) => unitsOf(like, example));
  const n = units[0].length;
  const matrices = like.of(units.map((_, example) => ({ name: `Jᵀ${example}`, rows: n, cols: n }))).parts[0];
  const [unit, image] = [like.like(), like.like()];
  for (let k = 0; k < n; k++) {
    unit.fill(0);
    for (const places of units) unit.data[places[k]] = 1;
    linearisation.applyTranspose(unit, image);
    matrices.forEach((matrix, example) => {
      for (let i = 0; i < n; i++) matrix.data[i * n + k] = image.data[units[example][i]];
    });
    yield { done: k, of: n };
  }
  return matrices;
}

/** Where the units of one example are in the contiguous buffer of a state. */
function unitsOf(state: State, example: number): number[] {
  const places: number[] = [];
  let start = 0;
  for (const { rows, cols } of state.shapes) {
    for (let j = 0; j < cols; j++) places.push(start + example * cols + j);
    start += rows * cols;
  }
  return places;
}

export const directEntry = entry({
  name: 'direct',
  summary: 'the end point alone, by a dense solve of −F′ᵀz = c; has no process in time',
  source: 'Almeida 1987, Pineda 1987',
  claims: fromErrors(),
  options: {
    error: z
      .enum(['cost', 'held'])
      .optional()
      .describe('held: the error of outputs that are held, K(o − y), to which coupled learning tends; default cost'),
  },
  create: ({ error }) => direct(error),
});
