/** A map over two swept keys, a panel an engine: shade and number of a cell say what came of its point. */
import { classAxis, roomOf, SQUARE, shadeLegend } from './cells.js';
import { type Built, chart, type Datum, type Layer, type Panel } from './chart.js';
import type { Frame } from './frame.js';
import { type Names, namesOf } from './names.js';
import { numberText, shareText } from './say.js';
import type { Run } from './source.js';
import { type Strand, type Swept, type SweptPoint, strandsOf } from './swept-points.js';
import { INK } from './theme.js';

interface Asked {
  readonly keys: readonly [x: string, y: string];
  readonly column: 'error' | 'cost';
  readonly frame: Frame;
  readonly notes: readonly string[];
}

const SHADES = ['#ffffff', '#2166AC'];
/** On a shade darker than this share text is white. */
const DARK = 0.6;

/** Engines that do not know both keys have no map: a note says what they came to. */
export function mapOf(runs: readonly Run[], swept: Swept, { keys, column, frame, notes }: Asked): Built {
  const strands = strandsOf(swept, keys);
  const drawn = strands.filter(({ points }) => points.every((point) => keys.every((key) => point.keys.includes(key))));
  const others = strands.filter((strand) => !drawn.includes(strand));
  const say = column === 'error' ? shareText : numberText;
  const short = (value: number) => (column === 'error' ? (100 * value).toFixed(1) : numberText(value));
  const sides = keys.map((key) => sideOf(drawn, key));
  const names = sides.map((side) => side.names);
  const most = names[0].length >= names[1].length ? names[0] : names[1];
  const all = drawn.flatMap(({ points }) => points);
  const room = roomOf(frame, { panels: drawn.length, names: most, texts: all.map(({ mean }) => short(mean)) });
  const means = all.map(({ mean }) => mean);
  const domain = [Math.min(...means), Math.max(...means)] as const;
  const cell = room.side / most.length;
  const panels = drawn.map(({ label, points }): Panel => {
    const data = points.map((point) => datumOf(point, keys, sides, short));
    return {
      title: label,
      x: classAxis(sides[0].title, names[0], cell * names[0].length),
      y: classAxis(sides[1].title, names[1].toReversed(), cell * names[1].length),
      layers: [
        squares(data, domain, room.text === undefined ? { side: room.side, say, column } : undefined),
        frames(data),
        ...(room.text === undefined ? [] : [numbers(data, domain, room.text)]),
      ].filter((layer) => layer.data.length > 0),
    };
  });
  const aside = others.flatMap(({ label, points }) =>
    points.length === 1 ? [`${label}, which these keys do not concern: ${say(points[0].mean)}`] : [],
  );
  const shade = `Shade${room.text === undefined ? '' : ' and number'}: the ${column}${column === 'error' && room.text !== undefined ? ' in %' : ''}; what validation chose is framed`;
  const made = chart(runs, panels, [shade, ...notes.filter((note) => !/^(Line|Rings)/.test(note)), ...aside], {
    columns: room.columns,
    width: cell * names[0].length,
    height: cell * names[1].length,
  });
  return { ...made, spec: { ...made.spec, ...SQUARE } };
}

interface Side extends Names {
  readonly names: readonly string[];
}

/** In the order of numbers, others as they come. */
function sideOf(strands: readonly Strand[], key: string): Side {
  const values = strands.flatMap(({ points }) => points.map(({ changes }) => changes[key]));
  if (values.every((value) => typeof value === 'number')) (values as number[]).sort((a, b) => a - b);
  const { title, of } = namesOf(key, values);
  return { title, of, names: [...new Set(values.map(of))] };
}

function datumOf(
  { changes, mean, chosen }: SweptPoint,
  keys: Asked['keys'],
  sides: readonly Names[],
  short: (value: number) => string,
): Datum {
  const [x, y] = keys.map((key, i) => sides[i].of(changes[key]));
  return { x, y, mean, text: short(mean), chosen: chosen ? 1 : 0 };
}

interface Bar {
  readonly side: number;
  readonly column: string;
  say(value: number): string;
}

function squares(data: readonly Datum[], [low, high]: readonly [number, number], bar: Bar | undefined): Layer {
  const domain = low < high ? [low, high] : [low, low + 1];
  const color = {
    field: 'mean',
    type: 'quantitative',
    scale: { type: 'linear', domain, range: SHADES, interpolate: 'rgb' },
    legend: bar ? shadeLegend(bar.column, [domain[0], domain[1]], bar.side, bar.say) : null,
  };
  return { mark: { type: 'rect', stroke: '#dddddd', strokeWidth: 0.75 }, data, encoding: { color } };
}

function frames(data: readonly Datum[]): Layer {
  const mark = { type: 'rect', filled: false, stroke: INK, strokeWidth: 1.5 };
  return { mark, data: data.filter(({ chosen }) => chosen === 1) };
}

function numbers(data: readonly Datum[], [low, high]: readonly [number, number], fontSize: number): Layer {
  const color = {
    condition: { test: `datum.mean > ${low + DARK * (high - low)}`, value: '#ffffff' },
    value: '#222222',
  };
  return { mark: { type: 'text', fontSize }, data, encoding: { text: { field: 'text', type: 'nominal' }, color } };
}
