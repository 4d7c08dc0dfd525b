import { type Choice, countOf, heldBy, type Split } from '../data/split.js';
import type { ByPrecision } from '../numerics/numbers.js';
import type { SetSizes } from '../protocol/protocol.js';
import type { TrialsOptions } from '../protocol/trials/options.js';
import { type AgentSpec, isOfAgent, type Spec } from '../spec/schema.js';
import { agentOf, dynamicsOf, engineOf, protocolOf, taskOf } from './parts.js';
import { phaseTwo } from './phase-two.js';
import type { RunPlan } from './run-plan.js';

/** Buffers of the size of a state that a run holds, and of the size of the parameters, for each engine. */
const STATES_PER_ENGINE = 10;
const PARAMS_PER_ENGINE = 2;
/** In training: θ, its best, a gradient, and what an optimizer remembers. */
const PARAMS_TRAINED = 5;
/** Of the free phase: Anderson acceleration with its usual memory. */
const STATES = 24;

/** At most so many steps (free phase and every engine's second phase), and about so many bytes of numbers. */
export function workload({ spec, data }: Pick<RunPlan, 'spec' | 'data'>): Load {
  return isOfAgent(spec) ? agentLoad(spec) : networkLoad(spec, data);
}

const bytesOf: ByPrecision = { float64: 8, float32: 4 };

export interface Load {
  readonly steps: number;
  readonly bytes: number;
  /** How far its signs of life count at most: updates of a training, trials of an agent, steps of what else there is. */
  readonly signs: number;
}

/** One network at a time: weights, their tags, and the start. */
function agentLoad({ protocol, task, agent }: AgentSpec): Load {
  const { trials, networks } = protocol as unknown as TrialsOptions;
  const made = taskOf(task);
  const numbers = agentOf(agent)
    .of(made)
    .tensors.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  const signs = networks * Math.min(trials, made.script?.trials ?? trials);
  return { steps: signs * made.longest, bytes: 8 * 3 * numbers, signs };
}

function networkLoad(spec: Spec, data: RunPlan['data']): Load {
  const dynamics = dynamicsOf(spec.network);
  const sizes = data ?? sizesOf(spec);
  const protocol = protocolOf(spec.protocol);
  const load = protocol.load?.(sizes);
  const size = (shapes: readonly { rows: number; cols: number }[]) =>
    shapes.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  const state = (load?.batch ?? sizes.train) * size(dynamics.states);
  const params = size(dynamics.parameters);
  const engines = spec.engines.map((engine) => ({ ...engineOf(engine), steps: phaseTwo(engine, spec).steps }));
  const kept = Math.max(0, ...engines.filter(({ pace }) => pace === 'phase-one').map(({ steps }) => steps));
  const perEngine = STATES_PER_ENGINE * state + (load ? PARAMS_TRAINED : PARAMS_PER_ENGINE) * params;
  const one = spec.free.max_steps * (spec.free.ramp ?? 1) + spec.free.rest_steps;
  const two = engines.filter(({ hasProcess }) => hasProcess).reduce((sum, { steps }) => sum + steps, 0);
  const relaxing = engines.filter(({ predict }) => predict === undefined).length;
  const steps = load
    ? (load.updates + load.evaluations) * relaxing * one + load.updates * two
    : (protocol.steps ?? one + two);
  return {
    steps,
    signs: load?.updates ?? steps,
    bytes: bytesOf[spec.precision] * (engines.length * perEngine + (STATES + kept) * state + params),
  };
}

/** Of examples that are drawn, or stand in the spec. */
export function sizesOf({ data }: Pick<Spec, 'data'>): SetSizes {
  const split = data['split'] as Split | undefined;
  const given = (data['x'] as unknown[] | undefined)?.length;
  const examples = data['examples'] as Choice | undefined;
  return {
    train: examples === undefined ? Math.max(1, (given ?? 1) - heldBy(split)) : countOf(examples),
    validation: split?.validation ?? 0,
    test: split?.test ?? (typeof data['test'] === 'number' ? data['test'] : 0),
  };
}
