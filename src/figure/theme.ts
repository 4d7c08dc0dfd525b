/** Okabe & Ito's colours, which the colour-blind can tell apart; without the yellow, too pale for lines. */
export const PALETTE = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'] as const;

/** Filled points that differ in outline. */
export const SHAPES = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'triangle-down',
  'cross',
  'triangle-right',
] as const;

export const GREY = '#777777';

/** `share` of the way from one #rrggbb to another. */
export function mix(from: string, to: string, share: number): string {
  const channel = (color: string, i: number) => Number.parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(from, i) * (1 - share) + channel(to, i) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

export const FONT = 'DejaVu Sans';
export const TITLE_SIZE = 14;
export const TEXT_SIZE = 11;

/** Vega-Lite's config: white, thin axes, no grid. */
export const CONFIG = {
  background: '#ffffff',
  font: FONT,
  padding: 12,
  view: { stroke: null },
  axis: {
    grid: false,
    domainColor: '#333333',
    domainWidth: 0.8,
    tickColor: '#333333',
    tickWidth: 0.8,
    tickSize: 4,
    labelColor: '#222222',
    labelFontSize: TEXT_SIZE,
    labelPadding: 3,
    titleColor: '#111111',
    titleFontSize: TEXT_SIZE + 1,
    titleFontWeight: 'normal',
    titlePadding: 7,
  },
  axisX: { labelFlush: false },
  legend: {
    labelFontSize: TEXT_SIZE,
    labelColor: '#222222',
    labelLimit: 0,
    titleFontSize: TEXT_SIZE,
    titleFontWeight: 'normal',
    titleColor: '#222222',
    titleLimit: 0,
    symbolSize: 600,
    symbolStrokeWidth: 2,
    columnPadding: 18,
    rowPadding: 3,
    offset: 14,
    orient: 'bottom',
    layout: { bottom: { anchor: 'start', direction: 'vertical', margin: 6 } },
  },
  title: {
    anchor: 'start',
    frame: 'bounds',
    fontSize: TITLE_SIZE,
    fontWeight: 'bold',
    color: '#111111',
    offset: 14,
    subtitleFontSize: TEXT_SIZE,
    subtitleColor: '#444444',
    subtitlePadding: 6,
    lineHeight: TITLE_SIZE + 4,
    subtitleLineHeight: TEXT_SIZE + 4,
  },
  line: { strokeCap: 'butt', strokeJoin: 'round' },
  point: { filled: true, size: 34, opacity: 1 },
} as const;

/** Curves that coincide show through each other's gaps. */
export const DASHES = [
  [1, 0],
  [7, 3],
  [9, 3, 2, 3],
  [4, 2],
  [12, 4],
  [3, 3],
  [6, 2, 2, 2, 2, 2],
] as const;
