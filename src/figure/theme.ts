export const GREY = '#777777';

/** `share` of the way from one #rrggbb to another. */
export function mix(from: string, to: string, share: number): string {
  const channel = (color: string, i: number) => Number.parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(from, i) * (1 - share) + channel(to, i) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** The font of the package, which figures bring along, and what is as wide where a program takes none from a file. */
export const FONT = 'DejaVu Sans';
const FONTS = `${FONT}, Verdana, sans-serif`;

/** Everything is measured in points of print. Of a figure of one column that a phone shows 360 px wide, text has 11 px. */
export const TITLE_SIZE = 8.5;
export const TEXT_SIZE = 7.5;
/** From one line of text to the next. */
export const LINE = 9.5;
/** The thinnest that a printer holds. */
const THIN = 0.75;
/** Between a panel and its heading. */
export const HEADING_GAP = 5;

export const INK = '#111111';
export const SOFT = '#444444';
export const PAPER = '#ffffff';

/** Of a legend: room for a symbol, and up to the next entry. */
const SYMBOL = 22;
const COLUMN_GAP = 10;
export const SYMBOL_WIDTH = SYMBOL + COLUMN_GAP + 6;

/** Vega-Lite's config: white, thin axes, no grid. */
export const CONFIG = {
  background: PAPER,
  font: FONTS,
  padding: 3,
  view: { stroke: null },
  concat: { spacing: 12 },
  axis: {
    grid: false,
    domainColor: INK,
    domainWidth: THIN,
    tickColor: INK,
    tickWidth: THIN,
    tickSize: 3,
    labelColor: INK,
    labelFontSize: TEXT_SIZE,
    labelPadding: 2,
    labelSeparation: 3,
    titleColor: INK,
    titleFontSize: TEXT_SIZE,
    titleFontWeight: 'normal',
    titleLineHeight: LINE,
    titlePadding: 4,
  },
  axisX: { labelFlush: false },
  legend: {
    labelFontSize: TEXT_SIZE,
    labelColor: INK,
    labelLimit: 0,
    titleFontSize: TEXT_SIZE,
    titleFontWeight: 'normal',
    titleColor: INK,
    titleLimit: 0,
    symbolSize: 50,
    symbolStrokeWidth: 1.5,
    columnPadding: COLUMN_GAP,
    rowPadding: 2,
    offset: 8,
    orient: 'bottom',
    layout: { bottom: { anchor: 'start', direction: 'vertical', margin: 3 } },
  },
  title: {
    anchor: 'start',
    frame: 'bounds',
    fontSize: TITLE_SIZE,
    fontWeight: 'bold',
    color: INK,
    offset: 8,
    subtitleFontSize: TEXT_SIZE,
    subtitleColor: SOFT,
    subtitlePadding: 2,
    lineHeight: TITLE_SIZE + 2.5,
    subtitleLineHeight: LINE,
  },
  text: { fontSize: TEXT_SIZE, lineHeight: LINE },
  // without a width: Vega-Lite would take it for that of every line, whatever the channel strokeWidth says
  line: { strokeCap: 'butt', strokeJoin: 'round' },
  rule: { strokeWidth: THIN },
  point: { filled: true, size: 14, opacity: 1 },
} as const;
