import type { SpectrumRecord } from '../metrics/results.js';
import { within } from '../numerics/arena.js';
import { randomStream } from '../numerics/random.js';
import { type Spectrum, spectrum } from '../solver/spectrum.js';
import { advise } from './advice.js';
import type { Start } from './phase-one.js';
import type { Bench, Contestant } from './protocol.js';
import { symptoms } from './symptoms/symptoms.js';

/** The spectrum of the linearised field at s⁰; it takes 60 products with J at most, and changes no row. */
export function diagnose({ system, free, freeUnits }: Start): Spectrum {
  return within((arena) => {
    const at = free.clone(arena);
    const linear = system.linearise(at, freeUnits);
    return spectrum(linear, at, freeUnits, system.dynamics.time, randomStream(0, 'spectrum'));
  });
}

export function spectrumRecord({
  symmetric,
  smallest,
  largest,
  radius,
  rate,
  error,
  products,
}: Spectrum): SpectrumRecord {
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    of: symmetric ? 'hessian' : 'jacobian',
    smallest: finite(smallest),
    largest: finite(largest),
    ...(radius === undefined ? {} : { radius: finite(radius) }),
    rate: finite(rate),
    error: finite(error),
    products,
  };
}

/** So much of the slowest mode may be left at the end of a phase two that is taken for dJ/dθ. */
const LEFT = 1e-3;

/**
 * Where the end of phase two stands for dJ/dθ: what of the slowest mode is still on the way then. Not where the sweep
 * is over the length of phase two, nor of an engine that has a length of its own: to show that is what it is for.
 */
export function lengthWarnings(bench: Bench, { rate: slowest }: Spectrum): string[] {
  if (bench.swept.some((key) => LENGTHS.test(key))) return [];
  const short = new Map<string, { contestants: Contestant[]; time: number; dt: number; rate: number }>();
  for (const contestant of bench.contestants) {
    const { engine, truncated } = contestant;
    if (truncated || !(engine.hasProcess || engine.pace)) continue;
    const { time, dt } = timeOf(contestant, bench);
    const rate = engine.rate?.(dt) ?? slowest;
    if (!(Math.exp(-rate * time) > LEFT)) continue;
    const key = `${time} ${rate}`;
    short.set(key, { contestants: [...(short.get(key)?.contestants ?? []), contestant], time, dt, rate });
  }
  return [...short.values()].map(({ contestants, time, dt, rate }) => {
    const [{ settings }] = contestants;
    const ids = contestants.map(({ id }) => `'${id}'`).join(', ');
    const who = `engine${contestants.length > 1 ? 's' : ''} ${ids}`;
    if (!(rate > 0)) return `${who}: ${advise(symptoms.endPoint.unstable, { rate }, settings)}`;
    const enough = Math.ceil(-Math.log(LEFT) / (rate * dt));
    return `${who}: ${advise(symptoms.endPoint.short, { left: Math.exp(-rate * time), time, rate, enough, most: LEFT }, settings)}`;
  });
}

/** Keys that say how long phase two is. */
const LENGTHS = /^(second|engines\.[^.]+)\.(steps|step)$/;

function timeOf({ engine, second }: Contestant, { free }: Bench): { time: number; dt: number } {
  const dt = engine.pace === 'phase-one' ? free.step : second.step;
  return { dt, time: second.steps * dt };
}
