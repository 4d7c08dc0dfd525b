/** What lies under the gaps over β: the residual of phase one, and round-off, divided by β; and where analyticity ends. */
import type { Axis } from './axis.js';
import type { Layer } from './chart.js';
import { formatNumber } from './labels.js';
import type { Series } from './power-fit.js';
import { type Style, styleOf } from './roles.js';

export interface Floor {
  readonly style: Style;
  readonly quantity: string;
  readonly x: number;
  readonly y: number;
}

const RESIDUAL = styleOf('residual', 'residual of phase one, ‖F(s⁰)‖₂ / |β|');
const ROUND_OFF = styleOf('round-off', 'round-off, 2⁻⁵² / |β|');

/** The floors of every β, once each: engines in one run share them. */
export function floorsOf(series: readonly Series[]): Floor[] {
  const all = series.flatMap(({ quantity, places }) =>
    places.flatMap(({ beta: x, residual, roundOff }): Floor[] => [
      { style: RESIDUAL, quantity, x, y: residual },
      { style: ROUND_OFF, quantity, x, y: roundOff },
    ]),
  );
  const drawn = all.filter(({ y }) => y > 0 && Number.isFinite(y));
  return [...new Map(drawn.map((floor) => [`${floor.style.label} ${floor.quantity} ${floor.x}`, floor])).values()];
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
