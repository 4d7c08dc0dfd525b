/** Curves named where they end, at the right of their panel, in place of a legend. */
import { type Axis, shareAlong } from './axis.js';
import type { Style } from './roles.js';
import { textWidth, wrap } from './text-width.js';
import { LINE, TEXT_SIZE } from './theme.js';

export interface End {
  /** Its label is written. */
  readonly style: Style;
  /** Where the curve ends, on the axis. */
  readonly y: number;
  /** Whether points of its shape are drawn. */
  readonly points?: boolean;
}

type Mark = Readonly<Record<string, unknown>>;

/** More curves than this have a legend. */
const MOST = 5;
/**
 * From the curve's end to its name: a gap, a grey hairline across to the name's height, which no curve is like, and the
 * curve's own stroke, level, as a legend has it.
 */
const APART = 3;
const LEADER = 4.5;
const KEY = 8;
const GAP = 2.5;
const KEY_AT = APART + LEADER + 1;
const NAME = KEY_AT + KEY + GAP;
/** Longer names go on in a second line. */
const WIDEST = 10 * TEXT_SIZE;
/** Of no series: pale, so that it stays behind. */
const LEADS = '#aaaaaa';
/** Held by a printer even where a figure is drawn a little smaller. */
const THINNEST = 0.8;

/** Whether all series of a figure are few enough to be named at their ends. */
export function areNamedAtEnds(styles: readonly Style[]): boolean {
  return styles.length <= MOST;
}

/** What a panel hands to its frame. */
export interface EndsOf {
  readonly ends: readonly End[];
  /** Of their values. */
  readonly axis: Axis;
}

const linesOf = ({ style: { label } }: End) => wrap(label, WIDEST, TEXT_SIZE, false, 6);

/** Width of all that stands beside the panel. */
export function besideOf({ ends }: EndsOf): number {
  return ends.length === 0 ? 0 : NAME + Math.max(...ends.flatMap(linesOf).map((line) => textWidth(line, TEXT_SIZE)));
}

/** The names as marks beside a panel of this height, each led to from its curve; none lies on another. */
export function endLayers({ ends, axis }: EndsOf, height: number): Mark[] {
  const boxes = ends.map((end) => {
    const lines = linesOf(end);
    return { end, lines, wanted: (1 - shareAlong(axis, end.y)) * height, size: lines.length * LINE };
  });
  const middles = apart(boxes, height);
  return boxes.flatMap(({ end, lines, wanted }, i) => [
    leader(wanted, middles[i]),
    key(end, middles[i]),
    ...(end.points ? [symbol(end, middles[i])] : []),
    name(lines, middles[i]),
  ]);
}

/**
 * Middles of boxes in a column, near to where they are wanted, in that order, none on another: none above the top, where the
 * heading is, nor with its middle below the bottom as long as there is room.
 */
export function apart(boxes: readonly { readonly wanted: number; readonly size: number }[], height: number): number[] {
  const order = boxes.map((_, i) => i).sort((a, b) => boxes[a].wanted - boxes[b].wanted || a - b);
  const middles = boxes.map(({ wanted }) => wanted);
  let top = 0;
  for (const i of order) {
    middles[i] = Math.max(middles[i], top + boxes[i].size / 2);
    top = middles[i] + boxes[i].size / 2;
  }
  let bottom = height + (boxes[order.at(-1) ?? 0]?.size ?? 0) / 2;
  for (const i of order.toReversed()) {
    middles[i] = Math.min(middles[i], bottom - boxes[i].size / 2);
    bottom = middles[i] - boxes[i].size / 2;
  }
  const above = Math.min(0, bottom);
  return middles.map((middle) => middle - above);
}

/** Beside the panel, however wide it turns out to be. */
const atRight = { value: 'width' };

function leader(from: number, to: number): Mark {
  return {
    mark: { type: 'rule', color: LEADS, strokeWidth: THINNEST, xOffset: APART, x2Offset: APART + LEADER },
    data: { values: [{}] },
    encoding: { x: atRight, x2: atRight, y: { value: rounded(from) }, y2: { value: rounded(to) } },
  };
}

function key({ style: { color, dash = [1, 0], width = 1.2 } }: End, y: number): Mark {
  return {
    mark: { type: 'rule', color, strokeDash: dash, strokeWidth: width, xOffset: KEY_AT, x2Offset: KEY_AT + KEY },
    data: { values: [{}] },
    encoding: { x: atRight, x2: atRight, y: { value: rounded(y) } },
  };
}

function symbol({ style: { color, shape } }: End, y: number): Mark {
  return {
    mark: { type: 'point', filled: true, color, shape: shape ?? 'circle', size: 20, xOffset: KEY_AT + KEY / 2 },
    data: { values: [{}] },
    encoding: { x: atRight, y: { value: rounded(y) } },
  };
}

function name(lines: readonly string[], middle: number): Mark {
  const first = middle - ((lines.length - 1) * LINE) / 2;
  return {
    mark: {
      type: 'text',
      text: lines,
      align: 'left',
      baseline: 'middle',
      dx: NAME,
    },
    data: { values: [{}] },
    encoding: { x: atRight, y: { value: rounded(first) } },
  };
}

/** The last bits of a logarithm are no part of a figure. */
const rounded = (length: number): number => Math.round(length * 100) / 100;
