import type { Blocks } from '../../numerics/blocks.js';
import { onUnitCircle } from '../../numerics/complex.js';
import { axpy, hadamard, scale } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import { addColumnDots, hadamardRow, Sparse, type SparseEntry, sparseProduct } from '../../numerics/sparse.js';
import { complexHadamard, rowDots, scratch } from '../../numerics/whole-state.js';
import { batchOf } from '../tensor.js';
import type { Dynamics, Linearisation, Params, State, System } from '../types.js';
import { addHalfSquareChange } from './half-squares.js';
import type { Sheet } from './sheet.js';

/**
 * What the fold angles ρ do at the vertices. A slot is a crease at one of its vertices: S of them; Q_ij = ½(n_i × n_j)_z
 * sign(j − i), n_i the direction of crease i, i and j in the order around the vertex.
 */
export interface VertexMaps {
  /** 2V × n: Nᵀρ, whether the creases of a vertex close up in the plane. */
  readonly closure: Sparse;
  /** S × n: ρ at every slot. */
  readonly slots: Sparse;
  /** S × n: Qρ at every slot. */
  readonly turns: Sparse;
  /** V × S: sums over the slots of a vertex. */
  readonly sums: Sparse;
}

export function vertexMaps({ creases, vertices }: Sheet): VertexMaps {
  const closure: SparseEntry[] = [];
  const slots: SparseEntry[] = [];
  const turns: SparseEntry[] = [];
  const sums: SparseEntry[] = [];
  let slot = 0;
  for (const [v, { creases: around, degrees }] of vertices.entries()) {
    const directions = degrees.map((angle) => directionOf(angle));
    for (const [i, crease] of around.entries()) {
      const [x, y] = directions[i];
      closure.push([2 * v, crease, x], [2 * v + 1, crease, y]);
      slots.push([slot, crease, 1]);
      sums.push([v, slot, 1]);
      for (const [j, other] of around.entries()) {
        const cross = x * directions[j][1] - y * directions[j][0];
        if (j !== i) turns.push([slot, other, (cross / 2) * Math.sign(j - i)]);
      }
      slot++;
    }
  }
  return {
    closure: Sparse.of(2 * vertices.length, creases, closure),
    slots: Sparse.of(slot, creases, slots),
    turns: Sparse.of(slot, creases, turns),
    sums: Sparse.of(vertices.length, slot, sums),
  };
}

const directionOf = (degrees: number): readonly [x: number, y: number] => {
  const { re, im } = onUnitCircle(((degrees % 360) + 360) % 360, 360);
  return [re, im];
};

/**
 * E = Σ_v ½K(|Nᵀρ|² + w²) + ½ Σ κ_i ρ_i² − x·ρ, w = ½ρᵀQρ (Stern et al. 2020, to leading order in the angles): vertices
 * that do not close bend the faces, creases are torsional springs, x are torques. F = x − κ∘ρ − K Σ_v (N Nᵀρ + w Qρ).
 */
export function sheetSystem(
  dynamics: Dynamics,
  { closure, slots, turns, sums }: VertexMaps,
  K: number,
  theta: Params,
  x: Matrix,
): System {
  const shapes = batchOf(dynamics.states, x.rows);
  const kappa = theta.parts[0][0];
  const rows = x.rows;
  const room = {
    open: [{ name: 'open', rows, cols: closure.rows }],
    slot: [{ name: 'slot', rows, cols: slots.rows }],
    vertex: [{ name: 'vertex', rows, cols: sums.rows }],
  };
  const ofState = scratch(theta, shapes, 'spare', 'delta');
  const ofOpen = scratch(theta, room.open, 'open');
  const ofSlots = scratch(theta, room.slot, 'r', 'g', 'p');
  const ofVertices = scratch(theta, room.vertex, 'w');
  const product = (map: Sparse, alpha: number, from: Blocks, start: 0 | Blocks, to: Blocks): void =>
    from.parts.forEach(([part], i) => {
      sparseProduct(map, alpha, part, start === 0 ? 0 : start.parts[i][0], to.parts[i][0]);
    });

  /** Qρ and ρ at the slots, and w of every vertex. */
  function turnsAt(s: State) {
    const { r, g, p } = ofSlots(s);
    const { w } = ofVertices(s);
    product(slots, 1, s, 0, r);
    product(turns, 1, s, 0, g);
    product(sums, 0.5, complexHadamard(r, g, p), 0, w);
    return { g, p, w };
  }

  return {
    dynamics,
    shapes,
    refresh() {},
    force(s, out, nudge) {
      s.parts.forEach(([part], i) => {
        hadamardRow(part, kappa, out.parts[i][0]);
      });
      const { open } = ofOpen(s);
      product(closure, 1, s, 0, open);
      product(closure.transposed, K, open, out, out);
      const { g, p, w } = turnsAt(s);
      product(sums.transposed, 1, w, 0, p);
      product(slots.transposed, K, complexHadamard(p, g, p), out, out);
      for (const [part] of out.parts) scale(-1, part.data);
      axpy(1, x.data, out.parts[0][0].data);
      nudge?.(s, out);
      return undefined;
    },
    energy: {
      value(s) {
        const { open } = ofOpen(s);
        product(closure, 1, s, 0, open);
        const { w } = turnsAt(s);
        const { spare } = ofState(s);
        const [opened, turned] = [rowDots(open, open), rowDots(w, w)];
        // ½κ∘ρ − x
        hadamardRow(s.parts[0][0], kappa, spare.parts[0][0]);
        for (let i = 0; i < spare.data.length; i++) spare.data[i] = spare.data[i] / 2 - x.data[i];
        return rowDots(s, spare).map((sum, i) => sum + (K / 2) * (opened[i] + turned[i]));
      },
      addGradChange(copies, base, out) {
        for (const { s, weight } of copies) {
          const { delta } = ofState(s);
          delta.data.set(s.data);
          axpy(-1, base.re, delta.re);
          const share = { re: weight.re / rows, im: weight.im / rows };
          addHalfSquareChange(share, base.parts[0][0], delta, ofState(base).spare.parts[0][0], out.parts[0][0]);
        }
      },
    },
    linearise,
  };

  /** J v = −κ∘v − K Σ_v (N Nᵀv + (Qρ·v) Qρ + w Qv) */
  function linearise(s0: State): Linearisation {
    const at = s0.like();
    const [g, w] = [s0.of(room.slot), s0.of(room.slot)];
    const [along, vertex, open] = [s0.of(room.slot), s0.of(room.vertex), s0.of(room.open)];
    function move(s: State): void {
      at.copy(s);
      const here = turnsAt(s);
      g.copy(here.g);
      product(sums.transposed, 1, here.w, 0, w);
    }
    function apply(v: State, out: State): void {
      hadamardRow(v.parts[0][0], kappa, out.parts[0][0]);
      product(closure, 1, v, 0, open);
      product(closure.transposed, K, open, out, out);
      product(slots, 1, v, 0, along);
      hadamard(along.data, g.data, along.data);
      product(sums, 1, along, 0, vertex);
      product(sums.transposed, 1, vertex, 0, along);
      hadamard(along.data, g.data, along.data);
      product(slots.transposed, K, along, out, out);
      product(turns, 1, v, 0, along);
      hadamard(along.data, w.data, along.data);
      product(slots.transposed, K, along, out, out);
      scale(-1, out.data);
    }
    move(s0);
    return {
      symmetric: true,
      move,
      apply,
      applyTranspose: apply,
      gradParams(v, out) {
        addColumnDots(-1 / rows, at.parts[0][0], v.parts[0][0], out.fill(0).parts[0][0]);
      },
    };
  }
}
