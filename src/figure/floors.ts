/** What lies under the gaps over β: the residual of phase one, and round-off, divided by β; and where analyticity ends. */
import { type Precision, precisionOf } from '../metrics/precision.js';
import type { Axis } from './axis.js';
import type { Layer } from './chart.js';
import { formatNumber } from './labels.js';
import type { Series } from './power-fit.js';
import { type Style, styleOf, stylesOf } from './roles.js';

export interface Floor {
  readonly style: Style;
  readonly quantity: string;
  readonly x: number;
  readonly y: number;
}

/** Spacing of the numbers at 1, as it is written. */
const SPACING: Readonly<Record<Precision, string>> = { float64: '2⁻⁵²', float32: '2⁻²³' };

/** The floors of every β, once each: engines in one run share them. */
export function floorsOf(series: readonly Series[]): Floor[] {
  const stylesIn = stylesOfFloors([...new Set(series.map(({ lane }) => precisionOf(lane.run.record)))]);
  const all = series.flatMap(({ lane, quantity, places }) => {
    const [residualStyle, roundOffStyle] = stylesIn(precisionOf(lane.run.record));
    return places.flatMap(({ beta: x, residual, roundOff }): Floor[] => [
      { style: residualStyle, quantity, x, y: residual },
      { style: roundOffStyle, quantity, x, y: roundOff },
    ]);
  });
  const drawn = all.filter(({ y }) => y > 0 && Number.isFinite(y));
  return [...new Map(drawn.map((floor) => [`${floor.style.label} ${floor.quantity} ${floor.x}`, floor])).values()];
}

const CLOSER = 0.6;

/** Those of the residual and of round-off; runs of several precisions have several. */
function stylesOfFloors(precisions: readonly Precision[]): (precision: Precision) => readonly [Style, Style] {
  const count = precisions.length;
  const all = stylesOf([
    ...precisions.map((precision) => ({
      role: 'residual',
      label: `residual of phase one${count > 1 ? ` in ${precision}` : ''}, ‖F(s⁰)‖₂ / |β|`,
    })),
    ...precisions.map((precision) => ({ role: 'round-off', label: `round-off, ${SPACING[precision]} / |β|` })),
  ]);
  // lines all of them, and so are their symbols; of every precision in the rhythm of the first, closer each time
  const lines = all.map((style, i): Style => {
    const first = all[i < count ? 0 : count];
    const dash = first.dash!.map((length) => Number((length * CLOSER ** (i % count)).toFixed(2)));
    return { ...style, dash, shape: first.shape! };
  });
  return (precision) => [lines[precisions.indexOf(precision)], lines[count + precisions.indexOf(precision)]];
}

/** From the bottom to the top of every panel, where it lies within. */
export function radiusLines(
  radius: number | undefined,
  quantities: readonly string[],
  { x, y }: Record<'x' | 'y', Axis>,
): Floor[] {
  const [left, right] = x.scale['domain'] as number[];
  if (radius === undefined || radius < left || radius > right) return [];
  const style = styleOf('analyticity', `end of analyticity, |β| = ${formatNumber(radius, 2)}`);
  return quantities.flatMap((quantity) =>
    (y.scale['domain'] as number[]).map((end) => ({ style, quantity, x: radius, y: end })),
  );
}

/** The styles that these floors have, once each. */
export const stylesIn = (floors: readonly Floor[]): Style[] => [
  ...new Map(floors.map(({ style }) => [style.label, style])).values(),
];

/** Drawn by channels that know these styles. */
export function floorLayer(floors: readonly Floor[], quantity: string, encoding: Layer['encoding']): Layer {
  const own = floors.filter((floor) => floor.quantity === quantity);
  return {
    mark: 'line',
    data: own.map(({ style, x, y }) => ({ series: style.label, x, y })),
    ...(encoding && { encoding }),
  };
}
