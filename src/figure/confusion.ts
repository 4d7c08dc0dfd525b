import { UserError } from '../errors.js';
import { classAxis, type Room, roomOf, SQUARE, shadeLegend } from './cells.js';
import { type Built, chart, type Datum, type Layer, type Panel } from './chart.js';
import { defineFigure } from './define.js';
import type { Frame } from './frame.js';
import { briefly } from './labels.js';
import { fixedNotes, type Learner, learnersOf } from './learners.js';
import { eachRow } from './rows.js';
import { listed, shareText } from './say.js';
import { requireFile, type Source } from './source.js';

const CONFUSION = 'confusion.csv';
/** Of wrong classes, from none to the commonest. */
const SHADES = ['#ffffff', '#B2182B'];
/** More learners than this are told by their best and worst. */
const MOST_TOLD = 4;
/** On a shade darker than this share of the commonest the text is white. */
const DARK = 0.6;

/** Examples of a class that were put in a class, over all seeds. */
interface Cell {
  readonly label: number;
  readonly prediction: number;
  count: number;
}

async function build(source: Source, _options: object, frame: Frame): Promise<Built> {
  const runs = requireFile('confusion', source, CONFUSION);
  const splits = new Set<string>();
  const read: Confusion[] = [];
  const learners = learnersOf(runs);
  for (const learner of learners) {
    const cells = await cellsOf(learner, splits);
    if (cells.length > 0) read.push(confusionOf(learner, briefly(learner, learners), cells));
  }
  if (read.length === 0) throw new UserError({ message: `figure 'confusion': ${CONFUSION} has no rows` });
  const most = Math.max(...read.flatMap(({ cells }) => cells.filter(isWrong).map(({ share }) => share)));
  const room = roomFor(read, frame);
  const panels = read.map((one) => panelOf(one, most, room));
  const set = [...splits].join(' and ');
  const shade = `Shade: share of the examples of a class that are put in a wrong one, up to ${shareText(most)}, ${set} set`;
  const numbered = room.text === undefined ? '' : '; grey numbers on the diagonal are right';
  const made = chart(runs, panels, [`${shade}${numbered}`, ...fixedNotes(learners)], {
    columns: room.columns,
    width: room.side,
    height: room.side,
  });
  return { ...made, spec: { ...made.spec, ...SQUARE }, finding: finding(read) };
}

/** A cell with its share of the class. */
interface Share extends Cell {
  readonly share: number;
}

interface Confusion {
  /** In sentences. */
  readonly brief: string;
  readonly label: string;
  readonly cells: readonly Share[];
  readonly classes: number;
  readonly wrong: number;
  readonly all: number;
}

const roomFor = (read: readonly Confusion[], frame: Frame): Room =>
  roomOf(frame, {
    panels: read.length,
    names: classNames(Math.max(...read.map(({ classes }) => classes))),
    texts: read.flatMap(({ cells }) => cells.map(({ count }) => String(count))),
  });

const classNames = (classes: number) => Array.from({ length: classes }, (_, label) => String(label));
const isWrong = ({ label, prediction }: Cell) => label !== prediction;

/** What is taken for what most often, by whom; and how many are wrong in all. */
function finding(read: readonly Confusion[]): string {
  const errors = read.flatMap(({ brief: name, cells }) => cells.filter(isWrong).map((cell) => ({ ...cell, name })));
  const worst = errors.reduce((most, cell) => (cell.count > most.count ? cell : most), errors[0]);
  if (!worst || worst.count === 0) return `None of ${read[0].all} is put in a wrong class`;
  const sorted = [...read].sort((a, b) => a.wrong / a.all - b.wrong / b.all);
  const told = read.length > MOST_TOLD ? [sorted[0], sorted.at(-1)!] : read;
  const ranges = told.map(({ brief, wrong, all }) => `${shareText(wrong / all)} with ${brief}`);
  const range = read.length > MOST_TOLD ? `between ${ranges.join(' and ')}` : listed(ranges);
  return `Class ${worst.label} is taken for ${worst.prediction} most often, ${worst.count} times with ${worst.name}; the error after the last epoch is ${range}`;
}

/** Cells of a learner; the sets that they are of join `splits`. */
async function cellsOf({ runs, engine }: Learner, splits: Set<string>): Promise<Cell[]> {
  const cells = new Map<string, Cell>();
  for (const run of runs) {
    await eachRow(
      run,
      CONFUSION,
      ['engine', 'split', 'label', 'prediction', 'count'],
      ([id, split, label, prediction, count]) => {
        if (id !== engine.id) return;
        splits.add(split);
        const key = `${label}/${prediction}`;
        const cell = cells.get(key) ?? { label: Number(label), prediction: Number(prediction), count: 0 };
        cell.count += Number(count);
        cells.set(key, cell);
      },
    );
  }
  return [...cells.values()];
}

function confusionOf({ label }: Learner, brief: string, cells: readonly Cell[]): Confusion {
  const classes = cells.reduce((most, cell) => Math.max(most, cell.label, cell.prediction), 0) + 1;
  const totals = new Array<number>(classes).fill(0);
  for (const cell of cells) totals[cell.label] += cell.count;
  const shares = cells.map((cell) => ({
    ...cell,
    share: totals[cell.label] === 0 ? 0 : cell.count / totals[cell.label],
  }));
  const wrong = cells.filter(isWrong).reduce((sum, { count }) => sum + count, 0);
  return { label, brief, cells: shares, classes, wrong, all: totals.reduce((sum, total) => sum + total, 0) };
}

function panelOf(
  { label: name, cells, classes, wrong, all }: Confusion,
  most: number,
  { side, text: size }: Room,
): Panel {
  const data = cells.map((cell): Datum => {
    const { label, prediction, count, share } = cell;
    const text = count === 0 ? '' : String(count);
    return {
      x: String(prediction),
      y: String(label),
      share: isWrong(cell) ? share : 0,
      right: isWrong(cell) ? 0 : 1,
      text,
    };
  });
  const names = classNames(classes);
  return {
    title: `${name}: ${wrong} of ${all} wrong`,
    x: classAxis('class it is put in', names, side),
    y: classAxis('class it is', names, side),
    layers: [squares(data, most, size === undefined ? side : undefined), ...(size ? [numbers(data, most, size)] : [])],
  };
}

function squares(data: readonly Datum[], most: number, legend: number | undefined): Layer {
  const color = {
    field: 'share',
    type: 'quantitative',
    scale: { type: 'linear', domain: [0, most || 1], range: SHADES, interpolate: 'rgb' },
    legend: legend === undefined ? null : shadeLegend('share of the class put in a wrong one', [0, most || 1], legend),
  };
  return { mark: { type: 'rect', stroke: '#dddddd', strokeWidth: 0.75 }, data, encoding: { color } };
}

function numbers(data: readonly Datum[], most: number, fontSize: number): Layer {
  const dark = { test: `datum.share > ${DARK * most}`, value: '#ffffff' };
  const color = { condition: [{ test: 'datum.right === 1', value: '#8a8a8a' }, dark], value: '#222222' };
  return {
    mark: { type: 'text', fontSize },
    data,
    encoding: { text: { field: 'text', type: 'nominal' }, color },
  };
}

export const confusion = defineFigure({
  name: 'confusion',
  summary: 'which class is taken for which after the last epoch, one panel an engine, summed over seeds',
  needs: [CONFUSION],
  judges: () => 'by class',
  options: {},
  build,
});
