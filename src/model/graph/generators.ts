/** Graphs by rule: where their nodes are, and which are joined. Nodes are numbered row by row. */
import { randomStream } from '../../numerics/random.js';

export type Position = readonly [x: number, y: number];
export type Edge = readonly [from: number, to: number];

export interface Pattern {
  readonly positions: readonly Position[];
  readonly edges: readonly Edge[];
}

/** A square lattice of spacing 1: every node with its neighbours right and below. */
export function grid(rows: number, columns: number): Pattern {
  return lattice(rows, columns, {
    place: (row, column) => [column, row],
    neighbours: () => [
      [0, 1],
      [1, 0],
    ],
  });
}

/** A triangular lattice of spacing 1: odd rows are half a spacing to the right, inner nodes have six neighbours. */
export function triangular(rows: number, columns: number): Pattern {
  return lattice(rows, columns, {
    place: (row, column) => [column + (row % 2) / 2, (row * Math.sqrt(3)) / 2],
    neighbours: (row) => [
      [0, 1],
      [1, (row % 2) - 1],
      [1, row % 2],
    ],
  });
}

interface Lattice {
  place(row: number, column: number): Position;
  /** Steps to neighbours, [rows, columns]: those to the right and below. */
  neighbours(row: number): readonly (readonly [number, number])[];
}

function lattice(rows: number, columns: number, { place, neighbours }: Lattice): Pattern {
  const positions: Position[] = [];
  const edges: Edge[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      positions.push(place(row, column));
      for (const [down, right] of neighbours(row)) {
        const [r, c] = [row + down, column + right];
        if (r < rows && c >= 0 && c < columns) edges.push([row * columns + column, r * columns + c]);
      }
    }
  }
  return { positions, edges };
}

/** How near two nodes of a random graph may be. */
const NEAREST = 0.3;

/**
 * A connected random graph: a random tree over all nodes, and edges between random pairs beside it, none twice. Nodes are
 * uniform in a square of one unit of area each, and not nearer to each other than 0.3.
 */
export function random(nodes: number, edges: number, seed: number): Pattern {
  const [places, ends] = [randomStream(seed, 'graph/positions'), randomStream(seed, 'graph/edges')];
  const below = (n: number) => Math.floor(n * ends.uniform());
  const side = Math.sqrt(nodes);
  const found: Edge[] = [];
  const known = new Set<number>();
  const join = (a: number, b: number) => {
    const [from, to] = a < b ? [a, b] : [b, a];
    if (from === to || known.has(from * nodes + to)) return;
    known.add(from * nodes + to);
    found.push([from, to]);
  };
  for (let node = 1; node < nodes; node++) join(below(node), node);
  while (found.length < edges) join(below(nodes), below(nodes));
  return { positions: apart(nodes, () => [side * places.uniform(), side * places.uniform()]), edges: found };
}

/** Positions drawn one after the other, each again until no other is too near; cells of that size hold one each. */
function apart(count: number, draw: () => Position): Position[] {
  const size = NEAREST / Math.SQRT2;
  const cells = new Map<string, Position>();
  const cellOf = ([x, y]: Position): [number, number] => [Math.floor(x / size), Math.floor(y / size)];
  const isFree = (at: Position): boolean => {
    const [column, row] = cellOf(at);
    for (let i = -2; i <= 2; i++) {
      for (let j = -2; j <= 2; j++) {
        const other = cells.get(`${column + i},${row + j}`);
        if (other && (other[0] - at[0]) ** 2 + (other[1] - at[1]) ** 2 < NEAREST * NEAREST) return false;
      }
    }
    return true;
  };
  return Array.from({ length: count }, () => {
    let at = draw();
    while (!isFree(at)) at = draw();
    cells.set(cellOf(at).join(), at);
    return at;
  });
}

/** The most edges that so many nodes can have, none twice. */
export const mostEdges = (nodes: number): number => (nodes * (nodes - 1)) / 2;
