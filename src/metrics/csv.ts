import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { createFile, renewFile, writing } from '../io/write.js';
import type { Row, Table } from './columns.js';
import { formatRows } from './format.js';

export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

const CHUNK_BYTES = 1 << 20;

/**
 * A CSV file that is on disk up to the last whole row at every moment: what write() was given has been handed to the
 * system when it returns. Nothing is held back, so nothing needs flushing; the price is that a row written alone costs
 * twice one of many. A failed write (disk full) is cut back to whole rows.
 * @throws RunError where the file cannot be written.
 */
export class CsvWriter {
  private readonly descriptor: number;
  private readonly digest = createHash('sha256');
  private rows = 0;
  private bytes = 0;

  /** @param from what was written before an interruption: rows behind it are cut off, the next ones follow it. */
  constructor(
    readonly path: string,
    private readonly table: Table,
    from?: WrittenFile,
  ) {
    this.descriptor = this.attempt(() => (from ? renewFile(path) : createFile(path)));
    if (from) this.attempt(() => this.takeUp(from));
    else this.append(`${table.columns.map((column) => column.name).join(',')}\n`);
  }

  private takeUp({ rows, bytes, sha256 }: WrittenFile): void {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    while (this.bytes < bytes) {
      const got = readSync(this.descriptor, chunk, 0, Math.min(chunk.length, bytes - this.bytes), this.bytes);
      if (got === 0) throw new Error(`has ${this.bytes} bytes, expected at least ${bytes}`);
      this.digest.update(chunk.subarray(0, got));
      this.bytes += got;
    }
    if (this.digest.copy().digest('hex') !== sha256) throw new Error('is not what was written');
    ftruncateSync(this.descriptor, bytes);
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
    this.attempt(() => {
      let done = 0;
      try {
        while (done < block.length)
          done += writeSync(this.descriptor, block, done, block.length - done, this.bytes + done);
      } catch (error) {
        this.cutBack();
        throw error;
      }
    });
    this.bytes += block.length;
    this.digest.update(block);
  }

  /** To the last whole row, where the file allows it; what went wrong before is what the user is told. */
  private cutBack(): void {
    try {
      ftruncateSync(this.descriptor, this.bytes);
    } catch {}
  }

  /** Lets go of a file that will not be finished; what is written stays. */
  abandon(): void {
    try {
      closeSync(this.descriptor);
    } catch {}
  }

  /** Flushes to the disk itself, so that what is written afterwards never vouches for lost rows; says what is there. */
  flush(): WrittenFile {
    this.attempt(() => fsyncSync(this.descriptor));
    return { rows: this.rows, bytes: this.bytes, sha256: this.digest.copy().digest('hex') };
  }

  close(): WrittenFile {
    const written = this.flush();
    this.attempt(() => closeSync(this.descriptor));
    return written;
  }

  private attempt<T>(action: () => T): T {
    return writing(this.path, action);
  }
}
