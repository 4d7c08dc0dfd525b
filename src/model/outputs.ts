import type { OutputSlice, State } from './types.js';

/** Writes one real number into every output unit. */
export function fillOutputs(s: State, { block, from, to }: OutputSlice, value: number): void {
  const k = s.shapes.findIndex(({ name }) => name === block);
  s.parts.forEach((part, i) => {
    for (let row = 0; row < part[k].rows; row++) part[k].row(row).fill(i === 0 ? value : 0, from, to);
  });
}
