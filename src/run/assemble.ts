import { everyIndex } from '../data/example-set.js';
import type { DataContext, Dataset, ExampleSet } from '../data/source.js';
import { create } from '../entry.js';
import { RunError } from '../errors.js';
import { initialise } from '../model/initialise.js';
import type { Dynamics, Initialiser, Params } from '../model/types.js';
import { type Arena, within } from '../numerics/arena.js';
import { Matrix } from '../numerics/matrix.js';
import { randomStream, randomStreams } from '../numerics/random.js';
import { dynamicsOf, engineOf, integratorOf, protocolOf, referencesOf, solverOf, stepOf } from '../plan/parts.js';
import type { RunPlan } from '../plan/plan.js';
import type { Bench, Protocol, Recording } from '../protocol/protocol.js';
import { registry } from '../registry.js';
import { freeField } from '../solver/field.js';
import { type RelaxRule, settle } from '../solver/relax.js';
import { toParams } from '../spec/parameters.js';
import type { Spec } from '../spec/schema.js';

/**
 * From a planned run to what its protocol works with, all of it in one arena. Every use of randomness has a stream of its
 * own under the seed.
 */
export function assemble(
  { spec, parameters }: Pick<RunPlan, 'spec' | 'parameters'>,
  arena?: Arena,
): {
  protocol: Protocol;
  bench: Bench;
} {
  const dynamics = dynamicsOf(spec.network);
  const stream = (purpose: string) => randomStream(spec.seed, purpose);
  const init = spec.network.init && create(registry.initialisers, spec.network.init);
  const theta = parameters
    ? toParams(parameters, dynamics.parameters, arena)
    : initialise(dynamics.parameters, init!, (tensor) => stream(`init/${tensor}`), arena);
  const free = freeRule(spec);
  const warnings: string[] = [];
  const dataset = datasetOf(spec, dynamics, free, warnings);
  const batch = once(() => near(theta, dataset.train));
  const bench: Bench = {
    dynamics,
    theta,
    dataset,
    get x() {
      return batch().x;
    },
    get y() {
      return batch().y;
    },
    warnings,
    cost: create(registry.costs, spec.cost),
    free,
    contestants: spec.engines.map((engine) => ({
      id: engine.id!,
      engine: engineOf(engine),
      second: {
        integrator: integratorOf(engine.integrator ?? spec.second.integrator),
        step: stepOf(engine, spec),
        steps: spec.second.steps,
      },
      random: randomStreams(spec.seed, `engine/${engine.id!}`),
    })),
    references: referencesOf(spec),
    record: recording(spec),
    finiteDifference: { ...spec.finite_difference, random: stream('finite-difference') },
  };
  return { protocol: protocolOf(spec.protocol), bench };
}

function freeRule({ free }: Spec): RelaxRule {
  return {
    solver: solverOf(free.solver),
    step: free.step,
    tolerance: free.tolerance,
    maxSteps: free.max_steps,
  };
}

function datasetOf(spec: Spec, dynamics: Dynamics, free: RelaxRule, warnings: string[]): Dataset {
  const context: DataContext = {
    inputs: dynamics.inputs,
    outputs: dynamics.outputs.to - dynamics.outputs.from,
    stream: (purpose) => randomStream(spec.seed, `data/${purpose}`),
    teach(init: Initialiser, x: Matrix): Matrix {
      const stream = (tensor: string) => randomStream(spec.seed, `teacher/${tensor}`);
      return within((arena) => {
        const theta = initialise(dynamics.parameters, init, stream, arena);
        return outputsAtRest(dynamics, theta, x, free, warnings);
      });
    },
    read: ({ path }) => {
      throw new RunError(`data: ${path} cannot be read here`);
    },
  };
  return create(registry.data, spec.data).load(context);
}

/** All examples of a set, in numbers, where the parameters are. */
function near(theta: Params, set: ExampleSet): { x: Matrix; y: Matrix } {
  const rows = set.count;
  const blocks = theta.of([
    { name: 'x', rows, cols: set.inputs },
    { name: 'y', rows, cols: set.outputs },
  ]);
  const [[x, y]] = blocks.parts;
  set.fill(everyIndex(set), x, y);
  return { x, y };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function outputsAtRest(dynamics: Dynamics, theta: Params, x: Matrix, free: RelaxRule, warnings: string[]): Matrix {
  const system = dynamics.bind(theta, x);
  const end = settle(freeField(system), theta.of(system.shapes), free, dynamics.box);
  if (end.status === 'diverged') {
    throw new RunError(`data: the teacher network diverged at step ${end.steps}: reduce free.step or data.init`);
  }
  if (end.status === 'max-steps') {
    const residual = end.residualMax.toExponential(2);
    warnings.push(`data: the teacher network did not converge: residual ${residual} after ${end.steps} steps`);
  }
  const { block, from, to } = dynamics.outputs;
  const states = end.state.get(block);
  const y = new Matrix(x.rows, to - from);
  for (let i = 0; i < x.rows; i++) y.row(i).set(states.row(i).subarray(from, to));
  return y;
}

function recording({ record: { processes, gradients, free_state } }: Spec): Recording {
  return {
    ...(processes === false ? {} : { processes: processes === true ? { every: 1 } : tensorsOnly(processes) }),
    ...(gradients === false ? {} : { gradients: gradients === true ? {} : tensorsOnly(gradients) }),
    freeState: free_state,
  };
}

/** Drops an absent `tensors`, which zod hands over as undefined. */
function tensorsOnly<T extends { tensors?: string[] | undefined }>({
  tensors,
  ...rest
}: T): Omit<T, 'tensors'> & { tensors?: string[] } {
  return tensors === undefined ? rest : { ...rest, tensors };
}
