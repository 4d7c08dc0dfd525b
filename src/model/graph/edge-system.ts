import type { Blocks } from '../../numerics/blocks.js';
import { axpy, hadamard } from '../../numerics/kernels.js';
import { Matrix } from '../../numerics/matrix.js';
import { type Numbers, sum } from '../../numerics/numbers.js';
import { Sparse, type SparseEntry, sparseProduct } from '../../numerics/sparse.js';
import { scratch } from '../../numerics/whole-state.js';
import { batchOf } from '../tensor.js';
import type { Dynamics, Linearisation, Params, State, System } from '../types.js';
import type { Diodes } from './diodes.js';
import type { EdgeLaw } from './edge-law.js';
import type { Graph } from './graph.js';

/** From what nodes are at to the extents of edges: +1 at the node that an edge comes from, −1 at that it leads to. */
interface Extents {
  /** Of the free nodes, in the order of the units of `s`. */
  readonly free: Sparse;
  /** Of the sources, in the order of x. */
  readonly sources: Sparse;
  /** Where all nodes are before anything moves: one row. */
  readonly rest: Matrix;
}

/** Made once for all batches: index lists, no matrix of nodes × edges. */
export function extentsOf({ edges, free, sources, positions }: Graph, dimension: 1 | 2): Extents {
  const map = (nodes: readonly number[]): Sparse => {
    const places = new Map(nodes.map((node, i) => [node, i]));
    const entries = edges.flatMap((ends, e) =>
      ends.flatMap((node, end): SparseEntry[] => {
        const at = places.get(node);
        if (at === undefined) return [];
        return axes(dimension).map((axis) => [e * dimension + axis, at * dimension + axis, end === 0 ? 1 : -1]);
      }),
    );
    return Sparse.of(edges.length * dimension, nodes.length * dimension, entries);
  };
  const rest = new Matrix(1, edges.length * dimension);
  if (dimension === 2) {
    edges.forEach(([from, to], e) => {
      for (const axis of axes(2)) rest.data[2 * e + axis] = positions![from][axis] - positions![to][axis];
    });
  }
  return { free: map(free), sources: map(sources), rest };
}

const axes = (dimension: 1 | 2): readonly (0 | 1)[] => (dimension === 1 ? [0] : [0, 1]);

/**
 * E = Σ_e E_e(d_e; θ_e), d = B s + B_x x + the extents at rest: F = −Bᵀ ∂E/∂d, H = Bᵀ (∂²E/∂d²) B, ∂E/∂θ edge by edge.
 */
export function edgeSystem(
  dynamics: Dynamics,
  extents: Extents,
  law: EdgeLaw,
  theta: Params,
  x: Matrix,
  diodes?: Diodes,
): System {
  const shapes = batchOf(dynamics.states, x.rows);
  const bound = law.bind(theta, x.rows, theta);
  const edges = extents.free.rows / law.dimension;
  const wide = [{ name: 'extents', rows: x.rows, cols: edges * law.dimension }];
  const [[drive, spare]] = theta.of([...wide, { name: 'spare', rows: x.rows, cols: edges }]).parts;
  const buffers = scratch(theta, wide, 'd', 'f');
  const differences = scratch(theta, shapes, 'difference');
  /** +1, −1 over the edges of each free node. */
  const toNodes = extents.free.transposed;
  const bounds = diodes?.room(theta.of(shapes));
  const refresh = () => {
    if (bounds) diodes!.set(x, bounds);
    for (let i = 0; i < x.rows; i++) drive.row(i).set(extents.rest.data);
    sparseProduct(extents.sources, 1, x, drive, drive);
  };
  refresh();

  function extend(s: State): Blocks {
    const { d } = buffers(s);
    s.parts.forEach(([part], i) => {
      sparseProduct(extents.free, 1, part, i === 0 ? drive : 0, d.parts[i][0]);
    });
    return d;
  }

  /** out = −Bᵀ f */
  const pull = (f: Blocks, out: State): void => {
    f.parts.forEach(([part], i) => {
      sparseProduct(toNodes, -1, part, 0, out.parts[i][0]);
    });
  };

  return {
    dynamics,
    shapes,
    ...(bounds && { bounds }),
    refresh,
    force(s, out, nudge) {
      const d = extend(s);
      const { f } = buffers(s);
      bound.force(d, f);
      pull(f, out);
      nudge?.(s, out);
      return undefined;
    },
    energy: {
      value(s) {
        bound.energy(extend(s).parts[0][0], spare);
        return Float64Array.from({ length: x.rows }, (_, i) => sum(spare.row(i)));
      },
      addGradChange(copies, base, out) {
        bound.move(extend(base).parts[0][0]);
        for (const { s, weight } of copies) {
          const { d: delta } = buffers(s);
          const difference = minus(s, base);
          difference.parts.forEach(([part], i) => {
            sparseProduct(extents.free, 1, part, 0, delta.parts[i][0]);
          });
          const share = { re: weight.re / x.rows, im: weight.im / x.rows };
          bound.addGradChange(share, delta, out);
        }
      },
    },
    linearise: (s0, free) => linearise(s0, free),
  };

  function minus(s: State, base: State): State {
    const { difference } = differences(s);
    difference.data.set(s.data);
    axpy(-1, base.re, difference.re);
    return difference;
  }

  /** A law of its own, with room where s⁰ has it: engines hold several linearisations, and move() is of one place. */
  function linearise(s0: State, free?: Numbers): Linearisation {
    const edgesHere = law.bind(theta, x.rows, s0);
    const [v, t] = [s0.of(wide), s0.of(wide)];
    let masked: State | undefined;
    let mask = free;
    const restricted = (from: State): State => {
      if (mask === undefined) return from;
      masked ??= s0.like();
      hadamard(from.data, mask, masked.data);
      return masked;
    };
    const move = (s: State, units?: Numbers) => {
      mask = units;
      edgesHere.move(extend(s).parts[0][0]);
    };
    const apply = (from: State, out: State) => {
      sparseProduct(extents.free, 1, restricted(from).parts[0][0], 0, v.parts[0][0]);
      edgesHere.tangent(v.parts[0][0], t.parts[0][0]);
      sparseProduct(toNodes, -1, t.parts[0][0], 0, out.parts[0][0]);
      if (mask) hadamard(out.data, mask, out.data);
    };
    move(s0, free);
    return {
      symmetric: true,
      move,
      apply,
      applyTranspose: apply,
      gradParams(from, out) {
        sparseProduct(extents.free, 1, restricted(from).parts[0][0], 0, v.parts[0][0]);
        edgesHere.addGradForce(-1 / x.rows, v.parts[0][0], out.fill(0));
      },
    };
  }
}
