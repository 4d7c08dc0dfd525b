/** What is between the numbers and the disk, and before the first of them. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inScratch } from '../io/remove.js';
import { type Row, tables } from '../metrics/columns.js';
import { CsvWriter } from '../metrics/csv.js';
import { randomStream } from '../numerics/random.js';
import { packageRoot } from '../package.js';
import { type Benchmark, higher, lower } from './benchmark.js';
import { median, medianMs } from './measure.js';

/** Rows that a protocol hands over at a time, as it makes them at one step. */
const AT_ONCE = 12;
const BATCHES = 200;

/** Rows as a run writes them: strings repeat, numbers have all their digits. */
function sampleRows(columns: readonly { type: string; name: string }[], count: number): Row[] {
  const random = randomStream(1, 'bench/rows');
  return Array.from({ length: count }, (_, i) =>
    columns.map(({ type, name }) =>
      type === 'string' ? `${name}-${i % 5}` : type === 'integer' ? i : random.normal(),
    ),
  );
}

function rowsPerSecond(table: (typeof tables)['equivalence' | 'processes'], seconds: number): Promise<number> {
  return inScratch('bench', (folder) => {
    const batches = Array.from({ length: BATCHES }, () => sampleRows(table.columns, AT_ONCE));
    const ms = medianMs((repetitions) => {
      const writer = new CsvWriter(join(folder, table.file), table);
      for (let i = 0; i < repetitions; i++) for (const rows of batches) writer.write(rows);
      writer.close();
    }, seconds);
    return (1000 * AT_ONCE * BATCHES) / ms;
  });
}

const csvRows: Benchmark = {
  name: 'csv-rows',
  summary: 'rows of metrics.csv (12 columns) and of processes.csv (7), written, hashed and flushed',
  run: async (seconds) => [
    higher('csv-rows', await rowsPerSecond(tables.equivalence, seconds / 2), 'rows/s'),
    higher('csv-process-rows', await rowsPerSecond(tables.processes, seconds / 2), 'rows/s'),
  ],
};

const startup: Benchmark = {
  name: 'startup',
  summary: 'eprbp --help as a process of its own; the limit is Node doing nothing',
  run(seconds) {
    const bin = fileURLToPath(new URL('bin/eprbp.js', packageRoot));
    const time = (args: readonly string[]) => {
      const started = performance.now();
      execFileSync(process.execPath, args, { stdio: 'ignore' });
      return performance.now() - started;
    };
    const pairs: [help: number, nothing: number][] = [];
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end || pairs.length < 5) pairs.push([time([bin, '--help']), time(['-e', '0'])]);
    return [lower('startup', median(pairs.map(([help]) => help)), 'ms', median(pairs.map(([, nothing]) => nothing)))];
  },
};

export const files: readonly Benchmark[] = [csvRows, startup];
