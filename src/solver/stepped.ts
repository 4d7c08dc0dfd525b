import { entry } from '../entry.js';
import type { State } from '../model/types.js';
import { maxAbs } from '../numerics/kernels.js';
import { gather } from '../numerics/whole-state.js';
import type { Course } from './course.js';
import type { Field } from './field.js';
import { follow } from './follow.js';
import { euler, type Integrator, rk4 } from './integrator.js';
import { type FixedPointTask, Meter, type Solver } from './solver.js';

/** Follows ds/dt = F(s) by an integrator until F vanishes: the literature's free phase. */
export function steppedBy(integrator: Integrator): Solver {
  return {
    name: integrator.name,
    needs: [],
    projects: integrator.projects,
    followsTime: true,
    leaves: true,
    integrator,
    relax({ field, start, bounds }, rule) {
      const meter = new Meter(field);
      const course = steps(integrator, { field, start: start.clone(), bounds }, rule.step, meter);
      return follow(course, meter, rule, (count) => count * rule.step);
    },
  };
}

/** Steps of size dt from the start on, in its place where the field takes none along. */
export function steps(integrator: Integrator, task: FixedPointTask, dt: number, meter = new Meter(task.field)): Course {
  const { field, start: s, bounds } = task;
  if (integrator === euler && field.step && bounds === undefined) return strides(task, field.step, dt, meter);
  const force = s.like();
  const metered = meter.on(field);
  const step = integrator.prepare(s, bounds);
  return {
    s,
    force,
    look: () => sizeOf(metered, s, force),
    advance: () => step(metered, s, force, dt, s),
    some:
      field.some &&
      ((rows) => steps(integrator, { field: field.some!(rows, s), start: gather(s, rows), bounds }, dt, meter)),
  };
}

/** Euler's steps where a field takes them along: from one of two states to the other, and back. */
function strides({ field, start }: FixedPointTask, step: NonNullable<Field['step']>, dt: number, meter: Meter): Course {
  const force = start.like();
  let to = start.like();
  const course: Course & { s: State } = {
    s: start,
    force,
    look() {
      meter.pay(1);
      const most = step(course.s, dt, force, to);
      return typeof most === 'number' ? most : maxAbs(force.data);
    },
    advance() {
      [course.s, to] = [to, course.s];
    },
    some:
      field.some &&
      ((rows) => {
        const { s } = course;
        return steps(euler, { field: field.some!(rows, s), start: gather(s, rows), bounds: undefined }, dt, meter);
      }),
  };
  return course;
}

/** F(s) into `out`; gives ‖F(s)‖_∞. */
export function sizeOf(field: Field, s: State, out: State): number {
  const most = field(s, out);
  return typeof most === 'number' ? most : maxAbs(out.data);
}

export const eulerSolverEntry = entry({
  name: 'euler',
  summary: 's ← s + dt F(s) until F vanishes; projected where states are confined to a box',
  source: 'the free phase of Scellier & Bengio 2017',
  options: {},
  create: () => steppedBy(euler),
});

export const rk4SolverEntry = entry({
  name: 'rk4',
  summary: 'the flow ds/dt = F(s) by the classical Runge-Kutta method, four evaluations a step',
  options: {},
  create: () => steppedBy(rk4),
});
