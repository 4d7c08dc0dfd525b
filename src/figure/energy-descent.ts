import { logAxis } from './axis.js';
import { type Built, chart } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { METRICS, measureOf, requireColumns, requireNumbers } from './measure.js';
import { evaluationAxis, type Relaxed, relaxationLayers, relaxationOptions, relaxationsOf } from './relaxations.js';
import type { Source } from './source.js';

const COLUMN = 'energy';
/** Differences of energies are round-off below this, relative to the energy. */
const ROUND_OFF = 1e-15;

async function build(source: Source, options: Options<typeof relaxationOptions>): Promise<Built> {
  const runs = await requireColumns('energy-descent', source, ['field_evaluations', COLUMN]);
  const curves = aboveMinimum(await relaxationsOf(runs, COLUMN));
  requireNumbers('energy-descent', measureOf(COLUMN), curves);
  const values = curves.flatMap(({ moments }) => moments.map(({ value }) => value));
  const panel = {
    title: 'energy above the lowest that any solver reached',
    x: evaluationAxis(curves, options),
    y: logAxis('E − min E, mean over the batch', values),
    layers: relaxationLayers(curves, (value) => value),
  };
  return chart(
    curves.map(({ run }) => run),
    [panel],
  );
}

/** Each run above the lowest energy of the runs that differ from it in the free phase alone; without what is round-off. */
function aboveMinimum(curves: readonly Relaxed[]): Relaxed[] {
  const problem = ({ run }: Relaxed) =>
    JSON.stringify(Object.entries(run.changes).filter(([key]) => !key.startsWith('free.')));
  const lowest = new Map<string, number>();
  for (const curve of curves) {
    const least = Math.min(...curve.moments.map(({ value }) => value));
    lowest.set(problem(curve), Math.min(lowest.get(problem(curve)) ?? least, least));
  }
  return curves
    .map((curve) => {
      const least = lowest.get(problem(curve))!;
      const above = curve.moments.map(({ evaluations, value }) => ({ evaluations, value: value - least }));
      return { ...curve, moments: above.filter(({ value }) => value > ROUND_OFF * Math.max(1, Math.abs(least))) };
    })
    .filter(({ moments }) => moments.length > 0);
}

export const energyDescent = defineFigure({
  name: 'energy-descent',
  summary: 'energy above its minimum over evaluations of the field, one curve a run, on a log axis',
  needs: [METRICS],
  options: relaxationOptions,
  build,
});
