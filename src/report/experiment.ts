/** All that a page says of an experiment, read from its results alone. */
import { basename } from 'node:path';
import { stringify } from 'yaml';
import { type Issue, UserError } from '../errors.js';
import type { DrawOptions } from '../figure/draw.js';
import { formatValue } from '../figure/labels.js';
import { openSource } from '../figure/source.js';
import { type EstimatorSection, estimatorSections } from '../figure/table.js';
import { type Readable, readableRuns } from '../metrics/found.js';
import type { FinishedRun } from '../metrics/record.js';
import type { RunRecord } from '../metrics/results.js';
import { standingOf } from '../metrics/underway.js';
import { counted } from '../text.js';
import { figuresOf, type Shown } from './figures.js';
import { type Judged, judgedOf, readingOf } from './judged.js';
import { type PictureSection, pictureOf } from './picture/picture.js';
import { pointOf, type Results, resultsOf } from './results.js';
import type { Sheet } from './sheet/sheet.js';
import { trainedSheet } from './sheet/tables.js';

export interface Experiment {
  readonly name: string;
  /** The folder. */
  readonly folder: string;
  /** The user's title, or the name. */
  readonly heading: string;
  readonly source: string | undefined;
  /** In one sentence, with a number. */
  readonly finding: string;
  readonly runs: readonly FinishedRun[];
  /** What was swept, in words: one a run, empty where it is the only one. */
  readonly points: readonly string[];
  readonly figures: readonly Shown[];
  /** Of the first run that has all it needs. */
  readonly picture: PictureSection | undefined;
  readonly judged: readonly Judged[];
  readonly results: Results;
  readonly statistics: Sheet | undefined;
  readonly estimators: readonly EstimatorSection[];
  readonly warnings: readonly Warning[];
  /** What of a sweep that is not over is there, in a sentence. */
  readonly standing: string | undefined;
  /** The resolved spec of the first run, as YAML. */
  readonly spec: string;
  /** Where the numbers come from. */
  readonly origin: readonly (readonly [name: string, value: string])[];
  /** Runs that are there and left out, and why. */
  readonly problems: readonly Issue[];
  /** Why figures are missing. */
  readonly issues: readonly Issue[];
}

/** What runs warned of in words that differ in numbers alone. */
export interface Warning {
  readonly text: string;
  readonly runs: readonly number[];
}

/**
 * @param figures how to draw those that are missing, or as drawn
 * @throws UserError, RunError where the results cannot be read
 */
export async function experimentAt(path: string, figures: DrawOptions | 'drawn' = 'drawn'): Promise<Experiment> {
  return experimentOf(readableRuns(path), (experiment, runs) => figuresOf(experiment, runs, figures));
}

/** @param shownOf the figures of runs, drawn */
export async function experimentOf(
  { experiment: folder, runs, problems }: Readable,
  shownOf: (experiment: string, runs: readonly FinishedRun[]) => Promise<{ shown: Shown[]; issues: readonly Issue[] }>,
): Promise<Experiment> {
  const readings = [];
  for (const run of runs) readings.push(await readingOf(run));
  const [{ record }] = runs;
  const { title, source } = record.spec as { title?: string; source?: string };
  const folders = runs.map((run) => run.folder);
  const points = openSource(folders).runs.map((run) => pointOf(run));
  const judged = judgedOf(
    runs,
    readings,
    points.map((point, i) => ({ ...bySwept(runs[i].record, point) })),
  );
  const gaps = readings.map((reading) => reading.gaps);
  const { shown, issues } = await shownOf(folder, runs);
  const told = {
    ...{ name: basename(folder), folder, heading: title ?? record.name, source, runs, problems, issues },
    points: inWords(points),
    ...{ figures: shown, picture: await pictureOf(runs), judged, results: resultsOf(folders, gaps) },
    statistics: trainedSheet(runs.map((run) => run.record)),
    estimators: await estimatorsOf(record, folders),
    warnings: alike(runs.flatMap((run, i) => run.record.warnings.map((text) => ({ text, run: i })))),
    standing: standingOf(folder, runs),
    spec: stringify(record.spec, { lineWidth: 0 }),
    origin: originOf(runs.map((run) => run.record)),
  };
  return { ...told, finding: findingOf(told) };
}

/** `β = 0.01, seed = 2`: of keys that move together, the first. */
function inWords(points: readonly ReadonlyMap<string, unknown>[]): string[] {
  const keys = [...(points[0]?.keys() ?? [])];
  const partitions = keys
    .map((key) => {
      const first = new Map<string, number>();
      return points.map((point, i) => {
        const value = JSON.stringify(point.get(key)) ?? '';
        if (!first.has(value)) first.set(value, i);
        return first.get(value);
      });
    })
    .map((partition) => partition.join());
  const telling = keys.filter((_, i) => partitions.indexOf(partitions[i]) === i);
  const word = (key: string) => {
    const [short] = key.split(' of ');
    return telling.filter((other) => other.split(' of ')[0] === short).length === 1 ? short : key;
  };
  return points.map((point) => telling.map((key) => `${word(key)} = ${formatValue(point.get(key))}`).join(', '));
}

/** Swept keys with values in words where they are more than numbers. */
function bySwept({ changes }: RunRecord, point: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const words = [...point.values()];
  return Object.fromEntries(Object.keys(changes).map((key, i) => [key, words[i] ?? changes[key]]));
}

/** Empty where the runs estimate no gradients. */
async function estimatorsOf({ spec }: RunRecord, folders: readonly string[]): Promise<EstimatorSection[]> {
  if ((spec['protocol'] as { name?: string } | undefined)?.name !== 'gradient') return [];
  try {
    return await estimatorSections(folders);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

type Told = Omit<Experiment, 'finding'>;

/** That of the first figure that has one of its own; else of the table of estimators; else of the assertions. */
function findingOf({ figures, heading, estimators, judged, runs }: Told): string {
  const said = figures.map(({ finding }) => finding).find((finding) => finding !== '' && finding !== heading);
  if (said !== undefined) return said;
  const verdicts = judged.flatMap((one) => one.verdicts);
  const held = verdicts.filter(({ passed }) => passed).length;
  const holds = verdicts.length === 0 ? '' : `${held} of ${counted(verdicts.length, 'assertion')} hold`;
  const of = counted(runs.length, 'run');
  return `${[estimatorFinding(estimators), holds === '' ? `${of} finished` : `${holds}, over ${of}`]
    .filter(Boolean)
    .join('; ')}.`;
}

function estimatorFinding(sections: readonly EstimatorSection[]): string {
  const all = sections.flatMap(({ lines, errors }) => lines.map(([name], i) => ({ name, error: errors[i] })));
  const finite = all.filter(({ error }) => Number.isFinite(error)).sort((a, b) => a.error - b.error);
  if (finite.length < 2) return '';
  const [least, most] = [finite[0], finite[finite.length - 1]];
  const networks = counted(sections.length, 'network');
  const names = new Set(all.map(({ name }) => name)).size;
  return `${counted(names, 'estimator')} on ${networks}: relative errors from ${formatValue(least.error)} (${least.name}) to ${formatValue(Number(most.error.toPrecision(2)))} (${most.name})`;
}

const NUMBER = /[-−]?\d+(\.\d+)?(e[+-]?\d+)?( ± [\d.]+i)?(?![\w'])/g;

function alike(all: readonly { readonly text: string; readonly run: number }[]): Warning[] {
  const groups = new Map<string, { text: string; runs: number[] }>();
  for (const { text, run } of all) {
    const key = text.replace(NUMBER, '#');
    const group = groups.get(key) ?? { text, runs: [] };
    if (group.runs.at(-1) !== run) group.runs.push(run);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The same for all runs, or all that there are. */
function originOf(records: readonly RunRecord[]): [string, string][] {
  const facts = ['eprbp', 'git', 'node', 'platform', 'cpu', 'host', 'lock_file_sha256'];
  const distinct = (values: readonly string[]) => [...new Set(values)].join('; ');
  const dates = records.map(({ environment }) => text(environment['finished'])).sort();
  const of = (name: string) => distinct(records.map(({ environment }) => text(environment[name])));
  return [
    ...facts.map((name): [string, string] => [FACTS[name] ?? name, of(name)]),
    ['backend', distinct(records.map(({ backend }) => backend))],
    ['build', distinct(records.map(({ build }) => build ?? 'an earlier version'))],
    ['finished', dates.at(-1) ?? ''],
  ].filter((fact): fact is [string, string] => fact[1] !== '');
}

const FACTS: Readonly<Record<string, string>> = {
  ...{ eprbp: 'version of eprbp', git: 'commit', node: 'Node.js', lock_file_sha256: 'SHA-256 of the lock file' },
};

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, part]) => (typeof part === 'boolean' ? (part ? key.replaceAll('_', ' ') : '') : text(part)))
    .filter((part) => part !== '')
    .join(', ');
}
