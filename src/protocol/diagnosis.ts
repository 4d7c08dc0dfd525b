import type { SpectrumRecord } from '../metrics/results.js';
import { within } from '../numerics/arena.js';
import { randomStream } from '../numerics/random.js';
import { type Spectrum, spectrum } from '../solver/spectrum.js';
import type { Start } from './phase-one.js';
import type { Bench, Contestant } from './protocol.js';

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
export function lengthWarnings(bench: Bench, { rate }: Spectrum): string[] {
  if (bench.swept.some((key) => LENGTHS.test(key))) return [];
  const short = new Map<string, { ids: string[]; time: number; dt: number }>();
  for (const contestant of bench.contestants) {
    const { engine, truncated } = contestant;
    if (truncated || !(engine.hasProcess || engine.pace)) continue;
    const { time, dt } = timeOf(contestant, bench);
    const key = `${time}`;
    if (Math.exp(-rate * time) > LEFT)
      short.set(key, { ids: [...(short.get(key)?.ids ?? []), contestant.id], time, dt });
  }
  return [...short.values()].map(({ ids, time, dt }) => {
    const who = `engine${ids.length > 1 ? 's' : ''} ${ids.map((id) => `'${id}'`).join(', ')}`;
    if (!(rate > 0)) {
      return `${who}: the fixed point is not stable (slowest rate λ = ${brief(rate)}): phase two does not come to an end there`;
    }
    const enough = Math.ceil(-Math.log(LEFT) / (rate * dt));
    return (
      `${who}: second phase too short: e^{−λt} = ${brief(Math.exp(-rate * time))} of the slowest mode is left after ` +
      `t = ${brief(time)} (λ = ${brief(rate)}); ${enough} steps leave ${LEFT}`
    );
  });
}

/** Keys that say how long phase two is. */
const LENGTHS = /^(second|engines\.[^.]+)\.(steps|step)$/;

function timeOf({ engine, second }: Contestant, { free }: Bench): { time: number; dt: number } {
  const dt = engine.pace === 'phase-one' ? free.step : second.step;
  return { dt, time: second.steps * dt };
}

const brief = (value: number): string => String(Number(value.toPrecision(2)));
