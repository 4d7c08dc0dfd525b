/** What lies under every gap: the residual of phase one and round-off, both divided by β. */

import { type ByPrecision, ulp } from '../numerics/numbers.js';
import { power } from '../numerics/power.js';
import { advise } from '../protocol/advice.js';
import { symptoms } from '../protocol/symptoms/symptoms.js';
import type { EngineSpec, Spec } from '../spec/schema.js';
import { engineOf, protocolOf } from './parts.js';
import { engineSettingsOf, settingsOf } from './settings.js';

/** Where a floor is higher than what is to be seen above it. */
export function floorWarnings(spec: Spec, swept: readonly string[]): string[] {
  const gaps = protocolOf(spec.protocol).compares === undefined ? [] : gapWarnings(spec, swept);
  return [...gaps, ...residualWarnings(spec)];
}

/**
 * Both floors must stay below the accuracy asserted, or else below the bias in β that is to be seen; a sweep over β or the
 * tolerance means to show just that.
 */
function gapWarnings(spec: Spec, swept: readonly string[]): string[] {
  const { engines, free, precision } = spec;
  return engines.flatMap((engine) => {
    const { accuracy, residualGain } = engineOf(engine);
    const beta = Math.abs(Number(engine['beta']));
    // a difference of two states over β; what cancels of residuals in it, round-off does not
    const gain = Math.max(1, residualGain, typeof accuracy === 'object' && beta > 0 ? 1 / beta : 0);
    const roundOff = ulp[precision] * gain;
    const [key, tolerance] = looser(free);
    const residual = tolerance * residualGain;
    const asserted = least(spec, (column, id) => id === engine.id && column.startsWith('error'));
    const isSubject = swept.includes(key) || swept.includes(`engines.${engine.id}.beta`);
    const order = typeof accuracy === 'object' && !isSubject ? accuracy.orderInBeta : 0;
    // no smaller bias is to be seen
    const bias = order > 0 ? Math.max(power(beta, order), ulp[precision]) : Number.POSITIVE_INFINITY;
    const limit = Math.min(asserted, bias);
    const what = limit === asserted ? 'the accuracy asserted' : `a bias of order β^${order}`;
    const by = (gained: number) => (gained > 1 ? '/β' : '');
    const say = (text: string) => [`engine '${engine.id}': ${text}`];
    const settings = engineSettingsOf(engine, spec);
    if (roundOff > limit) {
      const found = { name: `round-off${by(gain)}`, floor: short(roundOff), what, limit: short(limit), precision };
      return say(advise(symptoms.planned.roundOff, found, settings));
    }
    if (!(residual > limit)) return [];
    const enough = short(limit / residualGain);
    const found = { key, name: `${key}${by(residualGain)}`, floor: short(residual), what, limit: short(limit), enough };
    return say(advise(symptoms.planned.loose, found, settings));
  });
}

/** Forces at the start are about 1: that is what a relative tolerance is of, as far as is known before. */
const looser = ({ tolerance, relative_tolerance: relative = 0 }: Spec['free']): [key: string, tolerance: number] =>
  relative > tolerance ? ['free.relative_tolerance', relative] : ['free.tolerance', tolerance];

/** Residuals that no phase one has, but of states that are all small. */
const OUT_OF_REACH: ByPrecision = { float64: 2 ** -54, float32: 2 ** -23 };

function residualWarnings(spec: Spec): string[] {
  const { free, precision } = spec;
  const floor = OUT_OF_REACH[precision];
  const asked = [
    ['free.tolerance', free.tolerance],
    ['the residual asserted', least(spec, (column) => column.startsWith('residual'))],
  ] as const;
  return asked.flatMap(([what, limit]) => {
    if (!(limit < floor)) return [];
    const found = { name: 'round-off', floor: short(floor), what, limit: short(limit), precision };
    return [advise(symptoms.planned.roundOff, found, settingsOf(spec))];
  });
}

/** The smallest bound that is asserted on such a column of rows of an engine. */
function least({ assert }: Spec, isMeant: (column: string, engine: EngineSpec['id']) => boolean): number {
  const bounds = assert.filter((item) => 'column' in item && isMeant(item.column, item.engine));
  return Math.min(...bounds.map(({ max }) => max ?? Number.POSITIVE_INFINITY));
}

function short(value: number): string {
  return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e');
}
