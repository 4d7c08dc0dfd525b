import { entry } from '../entry.js';
import { fillOutputs } from '../model/outputs.js';

import type { Params, Predictor, State } from '../model/types.js';
import { real } from '../numerics/complex.js';
import { addScaled, axpy, scale } from '../numerics/kernels.js';
import { clampedField, type Field } from '../solver/field.js';
import { hasDiverged } from '../solver/relax.js';
import { fromStates } from './claims.js';
import {
  type Engine,
  type Estimate,
  type Problem,
  type Process,
  type Remark,
  settling,
  statusOf,
  type Work,
} from './engine.js';
import { family } from './family.js';

/** What tells the three ways of predictive coding apart: how errors move on while the outputs are held. */
interface Mode extends Pick<Engine, 'needs' | 'accuracy' | 'residualGain' | 'pace' | 'rate'> {
  start(problem: Problem): Course;
  /** A solver may look for the end. */
  readonly settles: boolean;
}

/** Errors on their way. All of it is about δ = −ε = p(s) − s: error derivatives, as other engines have them. */
interface Course {
  /** What moves: the state s, or δ itself. */
  readonly moving: State;
  readonly field: Field;
  /** δ after so many steps; valid until it is asked again. */
  errors(step: number): State;
  /** The step at which the last unit has its error, where there is one. */
  readonly arrived?: number;
  /** At the place whose slopes and activities the gradient is taken with. */
  readonly predictor: Predictor;
}

/**
 * Predictive coding (Millidge, Tschantz & Buckley 2020): from the forward pass s⁰ on the outputs are held at their targets, and
 * errors spread, dε/dt = −ε + Aᵀε but for what moves; the estimate is ∂E/∂θ = (∂p/∂θ)ᵀδ, the mean over the batch.
 */
const engine = ({ start, settles, ...mode }: Mode): Engine => ({
  ...mode,
  hasProcess: true,
  run: (problem) => run(problem, start(problem)),
  ...(settles && {
    settle: {
      offers: [],
      *run(problem, rule): Generator<Work, Estimate> {
        const course = start(problem);
        const end = yield* settling({ field: course.field, start: course.moving, bounds: undefined }, rule);
        course.moving.copy(end.state);
        const gradient = gradientOf(problem, course.predictor, course.errors(end.steps));
        return { status: statusOf([end]), steps: end.steps, gradient, residual: end.residualMax };
      },
    },
  }),
});

function* run(
  problem: Problem,
  { moving, field, errors, predictor, arrived = 0 }: Course,
): Generator<Process, Estimate> {
  const { step: dt, steps, integrator } = problem.second;
  const force = moving.like();
  const advance = integrator.prepare(moving);
  for (let step = 0; ; step++) {
    const state = errors(step);
    const params = () => gradientOf(problem, predictor, state);
    if (hasDiverged(moving)) return { status: 'diverged', steps: step, gradient: params() };
    yield { step, time: step * dt, state, params };
    if (step >= steps) {
      const remarks: Remark[] = steps < arrived ? [{ symptom: 'errors-on-their-way', steps, arrived }] : [];
      return { status: 'completed', steps: step, gradient: params(), remarks };
    }
    field(moving, force);
    advance(field, moving, force, dt, moving);
  }
}

function gradientOf({ system, free, x, gradient }: Problem, predictor: Predictor, delta: State): Params {
  const out = gradient ?? free.of(system.dynamics.parameters);
  predictor.addGrad(delta, out.fill(0));
  scale(1 / x.rows, out.data);
  return out;
}

function predictorAt({ system }: Problem, s: State): Predictor {
  const predictor = system.predictions!.predictor(s);
  predictor.move(s);
  return predictor;
}

/** p(s) − s at s, where it has moved to. */
function errorsAt(predictor: Predictor, s: State, out: State): State {
  predictor.move(s);
  addScaled(predictor.value.data, -1, s.data, out.data);
  return out;
}

/**
 * Predictions, slopes and presynaptic activities stay those of the forward pass: dδ/dt = −δ + Aᵀδ with δ = ∂C/∂s held at the
 * outputs. Its fixed point is backpropagation's δ, reached by L − 1 steps of size 1.
 */
function fixedPredictions(problem: Problem): Course {
  const { system, cost, free } = problem;
  const predictor = predictorAt(problem, free);
  const delta = free.like();
  cost.addGradState(free, real(1), delta);
  return {
    moving: delta,
    field(at, out) {
      predictor.back(at, out);
      axpy(-1, at.data, out.data);
      fillOutputs(out, system.dynamics.outputs, 0);
    },
    errors: () => delta,
    predictor,
  };
}

/** The network itself, outputs held at their targets. */
function held({ cost, free }: Problem): State {
  const s = free.clone();
  cost.clamp!(s, 1);
  return s;
}

/** Predictions follow: the energy relaxes to rest, which is no backpropagation but of K(o − y) (see coupled-learning). */
function clamped(problem: Problem): Course {
  const s = held(problem);
  const predictor = problem.system.predictions!.predictor(s);
  const delta = s.like();
  return { moving: s, field: clampedField(problem.system), errors: () => errorsAt(predictor, s, delta), predictor };
}

/**
 * The same with steps of size 1, of which the units at a distance of k steps from the outputs are read after k (Song et al.,
 * Z-IL): nothing that their error depends on has moved by then, and it is backpropagation's.
 */
function stepOne(problem: Problem): Course {
  const { system, free } = problem;
  const s = held(problem);
  const [moved, now, read] = [system.predictions!.predictor(s), s.like(), s.like()];
  const delays = system.predictions!.delays!;
  return {
    moving: s,
    field: clampedField(system),
    errors(step) {
      errorsAt(moved, s, now);
      delays.forEach((ofBlock, block) => {
        const [from, to] = [now.parts[0][block], read.parts[0][block]];
        ofBlock.forEach((delay, unit) => {
          if (delay !== step) return;
          for (let i = 0; i < to.rows; i++) to.data[i * to.cols + unit] = from.data[i * to.cols + unit];
        });
      });
      return read;
    },
    arrived: Math.max(...delays.map((ofBlock) => ofBlock.reduce((latest, delay) => Math.max(latest, delay), 0))),
    predictor: predictorAt(problem, free),
  };
}

const modes = {
  'fixed-predictions': entry({
    name: 'fixed-predictions',
    summary: 'predictions and slopes stay those of the forward pass: errors come to rest at those of backpropagation',
    source: 'Millidge, Tschantz & Buckley 2020 (arXiv 2006.04182)',
    claims: { ...fromStates('forward, held', 't → ∞, or L − 1 steps of 1'), equals: 'backprop' },
    options: {},
    create: (): Mode => ({
      needs: ['predictions'],
      accuracy: 'exact',
      residualGain: 0,
      // A is nilpotent: of an Euler step of 1 nothing is left
      rate: (step) => (step === 1 ? Number.POSITIVE_INFINITY : -Math.log(Math.abs(1 - step)) / step),
      start: fixedPredictions,
      settles: true,
    }),
  }),
  'step-one': entry({
    name: 'step-one',
    summary: 'predictions follow, by steps of 1; a layer is read when its error arrives: backpropagation',
    source: 'Song, Lukasiewicz, Xu & Bogacz 2020',
    claims: { ...fromStates('forward, held'), equals: 'backprop' },
    options: {},
    create: (): Mode => ({
      needs: ['predictions', 'levels', 'clamping'],
      accuracy: 'exact',
      residualGain: 1,
      pace: 'unit',
      rate: () => Number.POSITIVE_INFINITY,
      start: stepOne,
      settles: false,
    }),
  }),
  clamped: entry({
    name: 'clamped',
    summary: 'predictions follow, to rest: backpropagation of K(o − y) where the error is small, not of o − y',
    source: 'Millidge, Tschantz & Buckley 2020 (arXiv 2006.04182)',
    claims: { ...fromStates('forward, held', 'o − y → 0'), equals: 'backprop of the error K(o − y)' },
    options: {},
    create: (): Mode => ({
      needs: ['predictions', 'clamping'],
      accuracy: 'biased',
      residualGain: 1,
      start: clamped,
      settles: true,
    }),
  }),
};

export const predictiveCodingFamily = family({
  name: 'predictive-coding',
  summary: 'outputs held at their targets, and the errors of predictions that spread: backpropagation, or near it',
  source: 'Millidge, Tschantz & Buckley 2020 (arXiv 2006.04182)',
  symbol: 'PC',
  key: 'mode',
  options: {},
  members: modes,
  create: engine,
});
