/** What the marks of a figure say: Vega labels each with the values that it stands for, and each axis with its scale. */
import { type Element, elementsOf } from './svg.js';

/** An axis of a panel, from which a place is a value again. */
export interface Axis {
  readonly title: string;
  readonly scale: string;
  readonly from: number;
  readonly to: number;
}

/** A rectangle with axes, in which marks stand. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly x?: Axis | undefined;
  readonly y?: Axis | undefined;
}

/** What a mark says of one quantity. */
export interface Said {
  readonly title: string;
  readonly value: string;
}

const SCALES = ['linear', 'log', 'sqrt'];

/** The panel that a group is; undefined where it is none. */
export function panelOf(group: Element): Panel | undefined {
  const inner = group.children.filter((child) => typeof child === 'object');
  const frame = inner.find(({ attributes }) => attributes.get('class') === 'background');
  const size = /^M[\d.]+,[\d.]+h([\d.]+)v([\d.]+)h/.exec(frame?.attributes.get('d') ?? '');
  if (!size || Number(size[1]) === 0) return undefined;
  const axes = inner
    .flatMap(({ children }) => children)
    .filter((child) => typeof child === 'object')
    .map(({ attributes }) => axisOf(attributes.get('aria-label') ?? ''));
  const along = (way: string) => axes.find((axis) => axis?.way === way);
  const [x, y] = [along('X'), along('Y')];
  return x || y ? { width: Number(size[1]), height: Number(size[2]), x, y } : undefined;
}

function axisOf(label: string): (Axis & { way: string }) | undefined {
  const found = /^([XY])-axis(?: titled '(.*)')? for a (\w+) scale with values from (\S+) to (\S+)$/.exec(label);
  if (!found) return undefined;
  const [, way, title = '', scale, from, to] = found;
  const axis = { way, title, scale, from: numberIn(from), to: numberIn(to) };
  return SCALES.includes(scale) && Number.isFinite(axis.from) && Number.isFinite(axis.to) ? axis : undefined;
}

/** The titles of axes that panels share, by their domains: of stacked panels the lowest alone says it. */
export function sharedTitles(root: Element): (panel: Panel) => Panel {
  const titles = new Map<string, string>();
  const key = ({ scale, from, to }: Axis) => `${scale} ${from} ${to}`;
  for (const each of elementsOf(root)) {
    const { x } = (each.name === 'g' && panelOf(each)) || {};
    if (x && x.title !== '') titles.set(key(x), x.title);
  }
  return (panel) => {
    const { x } = panel;
    return x?.title === '' ? { ...panel, x: { ...x, title: titles.get(key(x)) ?? '' } } : panel;
  };
}

/** Whether words of a mark are those of an axis: titles in several lines are joined in two ways, and `x` is one without a title. */
export function isOf(axis: Axis | undefined, way: 'x' | 'y', title: string): boolean {
  const plain = (words: string) => words.replace(/[\s,]+/g, ' ');
  return axis !== undefined && (title === way || plain(title) === plain(axis.title));
}

/** `time t: 0; series: EP exact` */
export function saidBy(label: string): Said[] {
  return label.split('; ').map((part) => {
    const at = part.indexOf(': ');
    return at < 0 ? { title: '', value: part } : { title: part.slice(0, at), value: part.slice(at + 2) };
  });
}

/** Typographers' minus signs are signs. */
export function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace('−', '-'));
}
