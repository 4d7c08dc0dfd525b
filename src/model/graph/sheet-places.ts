import { onUnitCircle } from '../../numerics/complex.js';
import type { Sketch } from '../sketch.js';
import type { Sheet } from './sheet.js';

/** To a thousandth of a crease: no difference of the last digit is seen. */
const rounded = (value: number): number => Math.round(1000 * value) / 1000;

/**
 * The creases of a sheet as lines of one length: from vertex to vertex in the directions that they have there, the others to
 * an end of their own. A sheet says directions and no lengths, so that creases that close a round are drawn as they come.
 */
export function sheetSketch({ creases, vertices }: Sheet, outputs: number): Sketch {
  const places: [number, number][] = [];
  const ends: number[][] = Array.from({ length: creases }, () => []);
  for (const [v, { creases: around }] of vertices.entries()) for (const crease of around) ends[crease].push(v);
  const place = (vertex: number, at: [number, number]): void => {
    places[vertex] = at;
    for (const [i, crease] of vertices[vertex].creases.entries()) {
      const other = ends[crease].find((end) => end !== vertex);
      if (other !== undefined && places[other] === undefined) place(other, along(at, vertices[vertex].degrees[i]));
    }
  };
  let right = 0;
  for (const vertex of vertices.keys()) {
    if (places[vertex] !== undefined) continue;
    place(vertex, [right, 0]);
    right = 3 + Math.max(...places.flat());
  }
  const edges = ends.map((own, crease): [number, number] => {
    if (own.length === 0) return [0, 0];
    if (own.length > 1) return [own[0], own[1]];
    const { creases: around, degrees } = vertices[own[0]];
    return [own[0], places.push(along(places[own[0]], degrees[around.indexOf(crease)])) - 1];
  });
  const free = Array.from({ length: creases }, (_, i) => i);
  const all = { sources: [], fixed: [], targets: free.slice(creases - outputs) };
  return { nodes: places.length, edges, positions: places, ...all, holds: 'edges', free, dimension: 1 };
}

function along([x, y]: readonly [number, number], degrees: number): [number, number] {
  const { re, im } = onUnitCircle(((degrees % 360) + 360) % 360, 360);
  return [rounded(x + re), rounded(y + im)];
}
