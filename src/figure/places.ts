/** Where the nodes of a network stand: where run.json says, in columns of layers, or laid out by how far they are apart. */
import { UserError } from '../errors.js';
import type { SketchRecord, TensorRecord } from '../metrics/results.js';
import { tensorSymbol } from './labels.js';
import type { Run } from './source.js';

/** `vertex`: nothing stands at it. */
export type Role = 'source' | 'fixed' | 'free' | 'target' | 'vertex';
export type Point = readonly [x: number, y: number];

export interface Node {
  readonly at: Point;
  readonly role: Role;
  /** Its cells in free_state.csv and processes.csv: one, or x and y; none where it is held. */
  readonly units: readonly Cell[];
}

/** A cell of a tensor. */
export interface Cell {
  readonly tensor: string;
  readonly row?: number;
  readonly column: number;
}

export interface Link {
  readonly from: number;
  readonly to: number;
  /** Of the tensor that says how strong it is. */
  readonly strength: Cell;
  /** Of the state, where edges hold it. */
  readonly unit?: Cell;
}

export interface Net {
  readonly nodes: readonly Node[];
  readonly links: readonly Link[];
  /** What stands at nodes or edges: a number, or where a node is moved. */
  readonly moves: boolean;
  readonly name: (node: number) => string;
}

const MOST_UNITS = 24;

/** The network of a run. @throws UserError where it is none that can be drawn */
export function netOf(run: Run): Net {
  const { sketch, tensors = {} } = run.record;
  if (sketch) return sketched(sketch, tensors);
  const net = layered(tensors);
  if (net) return net;
  throw new UserError({
    message: "figure 'network' draws networks of nodes and layers, with at most 500 edges, or 24 units a layer",
    hint: 'draw this one with processes, or filters',
  });
}

function sketched(sketch: SketchRecord, tensors: Readonly<Record<string, TensorRecord>>): Net {
  const { nodes, edges, sources, fixed, targets, holds, free, dimension } = sketch;
  const [strength] = Object.entries(tensors).find(([, { kind }]) => kind === 'stiffness')!;
  const places = sketch.positions ?? laidOut(nodes, edges);
  const roles = new Map<number, Role>([
    ...sources.map((node) => [node, 'source'] as const),
    ...fixed.map((node) => [node, 'fixed'] as const),
    ...(holds === 'nodes' ? targets.map((node) => [node, 'target'] as const) : []),
  ]);
  const unitsOf = (node: number): Cell[] => {
    const first = holds === 'nodes' ? free.indexOf(node) : -1;
    if (first < 0) return [];
    return Array.from({ length: dimension }, (_, axis) => ({ tensor: 's', column: first * dimension + axis }));
  };
  return {
    nodes: Array.from({ length: nodes }, (_, i) => ({
      at: places[i],
      role: holds === 'edges' ? 'vertex' : (roles.get(i) ?? 'free'),
      units: unitsOf(i),
    })),
    links: edges.map(([from, to], i) => ({
      from,
      to,
      strength: { tensor: strength, column: i },
      ...(holds === 'edges' && { unit: { tensor: 's', column: free.indexOf(i) } }),
    })),
    moves: dimension === 2,
    name: (node) => `node ${node}`,
  };
}

/** A chain of layers, the input first: columns from left to right. */
function layered(tensors: Readonly<Record<string, TensorRecord>>): Net | undefined {
  const all = Object.entries(tensors).map(([name, tensor]) => ({ name, ...tensor }));
  const states = all.filter(({ of }) => of === 'state').sort((a, b) => a.layer - b.layer);
  const weights = states.map(({ layer, shape: [size] }) =>
    all.find(({ of, layer: at, shape }) => of === 'params' && at === layer && shape.length === 2 && shape[1] === size),
  );
  const sizes = [weights[0]?.shape[0] ?? 0, ...states.map(({ shape: [size] }) => size)];
  const fits =
    weights.every((weight, l) => weight?.shape[0] === sizes[l]) && states.every(({ layer }, l) => layer === l + 1);
  if (!fits || states.length === 0 || Math.max(...sizes) > MOST_UNITS) return undefined;
  const most = Math.max(...sizes);
  const first = sizes.map((_, l) => sizes.slice(0, l).reduce((sum, size) => sum + size, 0));
  const owner = (node: number) => first.findLastIndex((start) => start <= node);
  const nodes = sizes.flatMap((size, l) =>
    Array.from({ length: size }, (_, j): Node => {
      const spread = size > 1 ? Math.min(2 / (size - 1), 2.7 / Math.max(1, most - 1)) : 0;
      const role = l === 0 ? 'source' : l === states.length ? 'target' : 'free';
      const at: Point = [l, Math.round(1000 * ((size - 1) / 2 - j) * spread) / 1000];
      return { at, role, units: l === 0 ? [] : [{ tensor: states[l - 1].name, column: j }] };
    }),
  );
  const links = weights.flatMap((weight, l) =>
    Array.from({ length: sizes[l] * sizes[l + 1] }, (_, k): Link => {
      const [row, column] = [Math.floor(k / sizes[l + 1]), k % sizes[l + 1]];
      return { from: first[l] + row, to: first[l + 1] + column, strength: { tensor: weight!.name, row, column } };
    }),
  );
  const name = (node: number) => {
    const l = owner(node);
    return l === 0 ? `input ${node}` : `unit ${node - first[l]} of ${tensorSymbol(states[l - 1].name)}`;
  };
  return { nodes, links, moves: false, name };
}

const SWEEPS = 300;

/**
 * Places at which distances are those along the edges, as far as that goes (stress majorisation, Gansner et al. 2004). The
 * same on every machine: it starts from a parabola, takes roots only, and is rounded.
 */
export function laidOut(nodes: number, edges: SketchRecord['edges']): Point[] {
  const apart = distances(nodes, edges);
  const places = Array.from({ length: nodes }, (_, i): [number, number] => [i, ((i * i) % (2 * nodes + 1)) / 2]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const [i, at] of places.entries()) {
      let [weight, x, y] = [0, 0, 0];
      for (const [j, other] of places.entries()) {
        if (j === i) continue;
        const [dx, dy] = [at[0] - other[0], at[1] - other[1]];
        const stretch = apart[i][j] / (Math.sqrt(dx * dx + dy * dy) || 1);
        const w = 1 / (apart[i][j] * apart[i][j]);
        weight += w;
        x += w * (other[0] + stretch * dx);
        y += w * (other[1] + stretch * dy);
      }
      if (weight > 0) [at[0], at[1]] = [x / weight, y / weight];
    }
  }
  return places.map(([x, y]): Point => [Math.round(1000 * x) / 1000, Math.round(1000 * y) / 1000]);
}

/** Edges between any two nodes; nodes of another piece are a little further than any of one. */
function distances(nodes: number, edges: SketchRecord['edges']): number[][] {
  const near: number[][] = Array.from({ length: nodes }, () => []);
  for (const [a, b] of edges) {
    near[a].push(b);
    near[b].push(a);
  }
  const rows = near.map((_, from) => {
    const row = new Array<number>(nodes).fill(Number.POSITIVE_INFINITY);
    row[from] = 0;
    const queue = [from];
    for (const node of queue) {
      for (const next of near[node]) {
        if (row[next] < Number.POSITIVE_INFINITY) continue;
        row[next] = row[node] + 1;
        queue.push(next);
      }
    }
    return row;
  });
  const finite = Math.max(...rows.flat().filter(Number.isFinite));
  return rows.map((row) => row.map((distance) => Math.min(distance, finite + 1)));
}
