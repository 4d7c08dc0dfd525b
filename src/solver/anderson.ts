import * as z from 'zod';
import { entry } from '../entry.js';
import type { Bounds } from '../numerics/bounds.js';
import { addScaled, clip } from '../numerics/kernels.js';
import { gather } from '../numerics/whole-state.js';
import type { Course } from './course.js';
import { INEXACT, isExact, lastOf, NO_RESPONSE, type Onward, startsFrom, sweeps } from './even-odd.js';
import { follow } from './follow.js';
import { Mixer } from './mixer.js';
import { type FixedPointTask, Meter, type Solver } from './solver.js';
import { sizeOf } from './stepped.js';

export interface AndersonOptions {
  /** Steps that are remembered. */
  readonly memory: number;
  /** Relative, of the least-squares problem. */
  readonly regularisation: number;
  /** A step after which the residual of an example is larger than this many times the one before is taken back. */
  readonly growth: number;
  /** The map that is accelerated: the damped step s + dt F(s), or a sweep of even-odd. `auto`: the sweep where there is one. */
  readonly of: 'auto' | 'euler' | 'even-odd';
}

/**
 * Anderson's acceleration (Anderson 1965; Walker & Ni 2011, type II) of a map g with fixed point s⁰: the next state is
 * the combination of the last ones whose residual g(s) − s is smallest, moved by g. Example by example; safeguarded: where
 * the residual of an example grows, its history is forgotten and it goes on from the last plain step.
 */
export function anderson(options: AndersonOptions): Solver {
  const { of } = options;
  return {
    name: 'anderson',
    needs: [],
    projects: true,
    followsTime: false,
    leaves: true,
    asks: of === 'even-odd' ? 'response' : undefined,
    unfit: (system) =>
      of === 'even-odd' && !isExact(system) ? `of: even-odd ${system.response ? INEXACT : NO_RESPONSE}` : undefined,
    startsFrom: (system) => (of === 'euler' ? undefined : startsFrom(system)),
    relax({ field, start, bounds, moving }, rule) {
      const meter = new Meter(field);
      const s = start.clone();
      const sweepable =
        of !== 'euler' && field.of !== undefined && isExact(field.of.system) && field.of.held === undefined;
      const course = sweepable
        ? sweeps(meter, field, s, mixing(new Mixer(s, lastOf(field.of!), options), bounds), moving)
        : steps({ field, start: s, bounds }, rule.step, meter, new Mixer(s, [...s.shapes.keys()], options));
      return follow(course, meter, rule);
    },
  };
}

/**
 * g = a sweep: what it makes of a state does not depend on the set of blocks that moves first, so only the others are
 * mixed.
 */
function mixing(mixer: Mixer, bounds: Bounds | undefined): Onward {
  return {
    move(s, image) {
      mixer.mix(s, image);
      if (bounds) clip(bounds, s.data);
    },
    some: (rows, like) => mixing(mixer.some(rows, like), bounds),
  };
}

/** g(s) = s + dt F(s), projected: F is known at every step. */
function steps({ field, start: s, bounds }: FixedPointTask, dt: number, meter: Meter, mixer: Mixer): Course {
  const [image, force] = [s.like(), s.like()];
  const metered = meter.on(field);
  return {
    s,
    force,
    look: () => sizeOf(metered, s, force),
    advance() {
      addScaled(s.data, dt, force.data, image.data);
      if (bounds) clip(bounds, image.data);
      mixer.mix(s, image);
      if (bounds) clip(bounds, s.data);
    },
    some:
      field.some &&
      ((rows) => {
        const start = gather(s, rows);
        return steps({ field: field.some!(rows, s), start, bounds }, dt, meter, mixer.some(rows, start));
      }),
  };
}

export const andersonEntry = entry({
  name: 'anderson',
  summary: 'Anderson acceleration of the even-odd sweep where the network has layers, of the damped step elsewhere',
  source: 'Anderson 1965; Walker & Ni 2011',
  options: {
    memory: z.int().positive().max(50).default(8).describe('steps that are remembered'),
    of: z
      .enum(['auto', 'euler', 'even-odd'])
      .default('auto')
      .describe('the map accelerated: s + step · F(s), or a sweep of even-odd; auto: the sweep where there is one'),
    regularisation: z.number().nonnegative().default(1e-12).describe('of the least-squares problem, relative'),
    growth: z
      .number()
      .min(1)
      .default(2)
      .describe('an example whose residual grows by more than this forgets its history'),
  },
  create: anderson,
});
