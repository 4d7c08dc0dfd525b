import type { Course } from './course.js';
import { alone } from './leaving.js';
import { type FixedPointRule, judge, type Meter, type Relaxation, type RelaxSample } from './solver.js';

const timeless = () => Number.NaN;

/** Goes on to rest, to its end or astray. Yields before every step and at the end. */
export function follow(
  course: Course,
  meter: Meter,
  rule: FixedPointRule,
  clock: (step: number) => number = timeless,
): Generator<RelaxSample, Relaxation> {
  return rule.atRest === 'leave' ? alone(course, meter, rule, clock) : together(course, meter, rule, clock);
}

function* together(
  course: Course,
  meter: Meter,
  rule: FixedPointRule,
  clock: (step: number) => number,
): Generator<RelaxSample, Relaxation> {
  for (let step = 0; ; step++) {
    const residualMax = course.look();
    const { s, force } = course;
    yield { step, time: clock(step), fieldEvaluations: meter.evaluations, residualMax, state: s };
    const status = judge(s, residualMax, step, rule);
    if (status) return meter.end(status, step, s, force, course.blocks);
    course.advance();
  }
}
