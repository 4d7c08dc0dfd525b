/** Rows of a finished run, shown to who watches them. */
import { RunError, reasonOf } from '../errors.js';
import type { Row } from './columns.js';
import { type RowBlock, rowsOf } from './read.js';
import type { FinishedRun } from './record.js';

export interface Watch {
  /** The CSV files whose rows it needs to see. */
  readonly files: readonly string[];
  see(row: Row, file: string): void;
}

/** Shows the rows of a finished run to who watches. @throws RunError */
export async function showRun(watch: Watch, run: FinishedRun): Promise<void> {
  await readBack(watch, Object.keys(run.record.outputs), (file) => rowsOf(run, file));
}

/**
 * Shows rows to who watches; files that it is not about are not read.
 * @param written the files that there are: a table without rows has none.
 */
export async function readBack(
  watch: Watch,
  written: readonly string[],
  read: (file: string) => AsyncIterable<RowBlock>,
): Promise<void> {
  try {
    for (const file of watch.files.filter((name) => written.includes(name)))
      for await (const { rows } of read(file)) for (const row of rows) watch.see(row, file);
  } catch (error) {
    throw new RunError(`${reasonOf(error)}; run with --force to make it again`);
  }
}
