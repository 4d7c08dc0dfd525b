import { everyIndex } from '../data/example-set.js';
import type { ExampleSet } from '../data/source.js';
import { type EndRule, settled } from '../engine/engine.js';
import { create } from '../entry.js';
import { existing } from '../model/existing.js';
import { storePatterns } from '../model/store.js';
import type { Params } from '../model/types.js';
import type { Arena } from '../numerics/arena.js';
import type { Matrix } from '../numerics/matrix.js';
import type { ByPrecision } from '../numerics/numbers.js';
import { randomStream, randomStreams } from '../numerics/random.js';
import { costOf, dynamicsOf, engineOf, integratorOf, protocolOf, referencesOf, solverOf } from '../plan/parts.js';
import { type Ending, phaseTwo } from '../plan/phase-two.js';
import type { RunPlan } from '../plan/run-plan.js';
import { engineSettingsOf, settingsOf } from '../plan/settings.js';
import { startingParameters } from '../plan/starting.js';
import { advise } from '../protocol/advice.js';
import type { Bench, Contestant, Protocol, Recording } from '../protocol/protocol.js';
import { symptoms } from '../protocol/symptoms/symptoms.js';
import { registry } from '../registry.js';
import type { RelaxRule } from '../solver/relax.js';
import { type EngineSpec, isOfAgent, type Spec } from '../spec/schema.js';
import { datasetOf } from './dataset.js';

/**
 * From a planned run to what its protocol works with, all of it in one arena. Every use of randomness has a stream of its
 * own under the seed.
 * @throws RangeError where its protocol works on an agent.
 */
export function assemble(
  {
    spec,
    parameters,
    data,
    changes = {},
  }: Pick<RunPlan, 'spec' | 'parameters'> & Partial<Pick<RunPlan, 'data' | 'changes'>>,
  arena?: Arena,
): {
  protocol: Protocol;
  bench: Bench;
} {
  if (isOfAgent(spec)) throw new RangeError(`protocol ${spec.protocol.name} works on an agent`);
  const stream = (purpose: string) => randomStream(spec.seed, purpose);
  const theta = startingParameters(spec, parameters, arena);
  const whole = dynamicsOf(spec.network);
  const dynamics = spec.network.mask ? existing(whole, theta) : whole;
  const free = freeRule(spec);
  const warnings: string[] = [];
  const dataset = datasetOf(spec, data, dynamics, free, warnings);
  const batch = once(() => near(theta, dataset.train));
  if (!parameters) warnings.push(...storing(spec, theta, batch));
  const bench: Bench = {
    dynamics,
    theta,
    stream,
    dataset,
    get x() {
      return batch().x;
    },
    get y() {
      return batch().y;
    },
    warnings,
    cost: costOf(spec.cost),
    free,
    restSteps: spec.free.rest_steps,
    ramp: spec.free.ramp,
    contestants: spec.engines.map((engine) => contestant(engine, spec)),
    references: referencesOf(spec),
    settings: settingsOf(spec),
    swept: Object.keys(changes),
    record: recording(spec),
    finiteDifference: { ...spec.finite_difference, random: stream('finite-difference') },
  };
  return { protocol: protocolOf(spec.protocol) as Protocol, bench };
}

/** Stores the targets in the weights, where the initialiser does that; what is to be said of it. */
function storing(spec: Spec, theta: Params, batch: () => Pick<Bench, 'x' | 'y'>): string[] {
  const { name, store } = create(registry.initialisers, spec.network.init!);
  if (store === undefined) return [];
  const { x, y } = batch();
  const stored = storePatterns(store, dynamicsOf(spec.network), theta, x, y);
  if (stored.residual <= AT_REST[theta.precision]) return [];
  return [
    advise(
      symptoms.patterns[stored.rank < stored.patterns ? 'dependent' : 'moving'],
      { name, ...stored },
      settingsOf(spec),
    ),
  ];
}

/** What round-off leaves of F at a pattern that is a fixed point. */
const AT_REST: ByPrecision = { float64: 1e-9, float32: 1e-4 };

function contestant(engine: EngineSpec, spec: Spec): Contestant {
  const { integrator, step, steps, solver } = phaseTwo(engine, spec);
  return {
    id: engine.id!,
    engine: solver ? settled(engineOf(engine), endRule(solver, step, steps)) : engineOf(engine),
    second: { integrator: integratorOf(integrator), step, steps },
    truncated: engine.steps !== undefined,
    rate: engine.rate,
    settings: engineSettingsOf(engine, spec),
    random: randomStreams(spec.seed, `engine/${engine.id!}`),
  };
}

function endRule({ named, tolerance, atRest, startAt }: Ending, step: number, maxSteps: number): EndRule {
  return { solver: solverOf(named), step, tolerance, maxSteps, atRest, startAt };
}

function freeRule({ free }: Spec): RelaxRule {
  return {
    solver: solverOf(free.solver),
    step: free.step,
    tolerance: free.tolerance,
    relativeTolerance: free.relative_tolerance,
    maxSteps: free.max_steps,
    atRest: free.at_rest,
  };
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

function recording({ record: { processes, gradients, free_state, free_path, parameters, summary } }: Spec): Recording {
  return {
    ...(processes && { processes: processes === true ? { every: 1 } : withoutAbsent(processes) }),
    ...(gradients === false ? {} : { gradients: gradients === true ? {} : withoutAbsent(gradients) }),
    freeState: free_state,
    ...(free_path && { freePath: free_path === true ? { every: 1 } : withoutAbsent(free_path) }),
    parameters: parameters === true,
    summary,
  };
}

/** Drops keys that are absent, which zod hands over as undefined. */
function withoutAbsent<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
