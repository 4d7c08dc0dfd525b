import { type Engine, type Estimate, isProcess, type Problem, type Process, type Work } from '../engine/engine.js';
import type { EngineRecord } from '../metrics/results.js';

import type { Linearisation, Predictor, System } from '../model/types.js';
import { maxAbs } from '../numerics/kernels.js';

/** An estimate, and what it cost. */
export interface Metered extends Estimate {
  readonly residual: number;
  readonly fieldEvaluations: number;
  readonly memoryBytes: number;
}

/**
 * Runs an engine and counts what it does, from outside: evaluations of F and products with J at the system that it is given,
 * bytes at the buffers from which it derives its own. An engine can neither forget to count nor count wrongly.
 */
export function* metered(engine: Engine, problem: Problem): Generator<Process | Work, Metered> {
  const meter = { evaluations: 0, numbers: 0 };
  const count = (length: number) => {
    meter.numbers += length;
  };
  const { trajectory } = problem;
  for (const { data } of trajectory?.states ?? []) count(data.length);
  const way = engine.run({
    ...problem,
    system: counted(problem.system, (evaluations) => {
      meter.evaluations += evaluations;
    }),
    free: problem.free.counting(count),
    theta: problem.theta.counting(count),
  });
  let left = Number.NaN;
  for (;;) {
    const next = way.next();
    if (next.done) {
      const residual = next.value.residual ?? left;
      return {
        ...next.value,
        residual,
        fieldEvaluations: Math.round(meter.evaluations),
        memoryBytes: 8 * meter.numbers,
      };
    }
    if (isProcess(next.value)) left = maxAbs(next.value.state.data);
    yield next.value;
  }
}

export function recordOf({ status, steps, residual, fieldEvaluations, memoryBytes, measured }: Metered): EngineRecord {
  return {
    status,
    steps,
    residual_max: finite(residual),
    field_evaluations: fieldEvaluations,
    memory_bytes: memoryBytes,
    ...(measured && {
      measured: Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, finite(value)])),
    }),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The same system, telling `pay` of every multiplication by all couplings: two where states are complex. */
function counted(system: System, pay: (evaluations: number) => void): System {
  const { response, predictions, dynamics, some, step } = system;
  return {
    ...system,
    dynamics: { ...dynamics, bind: (theta, x) => counted(dynamics.bind(theta, x), pay) },
    force(s, out, nudge) {
      pay(s.im ? 2 : 1);
      return system.force(s, out, nudge);
    },
    ...(step && {
      step(s, dt, out, to, nudge) {
        pay(s.im ? 2 : 1);
        return step(s, dt, out, to, nudge);
      },
    }),
    ...(response && {
      response: {
        ...response,
        move(...given) {
          pay(1 / response.groups.length);
          response.move(...given);
        },
      },
    }),
    ...(predictions && {
      predictions: { ...predictions, predictor: (like) => countedPredictor(predictions.predictor(like), pay) },
    }),
    ...(some && {
      some: (rows, home) => {
        const share = rows.length / system.shapes[0].rows;
        return counted(some(rows, home), (evaluations) => pay(share * evaluations));
      },
    }),
    linearise(s0, free) {
      pay(1);
      return countedProducts(system.linearise(s0, free), pay);
    },
  };
}

/** A prediction takes every coupling once, as does what is led back: an evaluation of F is both. */
function countedPredictor(predictor: Predictor, pay: (evaluations: number) => void): Predictor {
  const half = pay.bind(undefined, 1 / 2);
  return {
    ...predictor,
    move(s) {
      half();
      predictor.move(s);
    },
    back(e, out) {
      half();
      predictor.back(e, out);
    },
  };
}

function countedProducts(linear: Linearisation, pay: (evaluations: number) => void): Linearisation {
  const product = (of: Linearisation['apply']): Linearisation['apply'] => {
    return (v, out) => {
      pay(1);
      of(v, out);
    };
  };
  return {
    ...linear,
    apply: product(linear.apply),
    applyTranspose: product(linear.applyTranspose),
    move(s0, free) {
      pay(1);
      linear.move(s0, free);
    },
  };
}
