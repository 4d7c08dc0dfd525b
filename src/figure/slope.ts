import { logLogSlope } from '../metrics/slope.js';

/** A straight line in log-log: y = c · x^slope. */
export interface PowerLaw {
  readonly slope: number;
  at(x: number): number;
}

/** Least squares of log y on log x, through the geometric mean; undefined for fewer than two distinct x. All > 0. */
export function fitSlope(points: readonly { readonly x: number; readonly y: number }[]): PowerLaw | undefined {
  const slope = logLogSlope(points.map(({ x, y }) => [x, y]));
  if (Number.isNaN(slope)) return undefined;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + Math.log(value), 0) / values.length;
  const [u, v] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  return { slope, at: (x) => Math.exp(v + slope * (Math.log(x) - u)) };
}
