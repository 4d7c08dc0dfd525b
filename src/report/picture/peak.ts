import type { Film } from './film.js';

/** When the error of a layer is largest, ‖S̄‖, and the largest |S̄| of one of its units. */
export function peakOf({ reference, times }: Film, l: number): { time: number; most: number; frame: number } {
  const norms = reference.states[l].map((frame) => Math.hypot(...frame));
  const frame = norms.indexOf(Math.max(...norms));
  const most = Math.max(...reference.states[l].flatMap((values) => [...values].map(Math.abs)));
  return { frame, time: times[frame], most };
}

/** The moment that is shown where nothing moves: the error half way back. */
export const stillOf = (film: Film): number => peakOf(film, Math.ceil(film.layers.length / 2) - 2).frame;
