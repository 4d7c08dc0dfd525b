import type { Groups } from '../types.js';

/**
 * Blocks 0 … n − 1 in sets without neighbours: each, in ascending order, in the first set that has none of its own. A chain with
 * connections of odd length beside it makes two, that of the first layer first, as an even-odd sweep has them.
 */
export function coloured(n: number, neighbours: readonly (readonly [a: number, b: number])[]): Groups {
  const colours: number[] = [];
  for (let k = 0; k < n; k++) {
    const taken = new Set(neighbours.flatMap(([a, b]) => (a === k ? [colours[b]] : b === k ? [colours[a]] : [])));
    let colour = 0;
    while (taken.has(colour)) colour++;
    colours[k] = colour;
  }
  const count = Math.max(...colours) + 1;
  return Array.from({ length: count }, (_, c) => [...colours.keys()].filter((k) => colours[k] === c));
}
