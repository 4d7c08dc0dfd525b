import type { State } from '../model/types.js';
import type { Complex } from '../numerics/complex.js';
import { clip } from '../numerics/kernels.js';
import { infinitesimal } from '../numerics/numbers.js';
import type { Course } from '../solver/course.js';
import { boundsOf, clampedField, type Field, nudgedField } from '../solver/field.js';
import type { Step } from '../solver/integrator.js';
import { steps } from '../solver/stepped.js';
import type { NudgedCopy, Problem, Remark } from './engine.js';
import { formatBeta, type Nudging } from './nudging/nudging.js';

/** A copy of the network on its way through phase two. */
export interface Copy extends NudgedCopy {
  readonly s: State;
  readonly force: State;
  readonly field: Field;
  readonly advance: Step;
}

/**
 * The copies of this batch: where the sign is random, one draw turns all of them round; where β is infinitesimal, it is as
 * small as the numbers of the network ask for.
 */
export function drawn({ copies, sign, infinitesimal }: Nudging, { random, free }: Problem): readonly NudgedCopy[] {
  const [by, weighed] = infinitesimal ? dual(free) : [1, 1];
  const turned = sign !== undefined && random('sign').uniform() >= 0.5 ? -1 : 1;
  if (by * turned === 1) return copies;
  return copies.map((copy) => ({
    ...copy,
    beta: scaled(by * turned, copy.beta),
    weight: scaled(weighed * turned, copy.weight),
  }));
}

function dual({ precision }: State): [h: number, inverse: number] {
  const h = infinitesimal[precision];
  return [h, 1 / h];
}

const scaled = (by: number, { re, im }: Complex): Complex => ({ re: by * re, im: by * im });

/** A copy on its way by the steps of phase two. */
export function startCopy(problem: Problem, copy: NudgedCopy): Copy {
  const { field, s } = restingCopy(problem, copy);
  const { integrator } = problem.second;
  return { s, force: s.like(), field, advance: integrator.prepare(s, boundsOf(problem.system)), ...copy };
}

/** A copy on a course of its own: where it is may be another state after every step. */
export type FollowedCopy = NudgedCopy & Course;

export function followCopy(problem: Problem, copy: NudgedCopy): FollowedCopy {
  const { field, s: start } = restingCopy(problem, copy);
  const { integrator, step } = problem.second;
  return Object.assign(steps(integrator, { field, start, bounds: boundsOf(problem.system) }, step), copy);
}

/** A copy at s⁰, and its field; with its outputs held where β is infinite, which is another place, where F may be anything. */
export function restingCopy(
  { system, cost, free, moving }: Problem,
  { beta, held = 1 }: NudgedCopy,
): Pick<Copy, 's' | 'field'> & Pick<Problem, 'moving'> {
  const bounds = boundsOf(system);
  const s = free.of(system.shapes, beta.im !== 0).copy(free);
  if (beta.re !== Number.POSITIVE_INFINITY) return { s, field: nudgedField(system, cost, beta), moving };
  cost.clamp!(s, held);
  if (bounds) clip(bounds, s.re, s.im);
  return { s, field: clampedField(system) };
}

/** That windows of max pooling choose otherwise than at s⁰, where they do: of the copy that has most of them. */
export function switchedIn(
  { system: { switches }, free }: Problem,
  copies: readonly Pick<Copy, 's' | 'beta'>[],
): Remark[] {
  if (switches === undefined) return [];
  // the limit β → 0 is taken where s⁰ is
  const pulled = copies.filter(({ beta }) => beta.re !== 0);
  const counts = pulled.map(({ s }) => switches.between(s, free));
  const switched = Math.max(0, ...counts);
  if (switched === 0) return [];
  const { beta } = pulled[counts.indexOf(switched)];
  return [{ symptom: 'windows-switched', switched, windows: switches.windows, beta: formatBeta(beta) }];
}
