/** What the page is given to move the drawing by: 16 bits a number, finer than a pixel; gaps to the last digit. */
import type { Film, Frames, Lane } from './film.js';
import type { Packed, PackedLane, PageData, Peaks } from './mapping.js';
import { peakOf, stillOf } from './peak.js';

const MOST = 32767;

export function peaksOf({ reference, engines, free }: Film): Peaks {
  const lanes = [reference, ...engines];
  const over = (of: (lane: Lane) => readonly Frames[]) =>
    reference.states.map((_, l) => largest(lanes.flatMap((lane) => of(lane)[l] ?? [])));
  return {
    states: over(({ states }) => states),
    weights: over(({ weights }) => weights),
    free: largest(free.states.flat()),
  };
}

function largest(frames: Frames): number {
  let most = 0;
  for (const frame of frames) for (const value of frame) most = Math.max(most, Math.abs(value));
  return most;
}

function packed(frames: Frames): Packed {
  const peak = largest(frames);
  const numbers = frames.flatMap((frame) => Array.from(frame, (value) => Math.round((value / (peak || 1)) * MOST)));
  const bytes = Buffer.alloc(2 * numbers.length);
  for (const [i, value] of numbers.entries()) bytes.writeInt16LE(value, 2 * i);
  return { peak, base64: bytes.toString('base64') };
}

const packedLane = ({ states, weights }: Lane): PackedLane => ({
  states: states.map(packed),
  weights: weights.map(packed),
});

export function pageData(film: Film, peaks: Peaks): PageData {
  const rest = film.free.times.length - 1;
  const end = rest + film.times.length - 1;
  const last = film.layers.length - 2;
  const pulled = rest + Math.max(1, Math.ceil(peakOf(film, last - 1).frame / 2));
  const back = Math.min(end, rest + Math.max(2, Math.ceil(1.5 * peakOf(film, 0).frame)));
  return {
    sizes: film.layers.map(({ drawn }) => drawn.length),
    reference: packedLane(film.reference),
    engines: film.engines.map((lane) => ({ ...packedLane(lane), id: lane.id, name: lane.name, gap: lane.gap })),
    peaks,
    times: film.times,
    free: { times: film.free.times, states: film.free.states.map(packed), energy: film.free.energy },
    chapters: [
      [0, rest - 1],
      [rest, pulled],
      [pulled, back],
      [back, end],
    ],
    still: rest + stillOf(film),
  };
}
