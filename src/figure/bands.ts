/** The spread over seeds behind a curve. */
import type { Layer } from './chart.js';
import type { Style } from './roles.js';
import type { Spread } from './spread.js';

interface Banded {
  readonly style: Style;
  readonly places: readonly (Spread & { readonly x: number | string })[];
}

/** An area for each curve of several seeds, in its colour; `place` says where a value stands. */
export function bandLayers(curves: readonly Banded[], place: (value: number) => number): Layer[] {
  return curves
    .filter(({ places }) => places.some(({ low, high }) => low < high))
    .map(({ style, places }) => ({
      // a colour of the mark, not a channel: the names are those of the lines
      mark: { type: 'area', opacity: 0.16, color: style.color },
      data: places.map(({ x, low, high }) => ({ x, y: place(low), high: place(high) })),
      encoding: { y2: { field: 'high' } },
    }));
}
