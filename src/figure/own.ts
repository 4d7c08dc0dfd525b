import { basename } from 'node:path';
import { type Issue, UserError } from '../errors.js';
import { KINDS } from '../io/kinds.js';
import { readJson } from '../io/read.js';
import { everyColumn, RECORDED, tables } from '../metrics/columns.js';
import type { Built } from './chart.js';
import { METRICS } from './measure.js';
import { eachRow, headerOf } from './rows.js';
import type { Run, Source } from './source.js';

/** The data that a user's figure may name, and the CSV that each stands for. */
const DATA: Readonly<Record<string, string>> = {
  metrics: METRICS,
  processes: tables.processes.file,
  gradients: tables.gradients.file,
  free_state: tables.free_state.file,
  free_path: tables.free_path.file,
  parameters: tables.parameters.file,
  evaluation: tables.evaluation.file,
  updates: tables.updates.file,
  confusion: tables.confusion.file,
  filters: tables.filters.file,
};

/** More rows than this do not fit a figure, nor the memory. */
const MOST_ROWS = 1_000_000;

type Node = Readonly<Record<string, unknown>>;

/**
 * A user's own Vega-Lite file over the rows of all runs: the columns of the CSV, one of each swept key, and `run`.
 * @throws UserError for unknown data, for data from elsewhere, and for a field that is not in the data.
 */
export async function buildOwn(source: Source, file: string): Promise<Built> {
  const spec = parse(file);
  const uses = dataUses(spec, file);
  const columns = new Map<string, readonly string[]>();
  for (const name of uses) columns.set(name, await columnsOf(name, source, file));
  const issues: Issue[] = [];
  const made = madeFields(spec);
  const checked = made === 'any' ? spec : (check(spec, undefined, { columns, made, issues, file }) as Node);
  if (issues.length > 0) throw new UserError(issues);
  const mentioned = JSON.stringify(spec);
  const datasets: Record<string, unknown> = {};
  for (const [name, known] of columns) {
    datasets[name] = await collect(
      source,
      name,
      known.filter((column) => made === 'any' || mentioned.includes(column)),
      file,
    );
  }
  const config = isNode(spec['config']) ? spec['config'] : {};
  const legend = { orient: 'right', ...(config['legend'] as Node) };
  return { spec: { ...checked, datasets, config: { ...config, legend } }, ...saidIn(spec, file) };
}

/** What a user's figure says of itself: its title, or its name; its description. */
function saidIn({ title, description }: Node, file: string): Pick<Built, 'finding' | 'caption'> {
  const { text, subtitle } = isNode(title) ? title : { text: title, subtitle: undefined };
  const words = (value: unknown) =>
    [value]
      .flat()
      .filter((line) => typeof line === 'string')
      .join(' ');
  return {
    finding: words(text) || basename(file).replace(/(\.vl)?\.json$/, ''),
    caption: words([description, subtitle]),
  };
}

function parse(file: string): Node {
  const spec = readJson(file, KINDS.figure);
  if (isNode(spec)) return spec;
  throw new UserError({ where: { file }, message: 'is not a Vega-Lite specification: not an object' });
}

/** Names of the data used. */
function dataUses(spec: Node, file: string): Set<string> {
  const used = new Set<string>();
  const issues: Issue[] = [];
  visit(spec, (key, value) => {
    if (key === 'datasets')
      issues.push({ where: { file }, message: "'datasets' is filled from the results", hint: 'leave it out' });
    if (key !== 'data' || !isNode(value)) return;
    const { name, url, values } = value;
    const hint = `name one of ${Object.keys(DATA).join(', ')}`;
    if (url !== undefined)
      issues.push({ where: { file }, message: `data from a URL (${url}) would not be these results`, hint });
    else if (typeof name === 'string' && values === undefined) {
      if (Object.hasOwn(DATA, name)) used.add(name);
      else issues.push({ where: { file }, message: `no data '${name}'`, hint });
    }
  });
  if (issues.length > 0) throw new UserError(issues);
  return used;
}

async function columnsOf(name: string, source: Source, file: string): Promise<readonly string[]> {
  const [run] = source.having(DATA[name]);
  if (!run) {
    const recorded = (RECORDED as readonly string[]).includes(name);
    const hint = recorded ? `set record: {${name}: true}` : undefined;
    throw new UserError({
      where: { file },
      message: `data '${name}' needs ${DATA[name]}, and no run has it`,
      ...(hint && { hint }),
    });
  }
  return ['run', ...source.swept, ...(await headerOf(run, DATA[name]))];
}

/** Fields that transforms make; any, where their names are in the data. */
function madeFields(spec: Node): ReadonlySet<string> | 'any' {
  const made = new Set<string>();
  let pivots = false;
  visit(spec, (key, value) => {
    if (key === 'as') for (const name of [value].flat()) made.add(String(name));
    if (key === 'fold') for (const name of ['key', 'value']) made.add(name);
    if (key === 'density' || key === 'quantile') for (const name of ['value', 'density', 'prob']) made.add(name);
    if (key === 'pivot') pivots = true;
  });
  return pivots ? 'any' : made;
}

interface Checking {
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly made: ReadonlySet<string>;
  readonly issues: Issue[];
  readonly file: string;
}

/** The spec with every field checked against the data in scope, and swept keys escaped: their dots are no paths. */
function check(value: unknown, data: string | undefined, checking: Checking): unknown {
  if (Array.isArray(value)) return value.map((item) => check(item, data, checking));
  if (!isNode(value)) return value;
  const own = isNode(value['data']) ? (value['data']['name'] as string | undefined) : data;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'data') return [key, inner];
      if (key === 'encoding' && isNode(inner)) return [key, check(titled(inner), own, checking)];
      return [
        key,
        key === 'field' && typeof inner === 'string' ? checkField(inner, own, checking) : check(inner, own, checking),
      ];
    }),
  );
}

/** Channels whose field has dots in its name are titled with it as it is written. */
function titled(encoding: Node): Node {
  const entries = Object.entries(encoding).map(([channel, definition]) => {
    const { field } = isNode(definition) ? definition : { field: undefined };
    return [
      channel,
      typeof field === 'string' && field.includes('.') ? { title: field, ...(definition as Node) } : definition,
    ];
  });
  return Object.fromEntries(entries);
}

function checkField(field: string, data: string | undefined, { columns, made, issues, file }: Checking): string {
  const known = columns.get(data ?? '');
  const plain = field.replace(/\\([.[\]])/g, '$1').replace(/^\[(.*)\]$/, '$1');
  if (known?.includes(plain)) return plain.replaceAll('.', '\\.');
  if (known && !made.has(field)) {
    issues.push({
      where: { file },
      message: `no field '${field}' in data '${data}'`,
      hint: `it has ${known.join(', ')}`,
    });
  }
  return field;
}

async function collect(source: Source, name: string, columns: readonly string[], file: string): Promise<Node[]> {
  const types = Object.values(tables).flatMap((table) => (table.file === DATA[name] ? everyColumn(table) : []));
  const numeric = new Set(types.filter(({ type }) => type !== 'string').map((column) => column.name));
  const rows: Node[] = [];
  for (const run of source.having(DATA[name])) {
    const fixed = constants(run, columns);
    const cells = columns.filter((column) => !Object.hasOwn(fixed, column));
    await eachRow(run, DATA[name], cells, (values) => {
      if (rows.length >= MOST_ROWS) {
        const message = `data '${name}' has more than ${MOST_ROWS} rows`;
        throw new UserError({ where: { file }, message, hint: 'record fewer steps or tensors, or draw fewer runs' });
      }
      rows.push({
        ...fixed,
        ...Object.fromEntries(values.map((cell, i) => [cells[i], numeric.has(cells[i]) ? Number(cell) : cell])),
      });
    });
  }
  return rows;
}

/** What is the same in every row of a run. */
function constants(run: Run, columns: readonly string[]): Record<string, unknown> {
  const all = { ...run.changes, run: run.id };
  return Object.fromEntries(Object.entries(all).filter(([key]) => columns.includes(key)));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every key of a tree, data excepted. */
function visit(value: unknown, act: (key: string, value: unknown) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, act);
  if (!isNode(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    act(key, inner);
    if (key !== 'values') visit(inner, act);
  }
}
