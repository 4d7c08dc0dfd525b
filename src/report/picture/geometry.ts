/** Where everything stands, in pixels, for a desk and for a phone. */
import type { Film } from './film.js';
import type { Places } from './mapping.js';

export interface Geometry {
  readonly mode: 'wide' | 'tall';
  readonly width: number;
  readonly height: number;
  /** Of the two networks, EP's first. */
  readonly nets: readonly [Net, Net];
  readonly score: Score;
  readonly places: Places;
}

export interface Net {
  /** Base line of its name. */
  readonly top: number;
  /** Of the names of its layers. */
  readonly foot: number;
  readonly left: number;
  /** Of the springs, or of the errors that come in. */
  readonly arm: number;
  readonly rim: number;
  column(layer: number): number;
  unit(layer: number, k: number): number;
}

export interface Score {
  readonly top: number;
  readonly bottom: number;
  /** Two panels of phase one. */
  readonly energy: { readonly top: number; readonly bottom: number };
  readonly units: { readonly top: number; readonly bottom: number };
  readonly gap: { readonly top: number; readonly height: number };
}

const SIZES = {
  wide: { width: 1140, column: { left: 26, width: 404 }, arm: 46, score: { left: 566, width: 572 }, pitch: 24.5 },
  tall: { width: 344, column: { left: 12, width: 270 }, arm: 34, score: { left: 6, width: 332 }, pitch: 20 },
} as const;
const LANES = { wide: 306, tall: 312 };
const GAP = 14;
const HEAD = 36;

export function geometryOf(film: Film, mode: 'wide' | 'tall'): Geometry {
  const { width, column, arm, score, pitch } = SIZES[mode];
  const counts = film.layers.map(({ drawn }) => drawn.length);
  const last = counts.length - 1;
  const most = Math.max(...counts);
  const spacing = Math.min(pitch, (5.6 * pitch) / Math.max(1, most - 1));
  const rim = Math.min(mode === 'wide' ? 9.5 : 7.5, 0.4 * spacing);
  const tall = (most - 1) * spacing;
  const net = (top: number): Net => {
    const middle = top + HEAD + rim + tall / 2;
    return {
      top,
      foot: middle + tall / 2 + rim + 18,
      left: column.left - rim,
      arm,
      rim,
      column: (layer) => column.left + (layer * column.width) / last,
      unit: (layer, k) => {
        const loose = (layer === 0 || layer === last) && counts[layer] > 1 ? 1.35 : 1;
        const step = Math.min(spacing * loose, tall / Math.max(1, counts[layer] - 1));
        return middle + (k - (counts[layer] - 1) / 2) * step;
      },
    };
  };
  const first = net(14);
  const second = net(first.foot + 40);
  const top = mode === 'wide' ? 34 : second.foot + 60;
  const row = LANES[mode] / last - GAP;
  const laneTop = (k: number) => top + k * (row + GAP);
  const split = score.left + 0.26 * score.width;
  const gap = { top: laneTop(last), height: 62 };
  return {
    mode,
    width,
    height: Math.ceil(Math.max(second.foot + 12, gap.top + gap.height + 38)),
    nets: [first, second],
    score: {
      top,
      bottom: gap.top + gap.height,
      energy: { top: top + 8, bottom: top + 0.48 * LANES[mode] - 8 },
      units: { top: top + 0.52 * LANES[mode] + 4, bottom: laneTop(last) - GAP },
      gap,
    },
    places: {
      rim,
      one: [score.left, split],
      two: [split + 10, score.left + score.width],
      lanes: film.layers.slice(1).map((_, l) => ({ top: laneTop(last - 1 - l), height: row, ...rangeOf(film, l) })),
    },
  };
}

/** What a lane must hold of every engine. */
function rangeOf({ reference, engines }: Film, layer: number): { high: number; low: number } {
  let [high, low] = [0, 0];
  for (const { states } of [reference, ...engines]) {
    for (const frame of states[layer])
      for (const value of frame) [high, low] = [Math.max(high, value), Math.min(low, value)];
  }
  return { high, low };
}

/** Marks of a time axis: 0, 1, 2 … in steps that a reader counts in, six to twelve of them. */
export function ticksOf(until: number): number[] {
  const power = 10 ** Math.floor(Math.log10(until / 6 || 1));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => until / size <= 12) ?? until;
  return Array.from({ length: Math.floor(until / step + 1e-9) + 1 }, (_, k) => Number((k * step).toPrecision(6)));
}
