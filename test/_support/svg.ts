/** Where the texts and lines of a drawn figure stand, in points of its paper: read from the SVG, widths from the font. */
import { textWidth } from '../../src/figure/text-width.js';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PlacedText {
  readonly text: string;
  /** Font size. */
  readonly size: number;
  readonly box: Box;
}

export interface Placed {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly paper: Box;
  readonly texts: readonly PlacedText[];
  /** Ends of lines and corners of shapes. */
  readonly points: readonly (readonly [number, number])[];
  readonly strokes: readonly number[];
}

/** [a, b, c, d, e, f] of SVG. */
type Matrix = readonly number[];

const product = ([a, b, c, d, e, f]: Matrix, [p, q, r, s, t, u]: Matrix): Matrix => [
  a * p + c * q,
  b * p + d * q,
  a * r + c * s,
  b * r + d * s,
  a * t + c * u + e,
  b * t + d * u + f,
];
const applied = ([a, b, c, d, e, f]: Matrix, x: number, y: number) => [a * x + c * y + e, b * x + d * y + f] as const;

function matrixOf(transform: string): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (const [, kind, inside] of transform.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [x = 0, y] = inside.split(/[ ,]+/).map(Number);
    const turn = (x * Math.PI) / 180;
    const step = {
      translate: [1, 0, 0, 1, x, y ?? 0],
      rotate: [Math.cos(turn), Math.sin(turn), -Math.sin(turn), Math.cos(turn), 0, 0],
      scale: [x, 0, 0, y ?? x, 0, 0],
    }[kind];
    if (step === undefined) throw new Error(`transform ${kind}`);
    matrix = product(matrix, step);
  }
  return matrix;
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"' };
const attributesOf = (tag: string) =>
  Object.fromEntries([...tag.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

/** Above and below the baseline, in font sizes: of letters, without the room that the font leaves between lines. */
const [ASCENT, DESCENT] = [0.73, 0.2];

export function placed(svg: string): Placed {
  const root = attributesOf(/^<svg[^>]*>/.exec(svg)![0]);
  const [widthMm, heightMm] = [root['width'], root['height']].map(Number.parseFloat);
  const [x, y, width, height] = root['viewBox'].split(' ').map(Number);
  const scale = (widthMm / 25.4) * (72 / width);
  const texts: PlacedText[] = [];
  const points: (readonly [number, number])[] = [];
  const strokes: number[] = [];
  const stack: Matrix[] = [[scale, 0, 0, scale, -x * scale, -y * scale]];
  let line: Record<string, string> = {};
  for (const [tag, closing, name, , selfClosing, text] of svg
    .replace(/<(style|title|desc)>[^<]*<\/\1>/g, '')
    .matchAll(/<(\/?)([a-zA-Z]+)((?:"[^"]*"|[^">])*?)(\/?)>([^<]*)/g)) {
    if (closing) {
      if (name !== 'svg') stack.pop();
      continue;
    }
    const own = attributesOf(tag.slice(0, tag.indexOf('>', tag.lastIndexOf('"')) + 1));
    const matrix = product(stack.at(-1)!, matrixOf(own['transform'] ?? ''));
    if (!selfClosing && name !== 'svg') stack.push(matrix);
    if (name === 'text') line = own;
    if (own['stroke'] && own['stroke'] !== 'none' && Number(own['stroke-width']) > 0)
      strokes.push(Number(own['stroke-width']) * scale);
    if (name === 'path' && !own['class']?.includes('background')) points.push(...ends(own['d'] ?? '', matrix));
    if (text !== '' && (name === 'text' || name === 'tspan')) {
      const words = text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);
      const [dx, dy] = name === 'tspan' ? [Number(own['x'] ?? 0), Number(own['dy'] ?? 0)] : [0, 0];
      texts.push(textAt(words, line, name === 'tspan' ? product(matrix, [1, 0, 0, 1, dx, dy]) : matrix, scale));
      // the lines of a text stand each below the last
      if (name === 'tspan' && dy !== 0) stack[stack.length - 2] = product(stack[stack.length - 2], [1, 0, 0, 1, 0, dy]);
    }
  }
  return {
    widthMm,
    heightMm,
    paper: { left: 0, top: 0, right: width * scale, bottom: height * scale },
    texts,
    points,
    strokes,
  };
}

function textAt(text: string, style: Record<string, string>, matrix: Matrix, scale: number): PlacedText {
  const size = Number.parseFloat(style['font-size']);
  const width = textWidth(text, size, style['font-weight'] === 'bold');
  const left = { middle: -width / 2, end: -width }[style['text-anchor']] ?? 0;
  const corners = [
    [left, -ASCENT * size],
    [left + width, -ASCENT * size],
    [left, DESCENT * size],
    [left + width, DESCENT * size],
  ].map(([x, y]) => applied(matrix, x, y));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const box = { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  return { text, size: size * scale, box };
}

/** Absolute commands with straight ends are all that axes and curves of figures have; what else there is, is left out. */
function ends(path: string, matrix: Matrix): (readonly [number, number])[] {
  return [...path.matchAll(/[ML](-?[\d.e-]+),(-?[\d.e-]+)/g)].map(([, x, y]) => applied(matrix, Number(x), Number(y)));
}

/** By how much two boxes lie on each other, the lesser of both directions; 0 where they do not. */
export function overlap(a: Box, b: Box): number {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return Math.max(0, Math.min(across, down));
}
