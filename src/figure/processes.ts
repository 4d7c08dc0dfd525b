import * as z from 'zod';
import { UserError } from '../errors.js';
import { linearAxis } from './axis.js';
import { type Built, bySeries, chart, type Datum, type Layer, lineStyles, type Panel, type Style } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { engineLabel, formatValue, keyLabel, quantityLabel, tensorSymbol } from './labels.js';
import { eachRow, toNumber } from './rows.js';
import { type EngineSpec, type Run, requireFile, type Source, tensorOf } from './source.js';
import { GREY, mix, PALETTE } from './theme.js';
import { ThinnedSeries } from './thin.js';

const PROCESSES = 'processes.csv';

const options = {
  tensors: z.array(z.string()).min(1).optional().describe('one panel each, e.g. [s2, W1]; default all of the state'),
  units: z.int().min(1).max(PALETTE.length).default(4).describe('curves in a panel: the cells that move the most'),
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
  const series = new ThinnedSeries<Point>();
  await eachRow(run, PROCESSES, COLUMNS, ([time, engine, tensor, row, column, value]) => {
    if (engine !== pair.engine.id && engine !== pair.reference.id) return;
    if (!cells.get(tensor)?.some((cell) => cell.row === Number(row) && cell.column === Number(column))) return;
    series.push(seriesKey(engine, tensor, row, column), { time: toNumber(time), value: toNumber(value) });
  });
  return draw(source, run, pair, cells, series);
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
  const sides = sideStyles(
    pair,
    [...cells.keys()].map((tensor) => tensorOf(run, tensor).isState),
  );
  const drawn = (id: string, tensor: string, { row, column }: Cell) =>
    series.get(seriesKey(id, tensor, row, column)).filter(({ value }) => Number.isFinite(value));
  const panels = [...cells].map(([tensor, chosen]): Panel => {
    const styles = chosen.map(
      (cell, i): Style => ({ label: cellLabel(tensorOf(run, tensor), cell), color: PALETTE[i] }),
    );
    const lines = (id: string, side: Style): Datum[] =>
      chosen.flatMap((cell, i) =>
        drawn(id, tensor, cell).map(({ time, value }) => ({
          x: time,
          y: value,
          unit: styles[i].label,
          pale: mix(styles[i].color, '#ffffff', 0.5),
          series: side.label,
        })),
      );
    const [solid, dashed] = [lines(pair.reference.id, sides[0]), lines(pair.engine.id, sides[1])];
    const all = [...solid, ...dashed];
    return {
      title: quantityLabel(`${tensorOf(run, tensor).isState ? 'state' : 'params'}.${tensor}`),
      x: linearAxis(
        'time t',
        all.map(({ x }) => x as number),
        false,
      ),
      y: linearAxis(
        `∂L/∂${tensorSymbol(tensor)}`,
        all.map(({ y }) => y as number),
      ),
      layers: [solidLayer(solid, sides, cells.size), dashedLayer(dashed, styles, sides, cells.size)],
    };
  });
  const changes =
    source.runs.length > 1
      ? Object.entries(run.changes).map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`)
      : [];
  const notes = changes.length > 0 ? [`the run with ${changes.join(', ')}`] : [];
  const built = chart([run], panels, notes);
  const resolve = { scale: { stroke: 'independent' }, legend: { stroke: 'independent' } };
  return { ...built, spec: { ...built.spec, resolve } };
}

/** The reference thick and pale, so that the engine's thin dashes on top of it leave both visible. */
function sideStyles({ engine, reference }: Pair, areStates: readonly boolean[]): [Style, Style] {
  const symbols = (state: string, params: string) =>
    [...(areStates.includes(true) ? [state] : []), ...(areStates.includes(false) ? [params] : [])].join(', ');
  const called = (spec: EngineSpec) =>
    spec.label?.nudged
      ? `${engineLabel(spec)}: ${symbols('−S̃ₜ', 'θ̃ₜ')}`
      : `${spec.label?.process ?? spec.id}: ${symbols('S̄ₜ', 'θ̄ₜ')}`;
  return [
    { label: called(reference), color: GREY, dash: [1, 0], width: 5 },
    { label: called(engine), color: GREY, dash: [5, 4], width: 1.5 },
  ];
}

/** Its colours stand in the data: no scale, and no legend of their own. */
function solidLayer(data: readonly Datum[], sides: readonly Style[], panels: number): Layer {
  const color = { field: 'pale', type: 'nominal', scale: null };
  return { mark: 'line', data, encoding: { color, ...sideChannels(sides, panels) } };
}

function dashedLayer(data: readonly Datum[], units: readonly Style[], sides: readonly Style[], panels: number): Layer {
  const legend = {
    title: null,
    direction: 'horizontal',
    columns: units.length,
    symbolType: 'stroke',
    symbolSize: 200,
    symbolStrokeWidth: 3,
  };
  const stroke = { ...bySeries(units, (unit) => mix(unit.color, '#000000', 0.25), legend), field: 'unit' };
  return { mark: 'line', data, encoding: { stroke, ...sideChannels(sides, panels) } };
}

function sideChannels(sides: readonly Style[], panels: number): Record<string, unknown> {
  const { strokeDash, strokeWidth } = lineStyles(sides, panels);
  return { strokeDash, strokeWidth };
}

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
