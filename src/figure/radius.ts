import type { Run } from './source.js';

/**
 * The |β| up to which states are analytic in β, as holomorphic nudging found it in these runs: that of the engine with the
 * most points, the least of its runs (a circle beyond it finds itself). Undefined where there is none.
 */
export function analyticRadius(runs: readonly Run[]): number | undefined {
  const found = runs.flatMap(({ engines, record }) =>
    engines.flatMap(({ id, points }) => {
      const radius = record.engines[id]?.measured?.['analytic_radius'];
      return typeof radius === 'number' ? [{ points: Number(points), radius }] : [];
    }),
  );
  const most = Math.max(...found.map(({ points }) => points));
  const radii = found.filter(({ points }) => points === most).map(({ radius }) => radius);
  return radii.length > 0 ? Math.min(...radii) : undefined;
}
