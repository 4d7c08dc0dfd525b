/** Resistors without anything of the program: potentials by elimination. */

import type { Graph } from '../../src/model/graph/graph.js';
import type { Numbers } from '../../src/numerics/numbers.js';

/** Potentials of the nodes of a graph that are not `given`, at rest: Kirchhoff's law at each, by elimination. */
export function kirchhoff(
  k: Numbers,
  edges: Graph['edges'],
  given: ReadonlyMap<number, number>,
  nodes: number,
): number[] {
  const rows = Array.from({ length: nodes }, (_, i) => {
    const row = new Array<number>(nodes + 1).fill(0);
    const value = given.get(i);
    if (value !== undefined) [row[i], row[nodes]] = [1, value];
    return row;
  });
  for (const [e, [i, j]] of edges.entries()) {
    for (const [a, b] of [
      [i, j],
      [j, i],
    ]) {
      if (given.has(a)) continue;
      rows[a][a] += k[e];
      rows[a][b] -= k[e];
    }
  }
  for (let i = 0; i < nodes; i++) {
    for (let r = 0; r < nodes; r++) {
      if (r === i) continue;
      const share = rows[r][i] / rows[i][i];
      for (let c = i; c <= nodes; c++) rows[r][c] -= share * rows[i][c];
    }
  }
  return rows.map((row, i) => row[nodes] / row[i]);
}
