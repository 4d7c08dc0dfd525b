import { nameAxis } from './axis.js';
import { type Built, chart, type Datum, type Layer, type Panel } from './chart.js';
import { defineFigure } from './define.js';
import { type Learner, learnersOf } from './learners.js';
import { eachRow } from './rows.js';
import { requireFile, type Source } from './source.js';
import { TEXT_SIZE } from './theme.js';

const CONFUSION = 'confusion.csv';
/** From few to many. */
const SHADES = ['#ffffff', '#0072B2'];
/** On a darker shade the text is white. */
const DARK = 0.5;
/** More classes than this leave no room for numbers. */
const MOST_NUMBERED = 12;

/** Examples of a class that were put in a class, over all seeds. */
interface Cell {
  readonly label: number;
  readonly prediction: number;
  count: number;
}

async function build(source: Source): Promise<Built> {
  const runs = requireFile('confusion', source, CONFUSION);
  const panels: Panel[] = [];
  const splits = new Set<string>();
  for (const learner of learnersOf(runs)) {
    const cells = await cellsOf(learner, splits);
    if (cells.length > 0) panels.push(panelOf(learner, cells));
  }
  return chart(runs, panels, [`shade: share of the examples of a class, ${[...splits].join(' and ')} set`]);
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

function panelOf({ label: name }: Learner, cells: readonly Cell[]): Panel {
  const classes = Math.max(...cells.map(({ label }) => label)) + 1;
  const totals = Array.from({ length: classes }, (_, label) =>
    cells.filter((cell) => cell.label === label).reduce((sum, { count }) => sum + count, 0),
  );
  const data = cells.map(({ label, prediction, count }): Datum => {
    const share = totals[label] === 0 ? 0 : count / totals[label];
    return { x: String(prediction), y: String(label), share, text: count === 0 ? '' : String(count) };
  });
  const wrong = cells.reduce((sum, { label, prediction, count }) => sum + (label === prediction ? 0 : count), 0);
  const all = totals.reduce((sum, total) => sum + total, 0);
  const names = Array.from({ length: classes }, (_, label) => String(label));
  return {
    title: `${name}: ${wrong} of ${all} wrong`,
    x: bands('class it is put in', names),
    y: bands('class it is', names),
    layers: [squares(data), ...(classes <= MOST_NUMBERED ? [numbers(data)] : [])],
  };
}

function bands(title: string, names: readonly string[]) {
  const axis = nameAxis(title, names);
  return { ...axis, scale: { type: 'band', domain: names, padding: 0.04 }, guide: { ...axis.guide, labelAngle: 0 } };
}

function squares(data: readonly Datum[]): Layer {
  const color = {
    field: 'share',
    type: 'quantitative',
    scale: { type: 'linear', domain: [0, 1], range: SHADES, interpolate: 'rgb' },
    legend: null,
  };
  return { mark: { type: 'rect', stroke: '#dddddd', strokeWidth: 0.75 }, data, encoding: { color } };
}

function numbers(data: readonly Datum[]): Layer {
  const color = { condition: { test: `datum.share > ${DARK}`, value: '#ffffff' }, value: '#222222' };
  return {
    mark: { type: 'text', fontSize: TEXT_SIZE },
    data,
    encoding: { text: { field: 'text', type: 'nominal' }, color },
  };
}

export const confusion = defineFigure({
  name: 'confusion',
  summary: 'which class is taken for which after the last epoch, one panel an engine, summed over seeds',
  needs: [CONFUSION],
  options: {},
  build,
});
