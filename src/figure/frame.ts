/** What a figure is drawn into: its size on paper, and how it is dressed. The modules build the same figure for every frame. */
import * as z from 'zod';

/** Millimetres of an inch, and points (Vega's pixels) of it. */
const INCH_MM = 25.4;
export const INCH_POINTS = 72;
export const toMm = (points: number) => (points / INCH_POINTS) * INCH_MM;
export const toPoints = (mm: number) => (mm / INCH_MM) * INCH_POINTS;

/** Its width; drawn at `scale` times the size of print. */
interface Paper {
  readonly mm: number;
  readonly scale: number;
}

/** A column, and two columns of a journal; a slide, which is read from afar. */
export const PAPERS = {
  'one-column': { mm: 85, scale: 1 },
  'two-column': { mm: 178, scale: 1 },
  slide: { mm: 254, scale: 2 },
} as const satisfies Record<string, Paper>;

export type Size = keyof typeof PAPERS;

/** What the spec may say of any figure; without defaults, so that the resolved spec of a figure says what its file does. */
export const frameOptions = {
  size: z.enum(['one-column', 'two-column', 'slide']).optional().describe('85 mm (the default), 178 mm or 254 mm wide'),
  theme: z
    .enum(['print', 'screen'])
    .optional()
    .describe('print (the default): black on white; screen: the colours of the page around it, light or dark'),
  format: z
    .array(z.enum(['svg', 'png', 'pdf', 'vega']))
    .min(1)
    .optional()
    .describe('files beside the SVG that reports show; default [svg, png]; vega: the Vega-Lite spec, for {file: …}'),
  title: z
    .enum(['finding', 'plain', 'none'])
    .optional()
    .describe('finding (the default): what the figure finds; plain: the title of the experiment; none, for LaTeX'),
  band: z
    .enum(['sd', 'range', 'none'])
    .optional()
    .describe('spread over seeds: standard deviation, smallest to largest, none; default what suits the figure'),
};

export type FrameOptions = z.output<z.ZodObject<typeof frameOptions>>;
export type Format = NonNullable<FrameOptions['format']>[number];

export interface Frame {
  readonly size: Size;
  /** `print` is black on white; `screen` takes the colours of the page that it stands in. */
  readonly theme: NonNullable<FrameOptions['theme']>;
  readonly title: NonNullable<FrameOptions['title']>;
  readonly format: readonly Format[];
  /** The spread over seeds; undefined: what suits the figure. */
  readonly band?: FrameOptions['band'];
}

/** How its file ends. */
export const EXTENSIONS: Readonly<Record<Format, string>> = { svg: 'svg', png: 'png', pdf: 'pdf', vega: 'vl.json' };

/** Where nothing else is asked for. */
export const FRAME: Frame = { size: 'one-column', theme: 'print', title: 'finding', format: ['svg', 'png'] };

/** What is asked for, and what suits where nothing is. There is always an SVG. */
export function frameOf({ size, theme, format, title, band }: Partial<FrameOptions>): Frame {
  return {
    size: size ?? FRAME.size,
    theme: theme ?? FRAME.theme,
    title: title ?? FRAME.title,
    format: format === undefined ? FRAME.format : [...new Set<Format>(['svg', ...format])],
    band,
  };
}

/** Places of panels, in points. */
export interface Grid {
  readonly columns: number;
  /** Of a panel between its axes; the frame corrects it by what titles and labels of axes turn out to take. */
  readonly width: number;
  readonly height: number;
}

/** Room that axis, labels and title take beside and below a panel. */
export const BESIDE = 44;
/** Between the panels of a row, and around the figure. */
export const GAP = 12;
export const PADDING = 3;

/** Width of the whole figure as it is drawn, in points. */
export function widthOf(size: Size): number {
  const { mm, scale } = PAPERS[size];
  return toPoints(mm) / scale;
}

/** Panels stand below each other in one column, in rows of up to three in two, of two on a slide; four are two by two. */
export function gridOf({ size }: Pick<Frame, 'size'>, panels: number): Grid {
  const most = { 'one-column': 1, 'two-column': panels === 4 ? 2 : 3, slide: 2 }[size];
  const columns = Math.min(panels, most);
  const width = (widthOf(size) - 2 * PADDING - (columns - 1) * GAP) / columns - BESIDE;
  const rows = Math.ceil(panels / columns);
  return { columns, width: Math.floor(width), height: { 1: 135, 2: 112 }[rows] ?? 92 };
}

/** Places of square pictures without axes: two in a row of one column, four in a row of two. */
export function tilesOf({ size }: Pick<Frame, 'size'>, tiles: number): Grid {
  const columns = Math.min(tiles, size === 'one-column' ? 2 : 4);
  const side = Math.floor((widthOf(size) - 2 * PADDING - (columns - 1) * GAP) / columns);
  return { columns, width: side, height: side };
}
