import { logAxis } from './axis.js';
import { type Built, chart, type Layer } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { formatNumber } from './labels.js';
import { drawable, METRICS, measureOf, requireColumns, requireNumbers, ZERO_NOTE } from './measure.js';
import {
  evaluationAxis,
  fastest,
  type Relaxed,
  relaxationLayers,
  relaxationOptions,
  relaxationsOf,
} from './relaxations.js';
import { type Source, specValue } from './source.js';
import { GREY, TEXT_SIZE } from './theme.js';

const COLUMN = 'residual_max';

async function build(source: Source, options: Options<typeof relaxationOptions>): Promise<Built> {
  const runs = await requireColumns('residual-over-evaluations', source, ['field_evaluations', COLUMN]);
  const { curves, notes } = await relaxationsOf(runs, COLUMN);
  requireNumbers('residual-over-evaluations', measureOf(COLUMN), curves, runs);
  const tolerances = [...new Set(curves.map(toleranceOf))];
  const values = curves.flatMap(({ moments }) => moments.map(({ value }) => value));
  const x = evaluationAxis(curves, options);
  const y = logAxis('residual ‖F(s)‖∞', [...values.map(drawable), ...tolerances]);
  const domain = x.scale['domain'] as [number, number];
  const { layers, ends } = relaxationLayers(curves, drawable);
  const panel = {
    title: 'residual of phase one',
    x,
    y,
    layers: [...toleranceLayers(tolerances, domain), ...layers],
    ...(ends && { ends }),
  };
  const zero = values.includes(0) ? [ZERO_NOTE.replace('An error', 'A residual')] : [];
  const made = chart(
    curves.map(({ run }) => run),
    [panel],
    ['Dots: where a run ends', ...zero, ...notes],
  );
  const rest = ({ run, moments }: Relaxed) =>
    run.record.free.status === 'converged' ? moments.at(-1)!.evaluations : undefined;
  return { ...made, finding: `The network is brought to rest ${fastest(curves, rest)}` };
}

/** What a run was held against: with a relative tolerance a part of the residual that it began with, if that is more. */
function toleranceOf({ run, moments }: Relaxed): number {
  const relative = Number(specValue(run, 'free.relative_tolerance') ?? 0);
  return Math.max(Number(specValue(run, 'free.tolerance')), relative * moments[0].value);
}

/** Where the search ends. */
function toleranceLayers(tolerances: readonly number[], [from, to]: readonly [number, number]): Layer[] {
  return tolerances.flatMap((y): Layer[] => [
    {
      mark: { type: 'line', color: GREY, strokeDash: [1.5, 2.5], strokeWidth: 1.2 },
      data: [
        { x: from, y },
        { x: to, y },
      ],
    },
    {
      mark: {
        type: 'text',
        text: `tolerance ${formatNumber(y)}`,
        align: 'left',
        dx: 4,
        dy: -6,
        fontSize: TEXT_SIZE,
        color: GREY,
      },
      data: [{ x: from, y }],
    },
  ]);
}

export const residualOverEvaluations = defineFigure({
  name: 'residual-over-evaluations',
  summary: 'residual of the free phase over evaluations of the field, one curve a run, on a log axis',
  needs: [METRICS],
  reads: () => ['field_evaluations', COLUMN],
  options: relaxationOptions,
  build,
});
