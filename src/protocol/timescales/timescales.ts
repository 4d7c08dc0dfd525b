import { entry } from '../../entry.js';
import type { Row } from '../../metrics/columns.js';
import type { Tensor } from '../../model/tensor.js';
import type { Dynamics } from '../../model/types.js';
import type { ByPrecision, Numbers } from '../../numerics/numbers.js';
import { advise } from '../advice.js';
import { packed, unpack } from '../packed.js';
import type { Bench, Outcome, Protocol, ProtocolEvent, Sight } from '../protocol.js';
import { recordMoment } from '../recording.js';
import { symptoms } from '../symptoms/symptoms.js';
import { Course } from './course.js';
import { type TimescalesOptions, timescalesOptions } from './options.js';
import { thresholds } from './threshold.js';

/** Steps between checkpoints. */
const CHECKPOINT_EVERY = 1000;
const WORK_EVERY = 64;

/**
 * Learning without phases: the network, what estimates dJ/dθ, and the parameters move at once, the parameters ε times as
 * fast. As ε → 0 the state lags behind s⁰(θ) in proportion to ε, and θ follows the gradient flow; beyond some ε all of it
 * rings, and grows.
 */
export function timescales(options: TimescalesOptions): Protocol {
  return {
    metrics: 'timescales',
    usesEngines: false,
    steps: options.steps,
    writes: ['processes'],
    records: ['processes'],
    moves: sideTensors,
    problems: (dynamics) => problemsOf(options, dynamics),
    foresee: (sight) => foresee(sight, options),
    *run(bench) {
      const course = new Course(bench, options);
      if (bench.resume) course.resume(unpack(bench.resume, course.arrays));
      const { steps, every } = options;
      for (;;) {
        course.evaluate();
        const lost = course.hasDiverged();
        const ends = lost || course.step >= steps;
        if (ends || course.step % every === 0) yield* rows(bench, options, course);
        if (ends) return outcome(bench, course, lost);
        course.advance();
        const keep = () => packed(course.step, course.arrays);
        if (course.step % CHECKPOINT_EVERY === 0) yield { kind: 'checkpoint', data: keep() };
        if (course.step % WORK_EVERY === 0)
          yield { kind: 'work', phase: 'all at once', done: course.step, of: steps, keep };
      }
    },
  };
}

/** z of every block of the state, called z1…zL or z. */
function sideTensors({ states }: Dynamics): Tensor[] {
  return states.map((state) => ({ ...state, name: sideName(state.name) }));
}

const sideName = (state: string): string => state.replace(/^s?/, 'z');

function problemsOf({ learn = [], side, beta }: TimescalesOptions, { name, parameters, offers }: Dynamics) {
  const known = parameters.map((tensor) => tensor.name);
  const needed = side === 'ep' ? 'energy' : 'linearisation';
  const found: [(string | number)[], string][] = learn.flatMap((tensor, i) =>
    known.includes(tensor) ? [] : [[['learn', i], `must be one of ${known.join(', ')}, got '${tensor}'`]],
  );
  if (!offers.includes(needed))
    found.push([['side'], `${side} needs a network with an ${needed}, and ${name} has none`]);
  if (side === 'rbp' && beta !== undefined) found.push([['beta'], 'must be left out: only side: ep nudges']);
  return found;
}

function foresee(sight: Sight, options: TimescalesOptions): string[] {
  const found = thresholds(sight, options);
  if (found === undefined || options.epsilon < found.stepped) return [];
  return [advise(symptoms.timescales.beyond, { ...found, ...options }, sight.settings)];
}

function* rows(bench: Bench, { every, step: dt }: TimescalesOptions, course: Course): Generator<ProtocolEvent> {
  const { step, time, s, side, still, theta, flow } = course;
  course.follow(Math.max(0, Math.floor((step - 1) / every) * every));
  const found = still.find();
  const cost = bench.cost.bind(bench.y, bench.dynamics.outputs).value(s);
  const z = side.read(s);
  const row: Row = [
    step,
    time,
    cost.reduce((sum, value) => sum + value, 0) / cost.length,
    found ? still.objective() : Number.NaN,
    course.speed(),
    found ? distance(s.data, still.rest.data) : Number.NaN,
    distance(z.data, still.z.data),
    distance(theta.data, flow.at.data),
  ];
  yield { kind: 'rows', table: 'timescales', rows: [row] };
  const called = z.of(sideTensors(bench.dynamics).map(({ name }, k) => ({ ...s.shapes[k], name }))).copy(z);
  yield* recordMoment(bench, [step, step * dt, 'network'], [s, called, theta]);
}

const distance = (a: Numbers, b: Numbers): number => Math.hypot(...a.map((value, i) => value - b[i]));

/** What grows has outgrown the third of the time before it by this factor, and is no round-off. */
const GROWTH = 1.2;
const SMALL: ByPrecision = { float64: 1e-9, float32: 1e-5 };

function outcome({ warnings, settings, theta }: Bench, { step, speeds }: Course, lost: boolean): Outcome {
  const [, before, last] = speeds;
  const grows = last > GROWTH * before && last > SMALL[theta.precision];
  const { diverged, growing } = symptoms.timescales;
  return {
    status: lost ? 'diverged' : 'completed',
    free: {
      status: lost ? 'diverged' : 'converged',
      steps: 0,
      field_evaluations: 0,
      residual_max: null,
      residual_l2: null,
    },
    engines: {},
    pinned: null,
    warnings: [
      ...warnings,
      ...(lost ? [advise(diverged, { step }, settings)] : []),
      ...(!lost && grows ? [advise(growing, { before, last }, settings)] : []),
    ],
  };
}

export const timescalesEntry = entry({
  name: 'timescales',
  summary: 'state, side network and parameters at once, the parameters ε times as fast: learning without phases',
  source: 'the setting of Flynn 2015',
  claims: {
    equals: 'gradient flow of J',
    limit: 'ε → 0, and β → 0 with side: ep',
    local: 'no with side: rbp, yes with side: ep',
    phases: 'none: all at once',
    symmetric: 'no with side: rbp, yes with side: ep',
  },
  options: timescalesOptions,
  examples: [
    { epsilon: 0.05, steps: 20, every: 5 },
    { epsilon: 0.05, steps: 20, every: 5, side: 'ep', beta: 0.01 },
  ],
  create: (options): Protocol => timescales(options),
});
