/** Makes a drawn view as wide as it shall be: the room that axes, titles and legends take is known only once they are drawn. */
import type { View } from 'vega';
import { PADDING } from './frame.js';

/** How much narrower it may stay, in points: places of columns are whole points. */
const NEAR = 2;
const MOST_TRIES = 6;
/** A panel is not made narrower than this share of what it was. */
const LEAST = 0.2;

/** Signals of a compiled specification that are widths of panels, with what they are; of square panels their heights, too. */
export type Widths = ReadonlyMap<string, number>;

interface Compiled {
  readonly width?: unknown;
  readonly height?: unknown;
  readonly signals?: readonly { name: string; value?: unknown }[];
  readonly usermeta?: { readonly square?: boolean };
}

export const isSquare = ({ usermeta }: Compiled): boolean => usermeta?.square === true;

export function widthsIn(compiled: Compiled): Widths {
  const { width, height, signals = [] } = compiled;
  const all = [{ name: 'width', value: width }, { name: 'height', value: height }, ...signals];
  const sides = isSquare(compiled) ? /(^|_)(width|height)$|^child(Width|Height)$/ : /(^|_)width$|^childWidth$/;
  return new Map(
    all.flatMap(({ name, value }): [string, number][] =>
      sides.test(name) && typeof value === 'number' && value > 0 ? [[name, value]] : [],
    ),
  );
}

/** A rectangle of the plane in which a view is drawn, in points. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Around all that is drawn, with its padding. */
export function boxOf(view: View): Box {
  const { root } = view.scenegraph() as unknown as { root: { bounds: Record<'x1' | 'x2' | 'y1' | 'y2', number> } };
  const { x1, x2, y1, y2 } = root.bounds;
  return { x: x1 - PADDING, y: y1 - PADDING, width: x2 - x1 + 2 * PADDING, height: y2 - y1 + 2 * PADDING };
}

/**
 * Widens or narrows all panels by one factor until the whole is just `total` wide: by secants, since labels come and go, within
 * what was too narrow and too wide; where a label that comes leaps over `total`, as wide as it was without.
 * @param narrows only where it is wider
 */
export async function fitWidth(view: View, widths: Widths, total: number, narrows = false): Promise<void> {
  if ((narrows && boxOf(view).width <= total) || widths.size === 0) return;
  let [factor, got] = [1, boxOf(view).width];
  // the widest that fits, the narrowest that does not
  let [fits, exceeds] = [LEAST, Number.POSITIVE_INFINITY];
  // what a change of the factor by 1 is worth
  let slope = [...widths.values()].reduce((sum, width) => sum + width, 0);
  const draw = async (next: number) => {
    for (const [name, width] of widths) view.signal(name, width * next);
    await view.runAsync();
    const now = boxOf(view).width;
    if (Math.abs(now - got) > NEAR) slope = (now - got) / (next - factor);
    [factor, got] = [next, now];
  };
  const isNear = () => got <= total && got > total - NEAR;
  for (let tries = 0; !isNear() && tries < MOST_TRIES; tries++) {
    if (got > total) exceeds = Math.min(exceeds, factor);
    else fits = Math.max(fits, factor);
    const next = Math.max(LEAST, factor + (total - NEAR / 2 - got) / slope);
    await draw(next >= fits && next < exceeds ? next : (fits + Math.min(exceeds, 2 * fits)) / 2);
  }
  if (got > total) await draw(fits);
}
