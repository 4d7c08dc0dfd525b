/** A figure in its frame: panels in their places, titles of axes that fit beside them, legends that fit below. */
import { type Built, HEADING, type VegaLiteSpec } from './chart.js';
import { besideOf, type EndsOf, endLayers } from './ends.js';
import { BESIDE, type Frame, GAP, type Grid, gridOf, PADDING, widthOf } from './frame.js';
import { textWidth, wrap } from './text-width.js';
import { HEADING_GAP, LINE, SYMBOL_WIDTH, TEXT_SIZE, TITLE_SIZE } from './theme.js';

type Node = Readonly<Record<string, unknown>>;

/** What stands above the panels. */
export interface Words {
  readonly title: string;
  readonly subtitle: string;
}

/** The specification of a built figure of these panels: `concat`, or one view. */
export function arranged({ spec }: Built, frame: Frame, { title, subtitle }: Words): VegaLiteSpec {
  const width = widthOf(frame.size) - 2 * PADDING;
  const { concat, columns: given, ...rest } = spec as { concat: readonly Node[]; columns?: number };
  const grid = gridOf(frame, concat.length);
  const columns = given ?? grid.columns;
  const words = {
    text: titleLines(title, width),
    ...(subtitle === '' ? {} : { subtitle: wrap(subtitle, width, TEXT_SIZE, false, 3) }),
  };
  const { legend: apart = {} } = (spec['resolve'] ?? {}) as { legend?: Node };
  // below all panels, legends begin where the first one does, beside its axis
  const room = (channel: string) => (apart[channel] === 'independent' ? grid.width : width - BESIDE);
  const sameX = isSame(concat, 'x');
  const sameY = isSame(concat, 'y');
  return {
    ...(title === '' ? {} : { title: words }),
    ...rest,
    columns,
    spacing: { row: GAP, column: GAP },
    concat: concat.map((panel, i) =>
      placed(panel, grid, room, {
        x: sameX && columns === 1 && i < concat.length - 1,
        y: sameY && i % columns > 0,
      }),
    ),
  };
}

/** Lines of a title, as long as it is short. */
const MOST_LINES = 4;

/** Of a longer sentence as many of its parts as there is room for: the caption has all of them. */
function titleLines(title: string, width: number): string[] {
  const linesOf = (text: string, most: number) => wrap(text, width, TITLE_SIZE, true, most);
  const parts = title.split(/(?=; )/);
  for (let count = parts.length; count > 0; count--) {
    const text = parts.slice(0, count).join('');
    if (linesOf(text, Number.POSITIVE_INFINITY).length <= MOST_LINES) return linesOf(text, MOST_LINES);
  }
  return linesOf(parts[0], 2 * MOST_LINES);
}

/** Which axes of a panel say again what another one says in the same row or column. */
interface Repeated {
  readonly x: boolean;
  readonly y: boolean;
}

/** Room that the legend of a channel has. */
type LegendRoom = (channel: string) => number;

function placed(panel: Node, grid: Grid, legends: LegendRoom, repeated: Repeated): Node {
  const {
    width = grid.width,
    height = grid.height,
    layer,
    ends,
    ...rest
  } = panel as Partial<Grid> & { readonly layer: readonly Node[]; readonly ends?: EndsOf };
  const room = { x: width, y: height, names: width - (ends ? besideOf(ends) : 0) };
  return {
    ...rest,
    width,
    height,
    layer: [
      ...layer.map((one) => (one['name'] === HEADING ? headed(one, width) : encoded(one, room, legends, repeated))),
      ...(ends ? endLayers(ends, height) : []),
    ],
  };
}

/** A heading of several lines stands on its last. */
function headed(layer: Node, width: number): Node {
  const mark = layer['mark'] as { text: string };
  const text = wrap(mark.text, width, TEXT_SIZE, false, 5);
  const y = { value: -HEADING_GAP - (text.length - 1) * LINE };
  return { ...layer, mark: { ...mark, text }, encoding: { ...(layer['encoding'] as Node), y } };
}

interface Room {
  readonly x: number;
  readonly y: number;
  /** Of x, before curves are named beside it. */
  readonly names: number;
}

function encoded(layer: Node, room: Room, legends: LegendRoom, repeated: Repeated): Node {
  const channels = Object.entries((layer['encoding'] ?? {}) as Readonly<Record<string, Node>>);
  const encoding = channels.map(([channel, definition]) => {
    if (channel === 'x' && isOfNames(definition)) return [channel, namesAt(definition, room.names, repeated.x)];
    if (channel === 'x' || channel === 'y') return [channel, axisOf(definition, room[channel], repeated[channel])];
    return [channel, legendOf(definition, legends(channel))];
  });
  return { ...layer, encoding: Object.fromEntries(encoding) };
}

/** Its title in lines no longer than the axis, or none. */
function axisOf(definition: Node, length: number, isRepeated: boolean): Node {
  const { title, axis } = definition as { title?: unknown; axis?: Node | null };
  if (typeof title !== 'string' || title === '') return definition;
  if (!isRepeated) return { ...definition, title: wrap(title, length, TEXT_SIZE, false, 3) };
  return { ...definition, title: null, ...(axis && { axis: { ...axis, title: null, labels: false } }) };
}

const isOfNames = ({ scale }: Node): boolean => (scale as Node | undefined)?.['type'] === 'point';

/** Names lie flat, in lines between their words, where all of them fit so; otherwise they stand upright. */
function namesAt(definition: Node, length: number, isRepeated: boolean): Node {
  const made = axisOf(definition, length, isRepeated);
  const names = (definition['scale'] as { readonly domain: readonly string[] }).domain;
  const each = length / names.length - NAMES_APART;
  const lines = names.map((name) => wrap(name, each, TEXT_SIZE, false, Number.POSITIVE_INFINITY));
  const fit = lines.every((own, i) => own.length <= MOST_NAME_LINES && own.join(' ') === names[i]);
  if (!fit) return made;
  const labelExpr = `${JSON.stringify(lines)}[indexof(${JSON.stringify(names)}, datum.value)]`;
  return { ...made, axis: { ...(made['axis'] as Node), labelAngle: 0, labelExpr } };
}

/** Between names that lie beside each other. */
const NAMES_APART = 4;
const MOST_NAME_LINES = 3;

/** In as many columns as fit; a label that is longer than there is room is cut. */
function legendOf(definition: Node, room: number): Node {
  const { legend, scale } = definition as { legend?: Node | null; scale?: { domain?: unknown } };
  const labels = scale?.domain;
  if (!legend || legend['orient'] !== undefined || !Array.isArray(labels)) return definition;
  const widths = labels.map((label) => textWidth(String(label), TEXT_SIZE) + SYMBOL_WIDTH);
  const columns = columnsOf(widths, room);
  return { ...definition, legend: { ...legend, columns, labelLimit: room - SYMBOL_WIDTH } };
}

/** Each column is as wide as its widest entry. */
function columnsOf(widths: readonly number[], total: number): number {
  for (let columns = widths.length; columns > 1; columns--) {
    const widest = Array.from({ length: columns }, (_, i) =>
      Math.max(...widths.filter((_width, j) => j % columns === i)),
    );
    if (widest.reduce((sum, width) => sum + width, 0) <= total) return columns;
  }
  return 1;
}

/** Whether all panels have the same axis of this direction, in title and scale. */
function isSame(panels: readonly Node[], channel: 'x' | 'y'): boolean {
  const axes = panels.map((panel) => {
    const [first] = panel['layer'] as readonly { encoding?: Readonly<Record<string, Node>> }[];
    const { title, scale } = first.encoding?.[channel] ?? {};
    return JSON.stringify([title, scale]);
  });
  return panels.length > 1 && new Set(axes).size === 1;
}
