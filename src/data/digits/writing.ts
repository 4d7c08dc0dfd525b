import type { Random } from '../../numerics/random.js';
import { turn } from '../../numerics/turn.js';
import type { Stroke } from './glyphs.js';

/** What a pen leaves: disks of these radii along these points, in sides of the image, joined. */
export interface Trace {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly radius: Float64Array;
}

const SAMPLES = 6;
/** Of the box that a digit fills in the image, as in MNIST. */
const BOX = 20 / 28;

/**
 * A digit as someone writes it: every point of the glyph a little off, the whole slanted, turned, stretched and bent, with a
 * pen of some width, pressed more or less. `distortion` scales all of these.
 */
export function write(glyph: readonly Stroke[], distortion: number, random: Random): Trace[] {
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const shaky = glyph.map((stroke) => shaken(stroke, 0.03 * distortion, random));
  const bend = elastic(0.04 * distortion, random);
  const place = affine(distortion, between);
  const pen = (1.1 / 28) * (1 + distortion * between(-0.3, 0.5));
  const traces = shaky.map((stroke) => {
    const points = sampled(stroke).map((point) => place(bend(point)));
    const pressure = distortion * between(-0.2, 0.2);
    const along = (i: number) => i / Math.max(1, points.length - 1) - 0.5;
    return {
      x: Float64Array.from(points, ([x]) => x),
      y: Float64Array.from(points, ([, y]) => y),
      radius: Float64Array.from(points, (_, i) => pen * (1 + pressure * along(i))),
    };
  });
  return centred(traces, (1 / 28) * distortion * bell(random), (1 / 28) * distortion * bell(random));
}

type Point = readonly [x: number, y: number];
type Between = (low: number, high: number) => number;

/** Of mean 0 and variance 1, within ±3: the sum of four uniform numbers. */
function bell(random: Random): number {
  const sum = random.uniform() + random.uniform() + random.uniform() + random.uniform();
  return (sum - 2) * Math.sqrt(3);
}

function shaken({ smooth, points }: Stroke, by: number, random: Random): Stroke {
  return { smooth, points: points.map(([x, y]) => [x + by * bell(random), y + by * bell(random)]) };
}

/** A smooth displacement: random vectors on a 4 × 4 grid, with smooth weights between them. */
function elastic(by: number, random: Random): (point: Point) => Point {
  const grid = Array.from({ length: 16 }, (): Point => [by * bell(random), by * bell(random)]);
  return ([x, y]) => {
    const [i, u] = cell(x);
    const [j, v] = cell(y);
    const corner = (a: number, b: number) => grid[4 * (j + b) + i + a];
    const mix = (k: 0 | 1) =>
      (1 - v) * ((1 - u) * corner(0, 0)[k] + u * corner(1, 0)[k]) +
      v * ((1 - u) * corner(0, 1)[k] + u * corner(1, 1)[k]);
    return [x + mix(0), y + mix(1)];
  };
}

/** Which of the three cells between 0 and 1, and how far in it, smoothed. */
function cell(at: number): [index: number, weight: number] {
  const scaled = 3 * Math.min(1, Math.max(0, at));
  const index = Math.min(2, Math.floor(scaled));
  const t = scaled - index;
  return [index, t * t * (3 - 2 * t)];
}

/** About the middle of the square: narrowed, slanted, turned and scaled to the box. */
function affine(distortion: number, between: Between): (point: Point) => Point {
  const width = 0.85 + distortion * between(-0.16, 0.13);
  const height = 1 + distortion * between(-0.1, 0.07);
  const slant = distortion * between(-0.13, 0.3);
  const [cos, sin] = turn(distortion * between(-0.023, 0.023));
  return ([x, y]) => {
    const [a, b] = [width * (x - 0.5) - slant * (y - 0.5), height * (y - 0.5)];
    return [BOX * (cos * a - sin * b), BOX * (sin * a + cos * b)];
  };
}

/** Points along a stroke: Catmull & Rom's spline through its points, or the points where it has corners. */
function sampled({ smooth, points }: Stroke): Point[] {
  const at = (i: number) => points[Math.min(points.length - 1, Math.max(0, i))];
  const all: Point[] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    for (let k = 0; k < SAMPLES; k++) {
      const t = k / SAMPLES;
      all.push(smooth ? spline(at(i - 1), at(i), at(i + 1), at(i + 2), t) : blend(at(i), at(i + 1), t));
    }
  }
  return [...all, at(points.length - 1)];
}

function blend(a: Point, b: Point, t: number): Point {
  return [(1 - t) * a[0] + t * b[0], (1 - t) * a[1] + t * b[1]];
}

function spline(before: Point, a: Point, b: Point, after: Point, t: number): Point {
  const along = (k: 0 | 1) =>
    a[k] +
    0.5 *
      t *
      (b[k] -
        before[k] +
        t * (2 * before[k] - 5 * a[k] + 4 * b[k] - after[k] + t * (3 * (a[k] - b[k]) + after[k] - before[k])));
  return [along(0), along(1)];
}

/** Moves the middle of the ink's bounding box to the middle of the image, and then by (dx, dy). */
function centred(traces: readonly Trace[], dx: number, dy: number): Trace[] {
  const middle = (axis: 'x' | 'y') => {
    const all = traces.flatMap((trace) => [...trace[axis]]);
    return (Math.min(...all) + Math.max(...all)) / 2;
  };
  const [mx, my] = [0.5 + dx - middle('x'), 0.5 + dy - middle('y')];
  return traces.map(({ x, y, radius }) => ({ x: x.map((v) => v + mx), y: y.map((v) => v + my), radius }));
}
