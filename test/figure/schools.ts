/** Results of agents at a task to draw. */
import type { Row } from '../../src/metrics/columns.js';
import { csv, writeRun } from './fixture.js';

/** Four networks, of which three learn; two kinds of trial, of which the second goes wrong. */
export function schools(folder: string): string[] {
  const learners: Row[] = [
    [1, 1, 1000],
    [2, 1, 2000],
    [3, 1, 4000],
    [4, 0, 9000],
  ];
  const values = ['left', 'right'].flatMap((kind, k) =>
    [0, 1, 2].flatMap((step) =>
      ['look', 'wait'].map((action, a): Row => [2, kind, step, action, step * (1 - a / 2) - 0.5 * a + k, 1 - a, 1 - k]),
    ),
  );
  return [
    writeRun(folder, 'run', {
      files: { 'learners.csv': csv('learners', learners), 'values.csv': csv('values', values) },
    }),
  ];
}
