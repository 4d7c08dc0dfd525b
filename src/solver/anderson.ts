import * as z from 'zod';
import { entry } from '../entry.js';
import type { State } from '../model/types.js';
import { addScaled, clip } from '../numerics/kernels.js';
import { NO_RESPONSE, sweeper } from './even-odd.js';
import { Mixer } from './mixer.js';
import { layoutOf } from './rows.js';
import { type FixedPointRule, type FixedPointTask, iterate, Meter, repeat, type Solver } from './solver.js';

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
    asks: of === 'even-odd' ? 'response' : undefined,
    unfit: (system) => (of === 'even-odd' && !system.response ? `of: even-odd ${NO_RESPONSE}` : undefined),
    relax(task, rule) {
      const meter = new Meter(task.field);
      const sweep = of === 'euler' ? undefined : sweeper(task, meter);
      return sweep ? overSweeps(task, rule, meter, sweep, options) : overSteps(task, rule, meter, options);
    },
  };
}

/** g(s) = s + dt F(s), projected: F is known at every step. */
function overSteps({ start, bounds }: FixedPointTask, rule: FixedPointRule, meter: Meter, options: AndersonOptions) {
  const s = start.clone();
  const mixer = new Mixer(s, layoutOf(s.shapes), options);
  const image = s.like();
  return iterate(meter, s, rule, (at, force) => {
    addScaled(at.data, rule.step, force.data, image.data);
    if (bounds) clip(bounds, image.data);
    mixer.mix(at, image);
    if (bounds) clip(bounds, at.data);
    return meter.residual(at, force);
  });
}

/**
 * g = a sweep: what it makes of a state does not depend on the set of blocks that moves first, so only the others are
 * mixed; all are where that set is nudged, for a nudge may be taken before its block moves. The states that are shown are
 * the images of sweeps.
 */
function overSweeps(
  { start, bounds, field }: FixedPointTask,
  rule: FixedPointRule,
  meter: Meter,
  sweep: (s: State) => void,
  options: AndersonOptions,
) {
  const s = start.clone();
  const { system, nudge } = field.of!;
  const [first, ...others] = system.response!.groups;
  const nudged = nudge && s.shapes.findIndex(({ name }) => name === system.dynamics.outputs.block);
  const mixesAll = others.length === 0 || (nudged !== undefined && first.includes(nudged));
  const mixer = new Mixer(
    s,
    layoutOf(s.shapes, (k) => mixesAll || !first.includes(k)),
    options,
  );
  const mixed = s.clone();
  return repeat(meter, s, rule, (image) => {
    image.copy(mixed);
    sweep(image);
    const change = mixer.mix(mixed, image);
    if (bounds) clip(bounds, mixed.data);
    return change;
  });
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
