import { createHash } from 'node:crypto';
import { GrowingFile } from '../io/growing.js';
import type { Row, Table } from './columns.js';
import { formatRows } from './format.js';

export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * A CSV file that grows by whole rows: what write() was given has been handed to the system when it returns. Nothing is
 * held back, so nothing needs flushing; the price is that a row written alone costs twice one of many. A failed write
 * (disk full) is cut back to whole rows. A process that is killed within a write may leave it at the end of a page, and
 * so in the middle of a row: no record vouches for that one, and who goes on cuts it off.
 * @throws RunError where the file cannot be written.
 */
export class CsvWriter {
  private readonly file: GrowingFile;
  private readonly digest = createHash('sha256');
  private rows = 0;

  /**
   * @param from what was written before an interruption: rows behind it are cut off, the next ones follow it.
   * @param room a folder from which the file comes to its place.
   */
  constructor(
    readonly path: string,
    private readonly table: Table,
    { from, room }: { readonly from?: WrittenFile; readonly room?: string } = {},
  ) {
    this.file = new GrowingFile(path, from !== undefined, room);
    if (from) this.takeUp(from);
    else this.append(`${table.columns.map((column) => column.name).join(',')}\n`);
  }

  private takeUp({ rows, bytes, sha256 }: WrittenFile): void {
    this.file.keep(
      bytes,
      (block) => this.digest.update(block),
      () => {
        if (this.digest.copy().digest('hex') !== sha256) throw new Error('is not what was written');
      },
    );
    this.rows = rows;
  }

  write(rows: readonly Row[]): void {
    const width = this.table.columns.length;
    const wrong = rows.find((row) => row.length !== width);
    if (wrong) throw new RangeError(`${this.table.file} has ${width} columns, got a row of ${wrong.length}: ${wrong}`);
    this.append(formatRows(rows));
    this.rows += rows.length;
  }

  private append(text: string): void {
    const block = Buffer.from(text);
    this.file.append(block);
    this.digest.update(block);
  }

  /** Lets go of a file that will not be finished; what is written stays. */
  abandon(): void {
    this.file.abandon();
  }

  /** Flushes to the disk itself, so that what is written afterwards never vouches for lost rows; says what is there. */
  flush(): WrittenFile {
    return { rows: this.rows, bytes: this.file.flush(), sha256: this.digest.copy().digest('hex') };
  }

  close(): WrittenFile {
    const written = this.flush();
    this.file.close();
    return written;
  }
}
