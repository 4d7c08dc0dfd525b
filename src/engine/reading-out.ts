import type { Params } from '../model/types.js';
import { type Engine, type Estimate, isProcess, Moment, type Problem, type Process, type Work } from './engine.js';

/**
 * The same engine where the cost has parameters of its own: of these the gradient is ∂C/∂θ at s⁰, or at what the engine
 * predicts, whatever the estimate of all others is and from the first moment on (Laborieux et al. 2021, section 3.2).
 */
export function readingOut(engine: Engine): Engine {
  const { settle } = engine;
  return {
    ...engine,
    run: (problem) => completed(engine, problem, engine.run(problem)),
    ...(settle && {
      settle: { ...settle, run: (problem, rule) => completed(engine, problem, settle.run(problem, rule)) },
    }),
  };
}

function completed<M extends Process | Work>(
  engine: Engine,
  problem: Problem,
  way: Generator<M, Estimate>,
): Generator<M, Estimate> {
  const { cost, free } = problem;
  if (cost.readOut === undefined) return way;
  const at = engine.predict ? free.like() : free;
  engine.predict?.(problem, at);
  const own = cost.readOut.gradient;
  return read(way, (gradient) => {
    own(at, gradient);
    return gradient;
  });
}

function* read<M extends Process | Work>(
  way: Generator<M, Estimate>,
  whole: (gradient: Params) => Params,
): Generator<M, Estimate> {
  for (;;) {
    const next = way.next();
    if (next.done) return { ...next.value, gradient: whole(next.value.gradient) };
    const moment = next.value;
    yield (isProcess(moment) ? completedBy(moment, whole) : moment) as M;
  }
}

function completedBy(moment: Process, whole: (gradient: Params) => Params): Process {
  const state = () => moment.state;
  return new Moment(moment.step, moment.time, state, () => whole(moment.params()));
}
