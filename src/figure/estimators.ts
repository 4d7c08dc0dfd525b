/** How far every estimator is off on every network: a dot each, on a log axis. */
import { type Axis, logAxis } from './axis.js';
import { type Built, chart, type Datum, type Layer, type Panel } from './chart.js';
import { defineFigure } from './define.js';
import { type Estimate, estimatesOf, networksOf } from './estimates.js';
import { briefly, engineLabel, formulaSymbol, networkText } from './labels.js';
import { drawable, METRICS, measureOf, requireNumbers, ZERO_NOTE } from './measure.js';
import { roleOf, type Style, stylesOf } from './roles.js';
import { listed, numberText, shareText } from './say.js';
import type { EngineSpec, Run, Source } from './source.js';
import { LINE } from './theme.js';

/** Up to this an estimator is exact: what the solves of phases leave. */
const EXACT = 1e-8;

/** An estimator with its errors, one a network. */
interface Row {
  readonly engine: EngineSpec;
  readonly label: string;
  readonly errors: readonly number[];
}

async function build(source: Source): Promise<Built> {
  const networks = await networksOf('estimators', source);
  const read: Map<string, Estimate>[] = [];
  for (const [run] of networks) read.push(await estimatesOf(run));
  const rows = rowsOf(read).filter(({ errors }) => errors.length > 0);
  requireNumbers(
    'estimators',
    measureOf('error_rel'),
    rows,
    networks.map(([run]) => run),
  );
  const runs = networks.map(([run]) => run);
  const zeros = rows.some(({ errors }) => errors.includes(0));
  const made = chart(runs, [panelOf(rows, runs[0])], notesOf(runs, zeros), { height: rows.length * LINE });
  return { ...made, finding: finding(rows, networks.length, referenceOf(runs[0])) };
}

function rowsOf(read: readonly ReadonlyMap<string, Estimate>[]): Row[] {
  const engines = new Map(read.flatMap((estimates) => [...estimates].map(([id, { engine }]) => [id, engine] as const)));
  const labels = [...engines.values()].map((engine) => engineLabel(engine));
  return [...engines.values()].map((engine, i) => ({
    engine,
    label: labels.indexOf(labels[i]) === labels.lastIndexOf(labels[i]) ? labels[i] : `${labels[i]} (${engine.id})`,
    errors: read.flatMap((estimates) => {
      const error = estimates.get(engine.id)?.error ?? Number.NaN;
      return Number.isFinite(error) ? [error] : [];
    }),
  }));
}

const referenceOf = (run: Run) => formulaSymbol(run.references[0], run.engines);

function notesOf(runs: readonly Run[], zeros: boolean): string[] {
  const networks = [...new Set(runs.map(networkText))];
  return [`A dot for each of ${runs.length} networks: ${networks.join('; ')}`, ...(zeros ? [ZERO_NOTE] : [])];
}

/** How many are exact everywhere, and which of the others is the furthest off. */
function finding(rows: readonly Row[], networks: number, reference: string): string {
  const worst = (row: Row) => Math.max(...row.errors);
  const exact = rows.filter((row) => worst(row) <= EXACT);
  const others = rows.filter((row) => worst(row) > EXACT).sort((a, b) => worst(b) - worst(a));
  const everywhere = networks === 1 ? '' : ` on all ${networks} networks`;
  const off = others.slice(0, 2).map((row) => `${briefly(row, rows)} by up to ${shareText(worst(row))}`);
  const most = numberText(Math.max(0, ...exact.map(worst)));
  const first = `${exact.length} of ${rows.length} estimators give ${reference}${everywhere}, to ${most}`;
  return off.length === 0 ? first : `${first}; furthest off: ${listed(off)}`;
}

function panelOf(rows: readonly Row[], run: Run): Panel {
  const styles = stylesOf(rows.map(({ label, engine }) => ({ label, role: roleOf(engine) })));
  const reference = referenceOf(run);
  const errors = rows.flatMap((row) => row.errors.map(drawable));
  // a decade more at the left, where names end
  const x = logAxis(`‖estimate − ${reference}‖₂ / ‖${reference}‖₂`, [Math.min(...errors) / 10, ...errors]);
  return { title: 'parameters', x, y: estimatorAxis(rows), layers: layersOf(rows, x, styles) };
}

/** From the top in the order of the spec. */
function estimatorAxis(rows: readonly Row[]): Axis {
  return {
    title: '',
    scale: { type: 'point', domain: rows.map(({ label }) => label), padding: 0.6 },
    guide: { labelLimit: 0, ticks: false, domain: false, title: null },
  };
}

/** A line to follow from the name to its dots. */
function layersOf(rows: readonly Row[], x: Axis, styles: readonly Style[]): Layer[] {
  const ends = x.scale['domain'] as readonly [number, number];
  return [
    {
      mark: { type: 'line', color: '#d8d8d8', strokeWidth: 0.75 },
      data: rows.flatMap(({ label }) => ends.map((end): Datum => ({ x: end, y: label, row: label }))),
      encoding: { detail: { field: 'row' } },
    },
    // marks of their own: names on the axis tell them apart, no legend does
    ...rows.map(
      ({ label, errors }, i): Layer => ({
        mark: { type: 'point', color: styles[i].color, shape: styles[i].shape, size: 22 },
        data: errors.map((error) => ({ x: drawable(error), y: label })),
      }),
    ),
  ];
}

export const estimators = defineFigure({
  name: 'estimators',
  summary: 'error of every engine on every network, a dot each, on a log axis (protocol gradient)',
  needs: [METRICS],
  // of the protocol gradient alone
  reads: () => ['engine', 'reference', 'quantity', 'cosine', 'error_rel', 'steps'],
  options: {},
  build,
});
