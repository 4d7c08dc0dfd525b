import { basename } from 'node:path';
import { type Column, type Table, tables } from './columns.js';
import type { RunRecord } from './results.js';

interface Described {
  readonly folder: string;
  readonly record: Pick<RunRecord, 'outputs' | 'changes' | 'spec'>;
}

/**
 * `datapackage.json` (Data Package standard): every CSV of an experiment with the types and meanings of its columns.
 * Numbers may be `NaN` and `Infinity`.
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
      format: 'csv',
      mediatype: 'text/csv',
      encoding: 'utf-8',
      bytes,
      hash: `sha256:${sha256}`,
      'eprbp:changes': record.changes,
      schema: {
        fields: tableOf(file, (record.spec['protocol'] as { name: string }).name).columns.map(field),
        missingValues: [],
      },
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

function field({ name, type, description }: Column) {
  return { name, type, description };
}

/** metrics.csv has the columns of its protocol; every other file has one table. */
function tableOf(file: string, protocol: string): Table {
  const named = Object.entries(tables).find(
    ([name, table]) => table.file === file && (file !== 'metrics.csv' || name === protocol),
  );
  if (named === undefined) throw new RangeError(`no table is written to ${file} by protocol ${protocol}`);
  return named[1];
}
