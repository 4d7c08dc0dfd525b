/** From numbers at points to a table: which keys go down, and which across. */
import { UserError } from '../../errors.js';
import { formatValue, keyLabel } from '../../figure/labels.js';
import { counted } from '../../text.js';
import type { Measured } from '../results.js';
import type { Entries, Entry } from './entry.js';
import { columnTexts, unitOf } from './numbers.js';
import type { Cell, Heading, Sheet } from './sheet.js';
import { choices, EXPERIMENT } from './trained.js';

export interface Layout {
  /** Names of keys, or `engine`; those that are in neither go down behind these. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** What is shown, by its title; everything that was measured where none is named, across keys the first. */
  readonly values: readonly string[];
}

const ENGINE = 'engine';
const NONE = '–';

/** @throws UserError where a name is none of those there are. */
export function pivot(entries: Entries, { rows, columns, values }: Layout): Sheet {
  const { all, keys } = entries;
  const engines = new Set(all.map(({ engine }) => engine));
  const named = { down: rows.map((name) => keyOf(name, keys)), across: columns.map((name) => keyOf(name, keys)) };
  const twice = named.across.find((key) => named.down.includes(key));
  if (twice !== undefined) throw new UserError({ message: `'${twice}' cannot be in --rows and in --columns` });
  const own = engines.size > 1 || ![...engines].includes('') ? [ENGINE] : [];
  const rest = [...keys.filter((key) => key === EXPERIMENT), ...own, ...keys].filter(
    (key) => ![...named.down, ...named.across].includes(key),
  );
  const down = [...new Set([...named.down, ...rest])];
  const shown = chosenOf(entries, values, named.across.length > 0);
  const about = [shown.length === 1 ? unitOf(entries.measured[shown[0]]) : undefined, entries.about, overSeeds(all)];
  const sorted = inOrder(all, down, named.down.length === 0 ? LEADING : named.down);
  return {
    caption: about.filter((part) => part !== undefined).join(', '),
    names: down.length,
    ...(named.across.length > 0
      ? across(sorted, down, named.across, entries.measured, shown[0])
      : plain(sorted, down, entries.measured, shown)),
    notes: [...notesOf(entries, named.across.length > 0 ? [] : choices(entries))],
  };
}

/** How many seeds there are, where there are as many everywhere. */
function overSeeds(all: readonly Entry[]): string | undefined {
  const counts = new Set(all.map(({ seeds }) => seeds));
  const most = Math.max(...counts);
  if (most < 2) return undefined;
  return `mean ± standard deviation over ${counts.size === 1 ? `n = ${most}` : `up to n = ${most}`} seeds`;
}

/** Keys that lines are sorted by where nothing else is asked for: the values of others stay as they were swept. */
const LEADING = [EXPERIMENT, ENGINE];

/** By the places of some keys' values, as they come first. */
function inOrder(all: readonly Entry[], down: readonly string[], keys: readonly string[]): Entry[] {
  const leading = down.filter((key) => keys.includes(key));
  const places = leading.map((key) => [...new Set(all.map((entry) => JSON.stringify(at(entry, key))))]);
  const place = (entry: Entry, i: number) => places[i].indexOf(JSON.stringify(at(entry, leading[i])));
  return [...all].sort((a, b) => {
    const first = leading.findIndex((_, i) => place(a, i) !== place(b, i));
    return first < 0 ? 0 : place(a, first) - place(b, first);
  });
}

function notesOf({ all, pruned }: Entries, chosen: readonly string[]): string[] {
  return [
    ...(all.some(({ best }) => best)
      ? ['bold: what validation chose, of each engine; what was learned from never is']
      : []),
    ...chosen,
    ...(pruned > 0
      ? [`${counted(pruned, 'point')} that a search ended before the end ${pruned === 1 ? 'is' : 'are'} left out`]
      : []),
  ];
}

/** A line for each point, a column for each thing measured. */
function plain(
  all: readonly Entry[],
  down: readonly string[],
  measured: readonly Measured[],
  shown: readonly number[],
): Pick<Sheet, 'head' | 'lines'> {
  const cells = shown.map((i) => numberCells(all, i, measured[i]));
  const chose = all.some(({ best }) => best);
  return {
    head: [
      [
        ...down.map(wide),
        ...shown.map((i) => ({ ...wide(unitOf(measured[i])), name: measured[i].title })),
        ...(chose ? [wide('chosen')] : []),
      ],
    ],
    lines: all.map((entry, line) => [
      ...down.map((key) => nameCell(entry, key)),
      ...cells.map((column) => column[line]),
      ...(chose ? [{ text: entry.best ? 'by validation' : '' }] : []),
    ]),
  };
}

const wide = (text: string): Heading => ({ text, span: 1 });

/**
 * A line for each of the points that agree in what goes down, a column for each of what goes across. Who does not know a key
 * stands at each of its values.
 */
function across(
  all: readonly Entry[],
  down: readonly string[],
  keys: readonly string[],
  measured: readonly Measured[],
  i: number,
): Pick<Sheet, 'head' | 'lines'> {
  const cells = new Map(numberCells(all, i, measured[i]).map((cell, place) => [all[place], cell]));
  const [lines, columns] = [down, keys].map((names) => placesOf(all, names));
  const whole = [...down, ...keys];
  const exact = new Map(all.map((entry) => [placeOf(entry, whole), entry]));
  const partial = all.filter((entry) => !whole.every((key) => knows(entry, key)));
  const found = (line: Entry, column: Entry) =>
    exact.get(
      JSON.stringify([...down.map((key) => at(line, key) ?? null), ...keys.map((key) => at(column, key) ?? null)]),
    ) ?? partial.find((entry) => fits(entry, line, down) && fits(entry, column, keys));
  return {
    head: headOf(down, keys, columns),
    lines: lines.map((line) => [
      ...down.map((key) => nameCell(line, key)),
      ...columns.map((column) => {
        const entry = found(line, column);
        return entry ? cells.get(entry)! : { text: NONE };
      }),
    ]),
  };
}

const placeOf = (entry: Entry, keys: readonly string[]): string =>
  JSON.stringify(keys.map((key) => at(entry, key) ?? null));
const fits = (entry: Entry, place: Entry, keys: readonly string[]): boolean =>
  keys.every((key) => !knows(entry, key) || JSON.stringify(at(entry, key)) === JSON.stringify(at(place, key)));

/** One of each place along some keys, of those who know them all. */
function placesOf(all: readonly Entry[], keys: readonly string[]): Entry[] {
  const whole = all.filter((entry) => keys.every((key) => knows(entry, key)));
  const first = new Map<string, Entry>();
  for (const entry of whole.length > 0 ? whole : all)
    if (!first.has(placeOf(entry, keys))) first.set(placeOf(entry, keys), entry);
  return [...first.values()];
}

/** A line for each key: of equal values side by side, under equal ones, one heading. */
function headOf(down: readonly string[], keys: readonly string[], columns: readonly Entry[]): Heading[][] {
  return keys.map((key, level) => {
    const isLast = level === keys.length - 1;
    const texts = columns.map((column) => `${key === ENGINE ? '' : `${key} = `}${textOf(at(column, key))}`);
    const above = columns.map((column) => JSON.stringify(keys.slice(0, level + 1).map((one) => at(column, one))));
    const headings: { text: string; span: number }[] = down.map((name) => ({ text: isLast ? name : '', span: 1 }));
    for (const [i, text] of texts.entries()) {
      if (!isLast && i > 0 && above[i] === above[i - 1]) headings[headings.length - 1].span++;
      else headings.push({ text, span: 1 });
    }
    return headings;
  });
}

const knows = ({ point }: Entry, key: string): boolean => key === ENGINE || point.has(key);
const at = ({ engine, point }: Entry, key: string): unknown => (key === ENGINE ? engine : point.get(key));
const textOf = (value: unknown): string => (value === undefined ? NONE : formatValue(value));

const nameCell = (entry: Entry, key: string): Cell => ({
  text: textOf(at(entry, key)),
  value: at(entry, key),
});

/** What is measured of each, with one precision. */
function numberCells(all: readonly Entry[], i: number, { kind, isChosen = false }: Measured): Cell[] {
  const most = Math.max(...all.map(({ seeds }) => seeds));
  const texts = columnTexts(
    all.map(({ values }) => values[i]),
    kind,
  );
  return all.map(({ values, seeds, best }, line) => {
    const { count } = values[i];
    const fewer = count > 0 && (count < seeds || seeds < most) ? ` (n = ${count})` : '';
    return { text: `${texts[line]}${fewer}`, moments: values[i], bold: best && isChosen };
  });
}

/** As the spec calls it, by its last word, or as the table does. */
function keyOf(name: string, keys: readonly string[]): string {
  if (name === ENGINE) return name;
  const found = keys.find((key) => key === name || key === keyLabel(name));
  if (found !== undefined) return found;
  const known = keys.length === 0 ? 'these runs sweep nothing' : `there are engine, ${keys.join(', ')}`;
  throw new UserError({ message: `no key '${name}' is swept here`, hint: known });
}

/** Places of what is shown: of what some run has a number of, and what is no more than an aside where it is not asked for. */
function chosenOf({ measured, all }: Entries, values: readonly string[], isOne: boolean): number[] {
  const there = measured.map((_, i) => i).filter((i) => all.some((entry) => entry.values[i].count > 0));
  const found = values.map((value) => {
    const place = there.find((i) => measured[i].title === value);
    if (place !== undefined) return place;
    const known = there.map((i) => measured[i].title).join(', ');
    throw new UserError({ message: `nothing called '${value}' was measured`, hint: `there are ${known}` });
  });
  if (isOne && found.length > 1) throw new UserError({ message: '--columns shows one --value', hint: 'name the one' });
  if (there.length === 0) throw new UserError({ message: 'these runs have no number to show' });
  if (found.length > 0) return found;
  return isOne ? [there.find((i) => measured[i].isMain) ?? there[0]] : there.filter((i) => !measured[i].isAside);
}
