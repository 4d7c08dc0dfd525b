/** Square panels of cells: how large, how many beside each other, and whether a number has room in each cell. */
import { type Axis, nameAxis } from './axis.js';
import { type Frame, GAP, PADDING, tilesOf, widthOf } from './frame.js';
import { shareText } from './say.js';
import { textWidth } from './text-width.js';
import { LINE, TEXT_SIZE } from './theme.js';

/** For a specification: its panels stay square, and are not widened to where the paper ends. */
export const SQUARE = { usermeta: { square: true } };

export interface Room {
  readonly columns: number;
  /** Of a panel between its axes. */
  readonly side: number;
  /** Size of type in which every number fits its cell; undefined where none can be read that does. */
  readonly text: number | undefined;
}

interface Asked {
  readonly panels: number;
  /** Of a row of a panel. */
  readonly names: readonly string[];
  /** What stands in them. */
  readonly texts: readonly string[];
}

/** Beside the first panel of a row its ticks and its title, but for the names of cells; of others their ticks. */
const BESIDE = 20;
const TICKS = 4;
/** Names and title below a panel, and its heading. */
const AROUND = 58;
/** A page of a journal. */
const TALLEST = 720;
/** Sizes of type that can be read, of one column also where a phone shows it; the largest first. */
const SIZES = { 'one-column': [TEXT_SIZE], 'two-column': [TEXT_SIZE, 7, 6.5], slide: [TEXT_SIZE, 7, 6.5] } as const;
/** Of a cell left free on the two sides of a number together. */
const MARGIN = 2;
/** Between cells, as a share of one. */
const PADDED = 0.04;

/**
 * As many panels in a row as leave room for their numbers, and all on a page; without numbers, as many as tiles. The widest
 * number decides for all.
 */
export function roomOf(frame: Frame, { panels, names, texts }: Asked): Room {
  const tiles = tilesOf(frame, panels);
  const widest = Math.max(0, ...texts.map((text) => textWidth(text, 1)));
  const width = widthOf(frame.size) - 2 * PADDING - BESIDE - widestOf(names);
  const sideOf = (columns: number) => Math.floor((width - (columns - 1) * (GAP + TICKS)) / columns);
  for (let most = tiles.columns; most > 0; most--) {
    const rows = Math.ceil(panels / most);
    const columns = Math.ceil(panels / rows);
    const side = Math.floor(Math.min(sideOf(columns), TALLEST / rows - AROUND, MOST_SIDE));
    const cell = (side / names.length) * (1 - PADDED) - MARGIN;
    const text = SIZES[frame.size].find((size) => widest * size <= cell && size <= cell);
    if (text !== undefined) return { columns, side, text };
  }
  return { columns: tiles.columns, side: sideOf(tiles.columns), text: undefined };
}

const widestOf = (names: readonly string[]) => Math.max(...names.map((name) => textWidth(name, TEXT_SIZE)));

/** What is alone in two columns is no larger than it must be. */
const MOST_SIDE = 260;

/** Names of cells, all of them or every second, fifth, tenth, …: so that none lies on another. */
export function classAxis(title: string, names: readonly string[], side: number): Axis {
  const cell = side / names.length;
  const least = Math.max(widestOf(names) + 2, TEXT_SIZE);
  const every = [1, 2, 5, 10, 20, 50, 100].find((n) => n * cell >= least) ?? names.length;
  const { guide, ...axis } = nameAxis(title, names);
  const values = every === 1 ? {} : { values: names.filter((_, i) => i % every === 0) };
  return {
    ...axis,
    scale: { type: 'band', domain: names, padding: PADDED },
    guide: { ...guide, labelAngle: 0, ...values },
  };
}

/** The bar of a shade, where no number says what it stands for. */
export function shadeLegend(
  title: string,
  [low, high]: readonly [number, number],
  side: number,
  say: (value: number) => string = shareText,
): object {
  const values = [low, high];
  const labels = JSON.stringify(values.map(say));
  return {
    title,
    orient: 'bottom',
    direction: 'horizontal',
    gradientLength: side,
    gradientThickness: LINE,
    values,
    labelExpr: `${labels}[indexof(${JSON.stringify(values)}, datum.value)]`,
  };
}
