import type { Verdict } from '../metrics/assertions.js';
import { isOfOtherBuild } from '../metrics/record.js';
import type { RunRecord } from '../metrics/results.js';
import { statisticsTable } from '../metrics/statistics.js';
import type { Plan } from '../plan/run-plan.js';
import type { ExperimentResult } from '../run/experiment.js';
import { type Finished, hasFailed } from '../run/recall.js';
import { styled, table } from './terminal.js';

const MOST_RUNS = 12;

/** What came of an experiment: its runs, the assertions that hold, figures. */
export function report(result: ExperimentResult): string[] {
  const { plan, finished, figures, folder, left } = result;
  const { title } = plan.runs[0].spec;
  return [
    styled('bold', plan.name) + (title === undefined ? '' : `  ${title}`),
    ...(finished.length > 0 ? [...runTable(finished), ...statistics(finished.map(({ record }) => record))] : []),
    ...(left > 0 ? [`  ${count(left, 'run')} left: neither judged nor drawn with the others yet`] : []),
    ...holding(result),
    ...figures.map((path) => `  figure  ${path}.svg, .png`),
    `  results ${folder}/`,
    '',
  ];
}

/** What failed, and what numbers gave rise to a warning. Warnings of the plan have been shown before. */
export function complaints({ plan, finished, failed, slopes, problems }: ExperimentResult): string[] {
  const warnings = finished.flatMap(({ run, record }) =>
    record.warnings
      .filter((warning) => !run.warnings.includes(warning))
      .map((warning) => ({ warning, run, sign: record.status === 'diverged' ? failure : warningSign })),
  );
  const warned = alike(warnings, ({ warning, sign }) => `${sign} ${warning}`).map(
    ({ first: { warning, run, sign }, more }) => `${sign} ${run.id}: ${warning}${more}`,
  );
  return [
    ...redoneLines(finished),
    ...failed.map(({ run, message }) => `${failure} ${run.id}: ${message}`),
    ...warned,
    ...finished.flatMap(({ run, verdicts }) =>
      verdicts.filter(({ passed }) => !passed).map(({ text }) => `${failure} ${run.id}: ${text}`),
    ),
    ...slopes.filter(({ passed }) => !passed).map(({ text }) => `${failure} ${text}`),
    ...problems.map((message) => `${failure} ${message}`),
  ].map((line) => `${plan.name}  ${line}`);
}

/** Results of before that were not used, and those that were though another build made them. */
function redoneLines(finished: readonly Finished[]): string[] {
  const damaged = finished.flatMap(({ redone }) => (redone?.because === 'damage' ? redone.problem : []));
  const redone = finished.filter((end) => end.redone?.because === 'build').length;
  const taken = finished.filter(({ cached, record }) => cached && isOfOtherBuild(record)).length;
  const ofOther = (number: number) =>
    `${count(number, 'run')} of another build of eprbp ${number === 1 ? 'was' : 'were'}`;
  return [
    ...damaged.map((problem) => `${warningSign} a run was done again: ${problem}`),
    ...(redone > 0 ? [`${warningSign} ${ofOther(redone)} done again (--accept-build takes them)`] : []),
    ...(taken > 0 ? [`${warningSign} ${ofOther(taken)} taken (--accept-build)`] : []),
  ];
}

const failure = styled('red', '✗', process.stderr);
const warningSign = styled('yellow', '!', process.stderr);
const success = styled('green', '✓');

function runTable(finished: readonly Finished[]): string[] {
  const shown = finished.length <= MOST_RUNS ? finished : finished.slice(0, MOST_RUNS - 1);
  const lines = shown.map(({ run, record, cached, verdicts }) => [
    run.id,
    cached ? `${record.status} (before)` : record.status,
    `${record.free.steps} steps, residual ${brief(record.free.residual_max)}`,
    verdicts.length === 0 ? '' : `${verdicts.filter(({ passed }) => passed).length}/${verdicts.length}`,
  ]);
  const rest = finished.length - shown.length;
  const more = rest === 0 ? [] : [`  … and ${rest} more runs`];
  return [...table([['run', 'status', 'free phase', 'assertions'], ...lines], '  '), ...more];
}

/** What trainings came to over their seeds, where the runs are such. */
export function statistics(records: readonly RunRecord[]): string[] {
  const found = statisticsTable(records);
  return found === undefined ? [] : [`  ${found.caption}:`, ...table([found.header, ...found.lines], '  ')];
}

/** Each assertion that holds in all runs, once, with the run that comes nearest to failing. */
function holding({ finished, slopes }: ExperimentResult): string[] {
  const within = (finished[0]?.verdicts ?? []).flatMap((_, i): string[] => {
    if (!finished.every(({ verdicts }) => verdicts[i].passed)) return [];
    const worst = finished.reduce((a, b) => (b.verdicts[i].badness > a.verdicts[i].badness ? b : a));
    return [`${finished.length > 1 ? `${worst.run.id}: ` : ''}${worst.verdicts[i].text}`];
  });
  const across = slopes.filter(({ passed }) => passed).map(({ text }) => text);
  return [...within, ...across].map((text) => `  ${success} ${text}`);
}

/** Warnings of a plan, each once, with the number of runs that it concerns. */
export function planWarningLines({ name, runs }: Plan): string[] {
  const warnings = runs.flatMap((run) => run.warnings);
  return alike(warnings, (warning) => warning).map(({ first, more }) => `${name}: ${first}${more}`);
}

/** The first of those whose texts differ in numbers alone, and how many more there are. */
function alike<T>(items: readonly T[], text: (item: T) => string): { first: T; more: string }[] {
  const general = (item: T) => text(item).replace(/[-−]?\d+(\.\d+)?(e[+-]?\d+)?( ± [\d.]+i)?(?![\w'])/g, '#');
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = general(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()].map(([first, ...rest]) => {
    const runs = rest.length === 1 ? '1 more run' : `${rest.length} more runs`;
    return { first, more: rest.length > 0 ? ` (and ${runs} alike)` : '' };
  });
}

/** The last line: what a glance should take in. */
export function totals(results: readonly ExperimentResult[], seconds: number): string {
  const finished = results.flatMap((result) => result.finished);
  const verdicts: Verdict[] = results.flatMap((result) => [
    ...result.slopes,
    ...result.finished.flatMap((end) => end.verdicts),
  ]);
  const failedVerdicts = verdicts.filter(({ passed }) => !passed).length;
  const lost =
    results.flatMap((result) => result.failed).length +
    finished.filter(({ record }) => record.status === 'diverged').length;
  const left = results.reduce((sum, result) => sum + result.left, 0);
  const cached = finished.filter((end) => end.cached).length;
  const parts = [
    count(results.length, 'experiment'),
    `${count(finished.length, 'run')}${cached > 0 ? ` (${cached} from before)` : ''}`,
    ...(left > 0 ? [`${count(left, 'run')} left`] : []),
    ...(lost > 0 ? [styled('red', `${count(lost, 'run')} failed`)] : []),
    failedVerdicts > 0
      ? styled('red', `${failedVerdicts} of ${count(verdicts.length, 'assertion')} failed`)
      : `${count(verdicts.length, 'assertion')} hold`,
    count(results.flatMap((result) => result.figures).length, 'figure'),
    `${seconds.toFixed(1)} s`,
  ];
  return parts.join(', ');
}

/** The command that runs again what failed; undefined where nothing did. */
export function commandForFailed(results: readonly ExperimentResult[], argv: readonly string[]): string | undefined {
  const failed = results.some((result) => result.failed.length > 0 || result.finished.some(hasFailed));
  if (!failed) return undefined;
  const kept = argv.filter((arg) => !/^--(force|rerun=.*)$/.test(arg));
  const words = kept.includes('--rerun') ? kept : [...kept, '--rerun', 'failed'];
  return ['eprbp', ...words.map(shellQuoted)].join(' ');
}

const shellQuoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function brief(value: number | null): string {
  return value === null ? 'not finite' : value.toExponential(1);
}
