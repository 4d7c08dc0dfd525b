import { type Axis, position } from './axis.js';
import { commonFacts } from './labels.js';
import { type Run, specValue } from './source.js';
import { textWidth } from './text-width.js';
import { PALETTE, SHAPES, TEXT_SIZE } from './theme.js';

/** A Vega-Lite specification: plain JSON. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>;

/** What a module makes of the runs: the figure without its title, and what to say of it. */
export interface Built {
  readonly spec: VegaLiteSpec;
  /** One sentence with a number computed from the rows drawn: title, alternative text, card, caption. */
  readonly finding: string;
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

/** How one series is drawn, and called in the legend. */
export interface Style {
  readonly label: string;
  readonly color: string;
  readonly dash?: readonly number[];
  readonly width?: number;
  readonly shape?: string;
}

const HEIGHT = 260;
const MARGIN = 75;

/** Panels in a row up to three; four are two by two. */
export function gridOf(panels: number): { columns: number; width: number } {
  if (panels === 1) return { columns: 1, width: 420 };
  if (panels === 2 || panels === 4) return { columns: 2, width: 340 };
  return { columns: 3, width: 290 };
}

/** The whole figure: panels in a grid, legends below; its caption has the facts of the runs drawn. */
export function chart(runs: readonly Run[], panels: readonly Panel[], notes: readonly string[] = []): Built {
  const { columns, width } = gridOf(panels.length);
  const title = specValue(runs[0], 'title') ?? specValue(runs[0], 'name') ?? '';
  const source = specValue(runs[0], 'source');
  const facts = [commonFacts(runs), ...(source === undefined ? [] : [String(source)]), ...notes];
  return {
    spec: { columns, spacing: { row: 30, column: 30 }, concat: panels.map((panel) => drawPanel(panel, width)) },
    finding: String(title),
    caption: facts.map(sentence).join(' '),
  };
}

/** With a full stop at its end. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

export function totalWidth(panels: number): number {
  const { columns, width } = gridOf(panels);
  return columns * (width + MARGIN);
}

function drawPanel({ title, x, y, layers }: Panel, width: number): VegaLiteSpec {
  return {
    width,
    height: HEIGHT,
    layer: [
      ...layers.map(({ mark, data, encoding }) => ({
        mark,
        data: { values: data },
        encoding: { x: position('x', x), y: position('y', y), ...encoding },
      })),
      heading(title, width),
    ],
  };
}

/** A panel's heading as a mark: Vega's own titles stand higher or lower with the labels of the axis beside them. */
function heading(text: string, width: number): VegaLiteSpec {
  return {
    mark: { type: 'text', text, fontSize: TEXT_SIZE + 1, baseline: 'bottom', color: '#111111' },
    data: { values: [{}] },
    encoding: { x: { value: width / 2 }, y: { value: -12 } },
  };
}

/** Colour, dash and width by `series`; one legend for all three, in as many columns as fit. */
export function lineStyles(styles: readonly Style[], panels: number): Record<string, unknown> {
  const legend = legendOf(styles, panels, { symbolType: 'stroke' });
  return {
    color: bySeries(styles, ({ color }) => color, legend),
    strokeDash: bySeries(styles, ({ dash }) => dash ?? [1, 0], legend),
    strokeWidth: bySeries(styles, ({ width }) => width ?? 1.6, legend),
  };
}

/** Colour and shape by `series`, for points. */
export function pointStyles(styles: readonly Style[], panels: number): Record<string, unknown> {
  const legend = legendOf(styles, panels, { symbolSize: 60 });
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

const SYMBOL = 50;

function legendOf(styles: readonly Style[], panels: number, more: Record<string, unknown>): Record<string, unknown> {
  const widest = Math.max(0, ...styles.map(({ label }) => textWidth(label, TEXT_SIZE)));
  const columns = Math.min(styles.length, Math.max(1, Math.floor(totalWidth(panels) / (widest + SYMBOL))));
  return { title: null, columns, ...more };
}
