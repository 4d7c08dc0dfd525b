import { basename, dirname } from 'node:path';
import { UserError } from '../../errors.js';
import { removeTree } from '../../io/remove.js';
import { finishedRuns, readRecord } from '../../metrics/record.js';
import type { EngineRecord, RunRecord } from '../../metrics/results.js';
import { type ExperimentEntry, inventory, litterIn, type RunEntry } from '../../run/inventory.js';
import { holderOf, sweepLocks } from '../../run/lock.js';
import { EXIT } from '../exit-codes.js';
import { statistics } from '../summary.js';
import { note, print, styled, table } from '../terminal.js';

/** `eprbp ls`: the experiments of a folder of results, or the runs of one experiment. */
export function ls({ out, result }: { out: string; result: readonly string[] }): number {
  if (result.length === 0) {
    const experiments = inventory(out);
    if (experiments.length === 0) note(`${out}: no results`);
    else
      print(
        table([['experiment', 'runs', 'finished', 'diverged', 'size', 'last'], ...experiments.map(experimentLine)]),
      );
    return EXIT.ok;
  }
  const experiments = result.flatMap(entriesAt);
  for (const { name, runs } of experiments) {
    if (experiments.length > 1) print(styled('bold', basename(name)));
    print(table([['run', 'status', 'seconds', 'size'], ...runs.map(runLine)]));
  }
  return EXIT.ok;
}

function entriesAt(path: string): ExperimentEntry[] {
  const found = inventory(path);
  if (found.length === 0)
    throw new UserError({ where: { file: path }, message: 'no runs here', hint: 'give results/<name>' });
  return found;
}

function experimentLine({ name, runs }: ExperimentEntry): unknown[] {
  const finished = runs.flatMap(({ record }) => record ?? []);
  const dates = finished.map(({ environment }) => String(environment['finished'] ?? '')).sort();
  return [
    basename(name),
    runs.length,
    finished.length,
    finished.filter(({ status }) => status === 'diverged').length,
    size(runs.reduce((sum, { bytes }) => sum + bytes, 0)),
    dates.at(-1)?.slice(0, 19).replace('T', ' ') ?? '',
  ];
}

function runLine({ id, record, hasCheckpoint, bytes }: RunEntry): unknown[] {
  const status = record?.status ?? (hasCheckpoint ? 'interrupted, has a checkpoint' : 'interrupted');
  return [id, status, record?.environment['seconds'] ?? '', size(bytes)];
}

/** `eprbp show`: what a finished run was, and what came of it. */
export function show({ result }: { result: readonly string[] }): number {
  for (const path of result) {
    const runs = finishedRuns(path).runs.map((folder) => ({ folder, record: readRecord(folder)! }));
    for (const { folder, record } of runs) print(described(folder, record));
    for (const block of statistics(runs.map(({ record }) => record))) print(`${block}\n`);
  }
  return EXIT.ok;
}

function described(folder: string, record: RunRecord): string {
  const { environment, outputs, changes, warnings, free, engines } = record;
  const facts: [string, unknown][] = [
    ['status', record.status],
    ...Object.entries(changes).map(([key, value]): [string, unknown] => [key, text(value)]),
    ['hash', record.hash],
    ['free phase', `${free.status}, ${free.steps} steps, residual ${free.residual_max}`],
    ...Object.entries(engines).map(([id, engine]): [string, unknown] => [id, engineText(engine)]),
    ...Object.entries(outputs).map(([file, { rows, bytes }]): [string, unknown] => [
      file,
      `${rows === undefined ? '' : `${rows} rows, `}${size(bytes)}`,
    ]),
    ...['started', 'seconds', 'host', 'eprbp', 'node'].map((key): [string, unknown] => [key, text(environment[key])]),
    ['backend', record.backend],
    ...warnings.map((warning): [string, unknown] => ['warning', warning]),
  ];
  return `${styled('bold', folder)}\n${table(
    facts.map(([key, value]) => [key, value]),
    '  ',
  )}\n`;
}

function engineText({ status, steps, measured = {} }: EngineRecord): string {
  const { best_epoch: best, stopped_epoch: stopped } = measured;
  const chosen = typeof best === 'number' ? `, validation best after epoch ${best}` : '';
  return `${status}, ${steps} steps${chosen}${typeof stopped === 'number' ? `, stopped early after epoch ${stopped}` : ''}`;
}

interface CleanArguments {
  readonly out: string;
  readonly result: readonly string[];
  readonly old: boolean;
  readonly dryRun: boolean;
}

/** `eprbp clean`: what interrupted runs left goes; finished runs stay, but for those of earlier sweeps where asked. */
export function clean({ out, result, old, dryRun }: CleanArguments): number {
  const experiments = result.length === 0 ? inventory(out) : result.flatMap(entriesAt);
  for (const experiment of experiments) {
    for (const { path, why } of litterIn(experiment, old)) {
      const busy = holderOf(dirname(path), basename(path).slice(-8));
      print(`${path}: ${busy === undefined ? why : `in use by ${busy}`}`);
      if (!dryRun && busy === undefined) removeTree(path);
    }
    if (!dryRun) sweepLocks(experiment.folder);
  }
  return EXIT.ok;
}

const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function size(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
