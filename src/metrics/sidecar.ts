import { basename, extname } from 'node:path';
import { type Column, tableOfFile } from './columns.js';
import type { RunRecord } from './results.js';

interface Described {
  readonly folder: string;
  readonly record: Pick<RunRecord, 'outputs' | 'changes' | 'spec'>;
}

/**
 * `datapackage.json` (Data Package standard): every file of an experiment, CSV with the types and meanings of its columns.
 */
export function dataPackage(
  name: string,
  { title, source }: { title?: string | undefined; source?: string | undefined },
  runs: readonly Described[],
): string {
  const resources = runs.flatMap(({ folder, record }) =>
    Object.entries(record.outputs).map(([file, { bytes, sha256 }]) => ({
      name: `${basename(folder)}-${file.replace(/\.csv$/, '')}`.toLowerCase().replace(/[^a-z0-9._-]/g, '-'),
      path: `${basename(folder)}/${file}`,
      ...kindOf(file, record),
      bytes,
      hash: `sha256:${sha256}`,
      'eprbp:changes': record.changes,
    })),
  );
  const described = {
    name: name.toLowerCase(),
    ...(title === undefined ? {} : { title }),
    ...(source === undefined ? {} : { sources: [{ title: source }] }),
    resources,
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}

/**
 * What tables hold and Table Schema does not take for a number (it knows `NaN`, and `INF`, which no CSV reader of numbers
 * does): whoever checks a file by its sidecar is not stopped by a measure that is infinite.
 */
export const NO_NUMBERS = ['Infinity', '-Infinity'] as const;

/** A table by its columns; of any other file what its name says. */
function kindOf(file: string, record: Described['record']): object {
  const table = tableOfFile(file, record);
  if (table === undefined) return { format: extname(file).slice(1) };
  return {
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    schema: { fields: table.columns.map(field), missingValues: NO_NUMBERS },
  };
}

function field({ name, type, description }: Column) {
  return { name, type, description };
}
