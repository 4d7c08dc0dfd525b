import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { formatIssue, UserError } from '../../errors.js';
import { removeTree } from '../../io/remove.js';
import { readableRunsOf } from '../../metrics/found.js';
import { precisionOf } from '../../metrics/precision.js';
import { type FinishedRun, isOfOtherBuild } from '../../metrics/record.js';
import type { EngineRecord, LearnersRecord } from '../../metrics/results.js';
import { openOf, openText } from '../../metrics/underway.js';
import { type ExperimentEntry, inventory, litterIn, type RunEntry } from '../../run/inventory.js';
import { holderOf, sweepLocks } from '../../run/lock.js';
import { counted, flowText, shortId } from '../../text.js';
import { commandFor } from '../again.js';
import { EXIT, workBegins } from '../exit-codes.js';
import { tellLeftOut } from '../left-out.js';
import { statistics } from '../summary.js';
import { note, print, styled, table } from '../terminal.js';

/** `eprbp ls`: the experiments of a folder of results, or the runs of one experiment. */
export function ls({ out, result }: { out: string; result: readonly string[] }): number {
  if (result.length === 0) {
    const experiments = inventory(out);
    if (experiments.length === 0) note(`${out}: no results`);
    else
      print(
        table([
          ['experiment', 'runs', 'finished', 'open', 'diverged', 'size', 'last'],
          ...experiments.map(experimentLine),
        ]),
      );
    for (const experiment of experiments) note(openLines(experiment));
    tellLeftOut(experiments.flatMap(({ problems }) => problems));
    return EXIT.ok;
  }
  const experiments = result.flatMap(entriesAt);
  for (const experiment of experiments) {
    const { name, runs, problems } = experiment;
    if (experiments.length > 1) print(styled('bold', basename(name)));
    print(table([['run', 'status', 'seconds', 'size', 'build'], ...runs.map(runLine)]));
    note(openLines(experiment));
    tellLeftOut(problems);
  }
  return EXIT.ok;
}

function entriesAt(path: string): ExperimentEntry[] {
  const found = inventory(path);
  if (found.length === 0)
    throw new UserError({ where: { file: path }, message: 'no runs here', hint: 'give results/<name>' });
  return found;
}

/** What is open of the sweep that was run last, and what goes on with it; nothing where it is over. */
function openLines({ name, folder, runs, underway }: ExperimentEntry): string[] {
  if (underway === undefined) return [];
  const open = openOf(
    underway,
    runs.flatMap(({ record }) => record ?? []),
  );
  const command = commandFor(underway, open, dirname(folder));
  return [
    `${basename(name)} is not over, open of its ${underway.runs} runs: ${openText(underway, open)}`,
    `  ${command}`,
  ];
}

function experimentLine({ name, runs, underway }: ExperimentEntry): unknown[] {
  const finished = runs.flatMap(({ record }) => record ?? []);
  const dates = finished.map(({ environment }) => String(environment['finished'] ?? '')).sort();
  return [
    basename(name),
    runs.length,
    finished.length,
    underway ? openOf(underway, finished).runs : '',
    finished.filter(({ status }) => status === 'diverged').length,
    size(runs.reduce((sum, { bytes }) => sum + bytes, 0)),
    dates.at(-1)?.slice(0, 19).replace('T', ' ') ?? '',
  ];
}

function runLine({ id, record, problem, hasCheckpoint, bytes }: RunEntry): unknown[] {
  const unfinished = hasCheckpoint ? 'interrupted, has a checkpoint' : 'interrupted';
  const status = (record && statusText(record)) ?? (problem ? 'damaged' : unfinished);
  return [idText(id), status, record?.environment['seconds'] ?? '', size(bytes), record ? buildText(record) : ''];
}

/** On a terminal in its width; elsewhere it may be what another program asks for. */
function idText(id: string): string {
  const { isTTY, columns } = process.stdout;
  return isTTY ? shortId(id, Math.max(LEAST_ID, columns - BESIDE_ID)) : id;
}

/** The other columns of the table, and what an id needs to be known again. */
const [BESIDE_ID, LEAST_ID] = [60, 24];

/** `eprbp show`: what a finished run was, and what came of it. */
export function show({ result }: { result: readonly string[] }): number {
  const problems = result.flatMap((path) => {
    const found = readableRunsOf([path]);
    for (const run of found.runs) print(described(run));
    const [experiment] = inventory(path).filter(({ underway }) => underway !== undefined);
    const over = statistics(found.runs.map(({ record }) => record));
    if (over.length > 0) print([...over, ...(experiment ? [] : bestIn(path)), '']);
    if (experiment) note(openLines(experiment));
    return found.problems;
  });
  return tellLeftOut(problems);
}

/** Specs of what validation chose, as they lie in the folder of an experiment. */
const bestIn = (path: string): string[] =>
  readdirSync(path)
    .filter((name) => /^best(-.*)?\.yaml$/.test(name))
    .map((name) => `  as a spec to run: ${join(path, name)}`);

function described({ folder, record }: FinishedRun): string[] {
  const { environment, outputs, changes, warnings, free, engines, learners } = record;
  const facts: [string, unknown][] = [
    ['status', statusText(record)],
    ...Object.entries(changes).map(([key, value]): [string, unknown] => [key, text(value)]),
    ['hash', record.hash],
    learners
      ? ['learned', learnedText(learners)]
      : [
          'free phase',
          `${free.status}, ${free.steps} steps, residual ${free.residual_max?.toExponential(1) ?? 'not finite'}`,
        ],
    ...Object.entries(engines).map(([id, engine]): [string, unknown] => [id, engineText(engine)]),
    ...Object.entries(outputs).map(([file, { rows, bytes }]): [string, unknown] => [
      file,
      `${rows === undefined ? '' : `${rows} rows, `}${size(bytes)}`,
    ]),
    ...['started', 'seconds', 'host', 'eprbp', 'node'].map((key): [string, unknown] => [key, text(environment[key])]),
    ['backend', `${record.backend}, ${precisionOf(record)}`],
    ['build', buildText(record)],
    ...warnings.map((warning): [string, unknown] => ['warning', warning]),
  ];
  return [styled('bold', folder), ...table(facts, '  '), ''];
}

function statusText({ status, pruned }: FinishedRun['record']): string {
  return pruned ? `${status}, ${counted(pruned.epochs, 'epoch')} done (rung ${pruned.rung + 1})` : status;
}

function learnedText({ learned, networks, median_trials }: LearnersRecord): string {
  const median = median_trials === null ? '' : `, ${median_trials} trials in the median`;
  return `${learned} of ${counted(networks, 'network')}${median}`;
}

function engineText({ status, steps, measured = {} }: EngineRecord): string {
  const { best_epoch: best, stopped_epoch: stopped } = measured;
  const chosen = typeof best === 'number' ? `, validation best after epoch ${best}` : '';
  return `${status}, ${steps} steps${chosen}${typeof stopped === 'number' ? `, stopped early after epoch ${stopped}` : ''}`;
}

/** Which build of the program made a run, and whether that is this one. */
function buildText(record: FinishedRun['record']): string {
  const { build = 'an earlier version' } = record;
  return isOfOtherBuild(record) ? `${build}, not this one` : build;
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
  workBegins();
  for (const experiment of experiments) {
    for (const { path, why } of litterIn(experiment, old)) {
      const busy = holderOf(dirname(path), basename(path).slice(-8));
      print(`${path}: ${busy === undefined ? why : `in use by ${busy}`}`);
      if (!dryRun && busy === undefined) removeTree(path);
    }
    for (const problem of experiment.problems) print(`left as it is: ${formatIssue(problem)}`);
    if (!dryRun) sweepLocks(experiment.folder);
  }
  return EXIT.ok;
}

const text = (value: unknown) => (value === undefined ? '' : flowText(value));

function size(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
