import type { Settings } from '../protocol/advice.js';
import type { EngineSpec, Spec } from '../spec/schema.js';
import { dynamicsOf, engineOf, solverOf } from './parts.js';
import { phaseTwo } from './phase-two.js';

/** What of a spec may be changed, and does something there. */
export function settingsOf(spec: Spec): Settings {
  const { engines, sweep, assert, figures, record, data, ...parts } = spec;
  const settings = new Map<string, unknown>(flattened(parts));
  const { followsTime, usesStep = followsTime } = solverOf(spec.free.solver);
  if (!usesStep) settings.delete('free.step');
  const { time, parameters } = dynamicsOf(spec.network);
  for (const { kind, name } of parameters)
    settings.set(`tensors.${kind}`, [settings.get(`tensors.${kind}`), name].filter(Boolean).join(', '));
  if (time === 'discrete') for (const key of ['step', 'integrator']) settings.delete(`second.${key}`);
  return settings;
}

/** The same for one of its engines, which may have steps of its own. */
export function engineSettingsOf(engine: EngineSpec, spec: Spec): Settings {
  const settings = new Map(settingsOf(spec));
  const { id, name, ...own } = engine;
  if (engine.rate !== undefined) settings.delete('protocol.optimizer.rates');
  for (const [key, value] of flattened(own)) if (value !== undefined) settings.set(`engine.${key}`, value);
  const { hasProcess, pace, leastSteps } = engineOf(engine);
  const { solver } = phaseTwo(engine, spec);
  const takes = {
    step: pace !== 'phase-one' && pace !== 'unit' && (hasProcess || pace === 'euler'),
    steps: !solver && (hasProcess || leastSteps !== undefined),
  };
  for (const [key, does] of Object.entries(takes)) {
    if (!does) settings.delete(`engine.${key}`);
    if (!does || settings.has(`engine.${key}`)) settings.delete(`second.${key}`);
  }
  return settings;
}

/** [dotted key, value] of a part and of what is in it; lists are values. */
function flattened(part: object, before = ''): [key: string, value: unknown][] {
  return Object.entries(part).flatMap(([key, value]): [string, unknown][] => {
    const path = `${before}${key}`;
    const inner = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [[path, value], ...(inner ? flattened(value, `${path}.`) : [])];
  });
}
