import { type Axis, position } from './axis.js';
import { areNamedAtEnds, type End, type EndsOf } from './ends.js';
import type { Grid } from './frame.js';
import { commonFacts } from './labels.js';
import type { Style } from './roles.js';
import { type Run, specValue } from './source.js';
import { HEADING_GAP, INK } from './theme.js';

/** A Vega-Lite specification: plain JSON. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

/** What a module makes of the runs: the figure without its title, and what to say of it. */
export interface Built {
  readonly spec: VegaLiteSpec;
  /** One sentence with a number computed from the rows drawn: title, alternative text, card, caption. */
  readonly finding: string;
  /** A few words below the title: network, step, seeds. */
  readonly facts?: string;
  /** What is drawn: axes, symbols, network, step, seeds, what was left out. */
  readonly caption: string;
}

/** One datum of a panel; `series` names its style. */
export type Datum = Readonly<Record<string, string | number>>;

/** Marks over one set of data. */
export interface Layer {
  readonly mark: string | Readonly<Record<string, unknown>>;
  readonly data: readonly Datum[];
  /** Channels beside x and y. */
  readonly encoding?: Readonly<Record<string, unknown>>;
}

/** One pair of axes. */
export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly layers: readonly Layer[];
  /** Curves that are named where they end, at the right; others have a legend. */
  readonly ends?: readonly End[];
}

/** What layers that are headings are called. */
export const HEADING = 'heading';

/**
 * The whole figure: its panels, legends below; its caption has the facts of the runs drawn. The frame gives sizes and places,
 * unless `grid` does: then those stay as they are.
 */
export function chart(
  runs: readonly Run[],
  panels: readonly Panel[],
  notes: readonly string[] = [],
  grid: Partial<Grid> = {},
): Built {
  const title = specValue(runs[0], 'title') ?? specValue(runs[0], 'name') ?? '';
  const source = specValue(runs[0], 'source');
  const facts = commonFacts(runs);
  const said = [facts, ...(source === undefined ? [] : [String(source)]), ...notes];
  return {
    spec: { ...(grid.columns && { columns: grid.columns }), concat: panels.map((panel) => drawPanel(panel, grid)) },
    finding: String(title),
    facts,
    caption: said.map(sentence).join(' '),
  };
}

/** With a full stop at its end. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function drawPanel({ title, x, y, layers, ends = [] }: Panel, { width, height }: Partial<Grid>): VegaLiteSpec {
  const named: EndsOf = { ends, axis: y };
  return {
    ...(width && { width }),
    ...(height && { height }),
    // for the frame, which knows how high the panel is
    ends: named,
    layer: [
      ...layers.map(({ mark, data, encoding }) => ({
        mark,
        data: { values: underFirst(data, encoding) },
        encoding: { x: position('x', x), y: position('y', y), ...encoding },
      })),
      heading(title),
    ],
  };
}

/** Vega draws series in the order of their first data: the widest lines go under the others. */
function underFirst(data: readonly Datum[], encoding: Layer['encoding']): readonly Datum[] {
  const { scale } = (encoding?.['strokeWidth'] ?? {}) as { scale?: { domain?: unknown; range?: unknown } };
  const [labels, widths] = [scale?.domain, scale?.range];
  if (!Array.isArray(labels) || !Array.isArray(widths) || data[0]?.['series'] === undefined) return data;
  const width = new Map(labels.map((label, i) => [label, Number(widths[i])]));
  return [...data].sort((a, b) => (width.get(b['series']) ?? 0) - (width.get(a['series']) ?? 0));
}

/** A panel's heading as a mark: Vega's own titles stand higher or lower with the labels of the axis beside them. */
function heading(text: string): VegaLiteSpec {
  return {
    name: HEADING,
    mark: { type: 'text', text, align: 'left', baseline: 'bottom', color: INK },
    data: { values: [{}] },
    encoding: { x: { value: 0 }, y: { value: -HEADING_GAP } },
  };
}

/** How a figure tells its series apart. */
interface Naming {
  /** At the ends of curves: no legend. By default where they are few. */
  readonly named?: boolean;
  /** What the legend shows of each; the same for all layers of a figure. */
  readonly symbols?: 'stroke' | 'point';
}

/** Colour, dash and width by `series`; one legend for all three. */
export function lineStyles(styles: readonly Style[], naming: Naming = {}): Record<string, unknown> {
  const legend = legendOf(styles, { symbols: 'stroke', ...naming });
  return {
    color: bySeries(styles, ({ color }) => color, legend),
    strokeDash: bySeries(styles, ({ dash }) => dash ?? [1, 0], legend),
    strokeWidth: bySeries(styles, ({ width }) => width ?? 1.2, legend),
  };
}

/** Colour and shape by `series`, for points. */
export function pointStyles(styles: readonly Style[], naming: Naming = {}): Record<string, unknown> {
  const legend = legendOf(styles, { symbols: 'point', ...naming });
  return {
    color: bySeries(styles, ({ color }) => color, legend),
    shape: bySeries(styles, ({ shape }) => shape ?? 'circle', legend, 'nominal'),
  };
}

/** One channel by the field `series`. Vega-Lite warns of a nominal width and of an ordinal shape. */
export function bySeries(
  styles: readonly Style[],
  pick: (style: Style) => unknown,
  legend: Readonly<Record<string, unknown>> | null,
  type: 'nominal' | 'ordinal' = 'ordinal',
): Record<string, unknown> {
  const domain = styles.map(({ label }) => label);
  return { field: 'series', type, sort: null, scale: { type: 'ordinal', domain, range: styles.map(pick) }, legend };
}

/** A stroke long enough to show its dashes, and no higher than a line of text. */
const STROKE_SYMBOL = { symbolType: 'M-2.6,0L2.6,0', symbolSize: 64, labelOffset: 12 };

const POINT_SYMBOL = { symbolSize: 24 };

/** The frame finds how many columns fit. */
function legendOf(styles: readonly Style[], { named, symbols }: Naming): Record<string, unknown> | null {
  if (named ?? areNamedAtEnds(styles)) return null;
  return { title: null, ...(symbols === 'point' ? POINT_SYMBOL : STROKE_SYMBOL) };
}
