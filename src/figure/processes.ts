import * as z from 'zod';
import { UserError } from '../errors.js';
import { countAxis, extent, linearAxis } from './axis.js';
import { type Built, chart, type Datum, type Layer, lineStyles, type Panel } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { briefly, engineLabel, formatValue, isMap, keyLabel, quantityLabel, tensorSymbol } from './labels.js';
import { roleOf, type Style, stylesOf } from './roles.js';
import { eachRow, toNumber } from './rows.js';
import { shareText } from './say.js';
import { type EngineSpec, type Run, requireFile, type Source, tensorOf } from './source.js';
import { ThinnedSeries } from './thin.js';

const PROCESSES = 'processes.csv';
/** Curves that a panel has room to name. */
const MOST_UNITS = 7;

const options = {
  tensors: z.array(z.string()).min(1).optional().describe('one panel each, e.g. [s2, W1]; default all of the state'),
  units: z.int().min(1).max(MOST_UNITS).default(4).describe('curves in a panel: the cells that move the most'),
  example: z.int().nonnegative().default(0).describe('example of the batch, for tensors of the state'),
  engine: z.string().optional().describe('id of the engine drawn dashed; default the first EP engine'),
  reference: z.string().optional().describe('id of the engine drawn solid; default the first reference'),
};

type Chosen = Options<typeof options>;

interface Pair {
  readonly engine: EngineSpec;
  readonly reference: EngineSpec;
}

/** One entry of a tensor. */
interface Cell {
  readonly row: number;
  readonly column: number;
  /** Largest absolute value of the reference. */
  readonly peak: number;
}

interface Point {
  readonly time: number;
  readonly value: number;
}

const COLUMNS = ['time', 'engine', 'tensor', 'row', 'column', 'value'];

async function build(source: Source, chosen: Chosen): Promise<Built> {
  const [run] = requireFile('processes', source, PROCESSES, 'set record: {processes: true}');
  const pair = pairOf(run, chosen);
  const cells = await largestCells(run, pair, chosen);
  const series = new ThinnedSeries<Point>(({ value }) => value);
  const gaps = new Gaps();
  await eachRow(run, PROCESSES, COLUMNS, ([time, engine, tensor, row, column, cell]) => {
    if (engine !== pair.engine.id && engine !== pair.reference.id) return;
    if (!cells.get(tensor)?.some((other) => other.row === Number(row) && other.column === Number(column))) return;
    const value = toNumber(cell);
    if (!Number.isFinite(value)) return;
    series.push(seriesKey(engine, tensor, row, column), { time: toNumber(time), value });
    gaps.push([tensor, row, column], engine === pair.reference.id, time, value);
  });
  const made = draw(source, run, pair, cells, series);
  return { ...made, finding: finding(source, run, pair, gaps) };
}

/** The largest difference of the two over all rows that are drawn, of each tensor relative to its largest value. */
class Gaps {
  private readonly seen = new Map<string, { readonly time: string; readonly value: number }>();
  private readonly tensors = new Map<string, { gap: number; peak: number }>();

  push([tensor, row, column]: readonly string[], isReference: boolean, time: string, value: number): void {
    const at = [tensor, row, column];
    const found = this.tensors.get(tensor) ?? { gap: 0, peak: 0 };
    this.tensors.set(tensor, found);
    if (isReference) found.peak = Math.max(found.peak, Math.abs(value));
    const other = this.seen.get(seriesKey(String(!isReference), ...(at as [string, string, string])));
    if (other?.time === time) found.gap = Math.max(found.gap, Math.abs(value - other.value));
    this.seen.set(seriesKey(String(isReference), ...(at as [string, string, string])), { time, value });
  }

  worst(): { tensor: string; share: number } {
    const shares = [...this.tensors].map(([tensor, { gap, peak }]) => ({ tensor, share: peak > 0 ? gap / peak : 0 }));
    return shares.reduce((most, one) => (one.share > most.share ? one : most), shares[0]);
  }
}

/** Differences below this share of the largest value cannot be seen. */
const SEEN = 0.02;

function finding(source: Source, run: Run, { engine, reference }: Pair, gaps: Gaps): string {
  const { tensor, share } = gaps.worst();
  const both = [engine, reference].map((one) => ({ label: engineLabel(one), engine: one }));
  const [a, b] = both.map((one) => briefly(one, both));
  const where = changesIn(source, run);
  const size = `${shareText(share)} of the largest value (${tensorSymbol(tensor)}${where === '' ? '' : `, ${where}`})`;
  if (share < SEEN) return `${a} follows ${b} at every step, to ${size}`;
  return `${a} departs from ${b}, by up to ${size}`;
}

/** Which of several runs is drawn. */
function changesIn(source: Source, run: Run): string {
  if (source.runs.length < 2) return '';
  return Object.entries(run.changes)
    .map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`)
    .join(', ');
}

function pairOf(run: Run, chosen: Chosen): Pair {
  const named = (option: 'engine' | 'reference', id: string | undefined): EngineSpec => {
    const engine = run.engines.find((other) => other.id === id);
    if (engine) return engine;
    const ids = run.engines.map((other) => other.id).join(', ');
    const message =
      id === 'exact' || id === 'finite-difference'
        ? `figure 'processes' compares processes in time, and '${id}' has none`
        : `figure 'processes': no engine '${id}'`;
    throw new UserError({ message, hint: `set its option ${option} to one of ${ids}` });
  };
  const reference = named('reference', chosen.reference ?? run.references[0]);
  const others = run.engines.filter(({ id }) => id !== reference.id);
  const first = others.find(({ label }) => label?.nudged) ?? others[0];
  return { reference, engine: named('engine', chosen.engine ?? first?.id) };
}

/** The cells to draw of every tensor, in the order of the file; the largest first. A first pass over the file. */
async function largestCells(run: Run, { reference }: Pair, chosen: Chosen): Promise<Map<string, Cell[]>> {
  const peaks = new Map<string, Map<string, number>>();
  const present = new Set<string>();
  await eachRow(run, PROCESSES, COLUMNS, ([, engine, tensor, row, column, value]) => {
    present.add(tensor);
    const { isState } = tensorOf(run, tensor);
    if (engine !== reference.id || (isState && Number(row) !== chosen.example)) return;
    if (chosen.tensors ? !chosen.tensors.includes(tensor) : !isState) return;
    const size = Math.abs(toNumber(value));
    if (!Number.isFinite(size)) return;
    const cells = peaks.get(tensor) ?? new Map<string, number>();
    peaks.set(tensor, cells);
    const cell = `${row},${column}`;
    if (size > (cells.get(cell) ?? -1)) cells.set(cell, size);
  });
  requireTensors(run, chosen, present, peaks);
  const names = chosen.tensors ?? [...peaks.keys()];
  return new Map(names.map((name) => [name, largest(peaks.get(name)!, chosen.units)]));
}

function requireTensors(
  run: Run,
  { tensors, example }: Chosen,
  present: ReadonlySet<string>,
  peaks: ReadonlyMap<string, unknown>,
): void {
  const hint = `${PROCESSES} has ${[...present].join(', ')}`;
  const missing = tensors?.find((tensor) => !present.has(tensor));
  if (missing !== undefined) throw new UserError({ message: `figure 'processes': no tensor '${missing}'`, hint });
  const empty = tensors?.find((tensor) => !peaks.has(tensor));
  if (peaks.size > 0 && empty === undefined) return;
  if (tensors === undefined && ![...present].some((tensor) => tensorOf(run, tensor).isState)) {
    throw new UserError({
      message: `figure 'processes': no tensor of the state was recorded`,
      hint: `set its option tensors; ${hint}`,
    });
  }
  throw new UserError({
    message: `figure 'processes': no numbers for example ${example}`,
    hint: 'examples count from 0',
  });
}

function largest(peaks: ReadonlyMap<string, number>, count: number): Cell[] {
  const cells = [...peaks].map(([key, peak]): Cell => {
    const [row, column] = key.split(',').map(Number);
    return { row, column, peak };
  });
  return cells.sort((a, b) => b.peak - a.peak || a.row - b.row || a.column - b.column).slice(0, count);
}

function seriesKey(engine: string, tensor: string, row: number | string, column: number | string): string {
  return [engine, tensor, row, column].join(' ');
}

function draw(
  source: Source,
  run: Run,
  pair: Pair,
  cells: ReadonlyMap<string, Cell[]>,
  series: ThinnedSeries<Point>,
): Built {
  const sides = sideStyles(pair);
  const time = isMap(run) ? 'step t of phase two' : 'time t of phase two';
  const panels = [...cells].map(([tensor, chosen]): Panel => {
    const told = tensorOf(run, tensor);
    const lines = (id: string, side: Style): Datum[] =>
      chosen.flatMap((cell) =>
        series
          .get(seriesKey(id, tensor, cell.row, cell.column))
          .map(({ time: x, value: y }) => ({ x, y, unit: cellLabel(told, cell), series: side.label })),
      );
    const [wide, dashed] = [lines(pair.reference.id, sides[0]), lines(pair.engine.id, sides[1])];
    const all = [...wide, ...dashed];
    const xs = all.map(({ x }) => x as number);
    return {
      title: quantityLabel(`${told.isState ? 'state' : 'params'}.${tensor}`),
      x: isMap(run) ? countAxis(time, xs) : linearAxis(time, xs, false),
      y: linearAxis(
        told.isState ? `S̄, −S̃ of ${tensorSymbol(tensor)}` : `Θ̄, Θ̃ of ${tensorSymbol(tensor)}`,
        all.map(({ y }) => ROOM * (y as number)),
      ),
      layers: [layerOf(wide, sides), layerOf(dashed, sides), ...unitNames(wide)],
    };
  });
  const where = changesIn(source, run);
  return chart([run], panels, [
    ...(where === '' ? [] : [`The run with ${where}`]),
    ...namesOf(run, pair, cells),
    ...(series.note ? [series.note] : []),
  ]);
}

/** Which letters stand for what, and which curves are drawn. */
function namesOf(run: Run, { engine, reference }: Pair, cells: ReadonlyMap<string, Cell[]>): string[] {
  const kinds = new Set([...cells.keys()].map((tensor) => tensorOf(run, tensor).isState));
  const letters = (of: EngineSpec) => {
    const [state, params] = of.label?.nudged ? ['−S̃', 'Θ̃'] : ['S̄', 'Θ̄'];
    const used = [...(kinds.has(true) ? [state] : []), ...(kinds.has(false) ? [params] : [])];
    return `${used.join(', ')} of ${engineLabel(of)}`;
  };
  const most = Math.max(...[...cells.values()].map(({ length }) => length));
  return [
    `Wide: ${letters(reference)}; dashed: ${letters(engine)}`,
    `Of each tensor the ${most} entries that move the most, named where they are largest`,
  ];
}

/** Each in the style of its role: the reference wide and pale where it can be, the engine on top of it. */
function sideStyles({ engine, reference }: Pair): [Style, Style] {
  const [under, over] = stylesOf([
    { label: engineLabel(reference), role: roleOf(reference) },
    { label: engineLabel(engine), role: roleOf(engine) },
  ]);
  return [{ ...under, width: Math.max(3, under.width ?? 0) }, over];
}

function layerOf(data: readonly Datum[], sides: readonly Style[]): Layer {
  const encoding = { ...lineStyles(sides, { named: false }), detail: { field: 'unit' } };
  return { mark: 'line', data, encoding };
}

/** The names of units beside their largest values; of two that would lie on each other the first is kept. */
function unitNames(lines: readonly Datum[]): Layer[] {
  const peaks = new Map<string, Datum>();
  for (const datum of lines) {
    const known = peaks.get(String(datum['unit']));
    if (!known || Math.abs(Number(datum['y'])) > Math.abs(Number(known['y']))) peaks.set(String(datum['unit']), datum);
  }
  const [left, right] = extent(lines.map(({ x }) => Number(x)));
  const [low, high] = extent(lines.map(({ y }) => Number(y)));
  const kept: Datum[] = [];
  for (const peak of peaks.values()) {
    const near = kept.some(
      (other) =>
        Math.abs(Number(other['x']) - Number(peak['x'])) < NEAR.x * (right - left) &&
        Math.abs(Number(other['y']) - Number(peak['y'])) < NEAR.y * (high - low),
    );
    if (!near) kept.push({ ...peak, text: String(peak['unit']).replace('unit ', '') });
  }
  const middle = (left + right) / 2;
  const named = (align: 'left' | 'right', side: 1 | -1): Layer => ({
    mark: { type: 'text', align, baseline: 'middle', dy: -8 * side, dx: align === 'left' ? 2 : -2 },
    data: kept.filter(({ x, y }) => Number(x) > middle === (align === 'right') && Number(y) < 0 === side < 0),
    encoding: { text: { field: 'text', type: 'nominal' } },
  });
  const layers = [named('left', 1), named('left', -1), named('right', 1), named('right', -1)];
  return layers.filter(({ data }) => data.length > 0);
}

/** Above the largest values, for their names. */
const ROOM = 1.25;

/** Room of a name, as a share of a panel. */
const NEAR = { x: 0.15, y: 0.13 };

/** `unit 3` of a state, `7→3` of a weight, `3` of a bias. */
function cellLabel({ isList }: ReturnType<typeof tensorOf>, { row, column }: Cell): string {
  return isList ? `unit ${column}` : `${row}→${column}`;
}

export const processes = defineFigure({
  name: 'processes',
  summary: "error derivatives over time: RBP's process and EP's on top of it",
  needs: [PROCESSES],
  options,
  build,
});
