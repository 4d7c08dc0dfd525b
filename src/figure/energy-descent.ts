import { type ByPrecision, precisionOf } from '../metrics/precision.js';
import { logAxis } from './axis.js';
import { type Built, chart } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { powerOfTen } from './labels.js';
import { METRICS, measureOf, requireColumns, requireNumbers } from './measure.js';
import {
  evaluationAxis,
  fastest,
  type Moment,
  type Relaxed,
  relaxationLayers,
  relaxationOptions,
  relaxationsOf,
} from './relaxations.js';
import type { Run, Source } from './source.js';

const COLUMN = 'energy';
/** Differences of energies are round-off below this, relative to the energy. */
const ROUND_OFF: ByPrecision = { float64: 1e-15, float32: 1e-7 };

async function build(source: Source, options: Options<typeof relaxationOptions>): Promise<Built> {
  const runs = await requireColumns('energy-descent', source, ['field_evaluations', COLUMN]);
  const { curves: read, notes } = await relaxationsOf(runs, COLUMN);
  const curves = aboveMinimum(read);
  requireNumbers('energy-descent', measureOf(COLUMN), curves, runs);
  const values = curves.flatMap(({ moments }) => moments.map(({ value }) => value));
  const panel = {
    title: 'energy above the lowest that any solver reached',
    x: evaluationAxis(curves, options),
    y: logAxis('E − min E, mean over the batch', values),
    ...relaxationLayers(curves, (value) => value),
  };
  const made = chart(
    curves.map(({ run }) => run),
    [panel],
    [roundOffNote(runs), ...notes],
  );
  return { ...made, finding: finding(curves) };
}

function roundOffNote(runs: readonly Run[]): string {
  const floors = new Set(runs.map(({ record }) => ROUND_OFF[precisionOf(record)]));
  const said = [...floors].map((floor) => powerOfTen(Math.round(Math.log10(floor)))).join(' or ');
  return `Below ${said} of the energy a difference is round-off, and drawn there; dots: where a run ends`;
}

/** When each is for good below the lowest power of ten that all come to. */
function finding(curves: readonly Relaxed[]): string {
  const least = curves.map(({ moments }) => Math.min(...moments.map(({ value }) => value)));
  const exponent = Math.ceil(Math.log10(Math.max(...least)) - 1e-9);
  const level = Number(`1e${exponent}`);
  const reached = ({ moments }: Relaxed) => {
    const above = moments.findLastIndex(({ value }) => value > level);
    return moments[above + 1]?.evaluations;
  };
  return `The energy comes within ${powerOfTen(exponent)} of its minimum ${fastest(curves, reached)}`;
}

/** Each run above the lowest energy of the runs that differ from it in the free phase alone; at round-off where it is below. */
function aboveMinimum(curves: readonly Relaxed[]): Relaxed[] {
  const problem = ({ run }: Relaxed) =>
    JSON.stringify(Object.entries(run.changes).filter(([key]) => !key.startsWith('free.')));
  const lowest = new Map<string, number>();
  for (const curve of curves) {
    const least = Math.min(...curve.moments.map(({ value }) => value));
    lowest.set(problem(curve), Math.min(lowest.get(problem(curve)) ?? least, least));
  }
  return curves.map((curve) => {
    const least = lowest.get(problem(curve))!;
    const floor = ROUND_OFF[precisionOf(curve.run.record)] * Math.max(1, Math.abs(least));
    const above = ({ evaluations, value }: Moment) => ({ evaluations, value: Math.max(value - least, floor) });
    return { ...curve, moments: curve.moments.map(above) };
  });
}

export const energyDescent = defineFigure({
  name: 'energy-descent',
  summary: 'energy above its minimum over evaluations of the field, one curve a run, on a log axis',
  needs: [METRICS],
  reads: () => ['field_evaluations', COLUMN],
  options: relaxationOptions,
  build,
});
