import { keepsValidation } from '../data/split.js';
import type { Agreement, Dynamics } from '../model/types.js';
import { advise } from '../protocol/advice.js';
import { symptoms } from '../protocol/symptoms/symptoms.js';
import { type AnySpec, type EngineSpec, isOfAgent, type Spec } from '../spec/schema.js';
import { compares, dynamicsOf, engineOf, isReserved, protocolOf, referencesOf } from './parts.js';
import { phaseTwo } from './phase-two.js';
import { engineSettingsOf, settingsOf } from './settings.js';

/** Settings that would look like a refutation of the theorem without being one. */
export function planWarnings(spec: AnySpec, swept: readonly string[]): string[] {
  if (isOfAgent(spec)) return [];
  const dynamics = dynamicsOf(spec.network);
  return [
    ...(protocolOf(spec.protocol).warnings?.(keepsValidation(spec.data)) ?? []),
    ...looseTolerance(spec, swept),
    ...unequalSteps(spec),
    ...stepsNotAtRest(spec, swept),
    ...otherProcesses(spec, dynamics),
    // a map has no time constant to count in
    ...(dynamics.time === 'continuous' ? decayedCurve(spec) : []),
  ];
}

/** Spacing of doubles at 1: no bias below it is to be seen. */
const EPSILON = 2 ** -52;

/**
 * What the residual of phase one adds must stay below the accuracy asserted, or else below the bias in β that is to be
 * seen; a sweep over β or the tolerance means to show just that.
 */
function looseTolerance(spec: Spec, swept: readonly string[]): string[] {
  const { protocol, engines, free, assert } = spec;
  if (protocolOf(protocol).compares === undefined) return [];
  return engines.flatMap((engine) => {
    const { accuracy, residualGain } = engineOf(engine);
    const floor = free.tolerance * residualGain;
    const asserted = Math.min(
      ...assert
        .filter((item) => 'column' in item && item.engine === engine.id && item.column.startsWith('error'))
        .map((item) => item.max ?? Number.POSITIVE_INFINITY),
    );
    const isSubject = swept.includes('free.tolerance') || swept.includes(`engines.${engine.id}.beta`);
    const order = typeof accuracy === 'object' && !isSubject ? accuracy.orderInBeta : 0;
    const bias = order > 0 ? Math.max(Math.abs(Number(engine['beta'])) ** order, EPSILON) : Number.POSITIVE_INFINITY;
    const limit = Math.min(asserted, bias);
    if (!(floor > limit)) return [];
    const name = residualGain > 1 ? 'free.tolerance/β' : 'free.tolerance';
    const what = limit === asserted ? 'the accuracy asserted' : `a bias of order β^${order}`;
    const found = { name, floor: power(floor), what, limit: power(limit), enough: power(limit / residualGain) };
    return [`engine '${engine.id}': ${advise(symptoms.planned.loose, found, engineSettingsOf(engine, spec))}`];
  });
}

function unequalSteps(spec: Spec): string[] {
  const key = (engine: EngineSpec) => {
    const { pace } = engineOf(engine);
    if (pace === 'phase-one') return `${spec.free.solver.name} with step ${spec.free.step}`;
    const { integrator, step } = phaseTwo(engine, spec);
    return `${pace === 'euler' ? pace : integrator.name} with step ${step}`;
  };
  const moving = spec.engines.filter((engine) => engineOf(engine).hasProcess);
  const distinct = new Map(moving.map((engine) => [key(engine), engine.id]));
  // against dJ/dθ alone no process is held against another
  const alone = referencesOf(spec).every(isReserved);
  if (distinct.size <= 1 || alone || !compares(spec, 'processes')) return [];
  const list = [...distinct].map(([how, id]) => `${id} by ${how}`).join(', ');
  return [advise(symptoms.planned.unequalSteps, { list }, settingsOf(spec))];
}

/** Backpropagation is RBP's process where the network has been at rest all the way. */
function stepsNotAtRest(spec: Spec, swept: readonly string[]): string[] {
  const { engines, free } = spec;
  if (!compares(spec, 'processes') || swept.includes('free.rest_steps')) return [];
  return engines.flatMap((engine) => {
    const { steps } = phaseTwo(engine, spec);
    if (engineOf(engine).pace !== 'phase-one' || steps <= free.rest_steps) return [];
    const found = { steps, rest: free.rest_steps };
    return [`engine '${engine.id}' ${advise(symptoms.planned.transient, found, engineSettingsOf(engine, spec))}`];
  });
}

const differing: Readonly<Record<Exclude<Agreement, 'process'>, string>> = {
  parameters: 'the states; those of the parameters agree',
  none: 'states and parameters',
};

/** Where J is not symmetric, EP and RBP are different processes. */
function otherProcesses(spec: Spec, { agreement }: Dynamics): string[] {
  const { engines, network } = spec;
  const families = new Set(engines.map(({ name }) => name));
  if (!compares(spec, 'processes') || agreement === 'process' || families.size < 2) return [];
  const found = { energy: network.energy, differing: differing[agreement] };
  return [advise(symptoms.planned.otherProcesses, found, settingsOf(spec))];
}

const ROUND_OFF_TIME = 36;

/** After t ≈ 36 time constants e^−t is below round-off: relative measures of the state then compare noise. */
function decayedCurve(spec: Spec): string[] {
  const { second, assert } = spec;
  const time = second.step * (second.steps ?? 0);
  const relative = assert.some(
    (item) =>
      item.quantity?.startsWith('state') &&
      'column' in item &&
      ['error_rel', 'cosine', 'sign_agreement'].includes(item.column),
  );
  if (!compares(spec, 'processes') || time <= ROUND_OFF_TIME || !relative) return [];
  return [advise(symptoms.planned.decayed, { time }, settingsOf(spec))];
}

function power(value: number): string {
  return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e');
}
