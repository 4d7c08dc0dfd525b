import { keepsValidation } from '../data/split.js';
import type { Agreement, Dynamics } from '../model/types.js';
import type { ByPrecision } from '../numerics/numbers.js';
import { advise } from '../protocol/advice.js';
import { symptoms } from '../protocol/symptoms/symptoms.js';
import { type AnySpec, type EngineSpec, isOfAgent, type Spec } from '../spec/schema.js';
import { floorWarnings } from './floors.js';
import { compares, dynamicsOf, engineOf, isReserved, protocolOf, referencesOf } from './parts.js';
import { phaseTwo } from './phase-two.js';
import { engineSettingsOf, settingsOf } from './settings.js';

/** Settings that would look like a refutation of the theorem without being one. */
export function planWarnings(spec: AnySpec, swept: readonly string[]): string[] {
  if (isOfAgent(spec)) return [];
  const dynamics = dynamicsOf(spec.network);
  return [
    ...(protocolOf(spec.protocol).warnings?.(keepsValidation(spec.data)) ?? []),
    ...floorWarnings(spec, swept),
    ...unequalSteps(spec),
    ...stepsNotAtRest(spec, swept),
    ...otherProcesses(spec, dynamics),
    // a map has no time constant to count in
    ...(dynamics.time === 'continuous' ? decayedCurve(spec) : []),
  ];
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

/** In time constants: after that e^−t is below round-off, and relative measures of the state compare noise. */
const ROUND_OFF_TIME: ByPrecision = { float64: 36, float32: 16 };

function decayedCurve(spec: Spec): string[] {
  const { second, assert, precision } = spec;
  const time = second.step * (second.steps ?? 0);
  const relative = assert.some(
    (item) =>
      item.quantity?.startsWith('state') &&
      'column' in item &&
      ['error_rel', 'cosine', 'sign_agreement'].includes(item.column),
  );
  if (!compares(spec, 'processes') || time <= ROUND_OFF_TIME[precision] || !relative) return [];
  return [advise(symptoms.planned.decayed, { time }, settingsOf(spec))];
}
