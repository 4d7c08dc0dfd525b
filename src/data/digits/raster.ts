import type { Trace } from './writing.js';

/** Draws traces into an image of side × side bytes, row by row: 0 paper, 255 ink, shades where a pixel is covered in part. */
export function draw(traces: readonly Trace[], side: number): Uint8Array {
  const ink = new Float64Array(side * side);
  for (const trace of traces) for (let i = 0; i + 1 < trace.x.length; i++) drawSegment(trace, i, side, ink);
  return Uint8Array.from(ink, (covered) => Math.floor(255 * covered + 0.5));
}

/** The part of each pixel within the pen's radius of the segment from point i to the next, where that is more than before. */
function drawSegment({ x, y, radius }: Trace, i: number, side: number, ink: Float64Array): void {
  const [ax, ay] = [side * x[i] - 0.5, side * y[i] - 0.5];
  const [dx, dy] = [side * (x[i + 1] - x[i]), side * (y[i + 1] - y[i])];
  const length2 = dx * dx + dy * dy;
  const reach = side * (radius[i] + radius[i + 1]) * 0.5;
  const pixels = (a: number, d: number): [number, number] => [
    Math.max(0, Math.ceil(Math.min(a, a + d) - reach - 0.5)),
    Math.min(side - 1, Math.floor(Math.max(a, a + d) + reach + 0.5)),
  ];
  const [left, right] = pixels(ax, dx);
  const [top, bottom] = pixels(ay, dy);
  for (let row = top; row <= bottom; row++) {
    for (let col = left; col <= right; col++) {
      const [px, py] = [col - ax, row - ay];
      const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length2));
      const [ex, ey] = [px - t * dx, py - t * dy];
      // a pen thinner than a pixel covers no more of it than its width
      const covered = Math.min(1, 2 * reach, reach + 0.5 - Math.sqrt(ex * ex + ey * ey));
      const at = row * side + col;
      if (covered > ink[at]) ink[at] = covered;
    }
  }
}
