import { type Axis, position } from './axis.js';
import type { Grid } from './frame.js';
import { commonFacts } from './labels.js';
import { type Run, specValue } from './source.js';
import { HEADING_GAP, INK, PALETTE, SHAPES } from './theme.js';

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
}

/** What layers that are headings are called. */
export const HEADING = 'heading';

/** How one series is drawn, and called in the legend. */
export interface Style {
  readonly label: string;
  readonly color: string;
  readonly dash?: readonly number[];
  readonly width?: number;
  readonly shape?: string;
}

/**
 * The whole figure: its panels, legends below; its caption has the facts of the runs drawn. The frame gives sizes and places,
 * unless `grid` does: then they stay as they are.
 */
export function chart(
  runs: readonly Run[],
  panels: readonly Panel[],
  notes: readonly string[] = [],
  grid?: Grid,
): Built {
  const title = specValue(runs[0], 'title') ?? specValue(runs[0], 'name') ?? '';
  const source = specValue(runs[0], 'source');
  const facts = commonFacts(runs);
  const said = [facts, ...(source === undefined ? [] : [String(source)]), ...notes];
  return {
    spec: { ...(grid && { columns: grid.columns }), concat: panels.map((panel) => drawPanel(panel, grid)) },
    finding: String(title),
    facts,
    caption: said.map(sentence).join(' '),
  };
}

/** With a full stop at its end. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function drawPanel({ title, x, y, layers }: Panel, grid: Grid | undefined): VegaLiteSpec {
  return {
    ...(grid && { width: grid.width, height: grid.height }),
    layer: [
      ...layers.map(({ mark, data, encoding }) => ({
        mark,
        data: { values: data },
        encoding: { x: position('x', x), y: position('y', y), ...encoding },
      })),
      heading(title),
    ],
  };
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

/** Colour, dash and width by `series`; one legend for all three, in as many columns as fit. */
export function lineStyles(styles: readonly Style[], _panels?: number): Record<string, unknown> {
  const legend = legendOf(STROKE_SYMBOL);
  return {
    color: bySeries(styles, ({ color }) => color, legend),
    strokeDash: bySeries(styles, ({ dash }) => dash ?? [1, 0], legend),
    strokeWidth: bySeries(styles, ({ width }) => width ?? 1.2, legend),
  };
}

/** Colour and shape by `series`, for points. */
export function pointStyles(styles: readonly Style[], _panels?: number): Record<string, unknown> {
  const legend = legendOf({ symbolSize: 24 });
  return {
    color: bySeries(styles, ({ color }) => color, legend, 'nominal'),
    shape: bySeries(styles, ({ shape }) => shape ?? 'circle', legend, 'nominal'),
  };
}

/** The style of the n-th series of points; colours and shapes come round at different turns. */
export function pointStyle(label: string, n: number): Style {
  const turn = Math.floor(n / PALETTE.length);
  return { label, color: PALETTE[n % PALETTE.length], shape: SHAPES[(n + turn) % SHAPES.length] };
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

/** The frame finds how many columns fit. */
function legendOf(more: Record<string, unknown>): Record<string, unknown> {
  return { title: null, ...more };
}
