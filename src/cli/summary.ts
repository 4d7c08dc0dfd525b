import type { Verdict } from '../metrics/assertions.js';
import type { Plan } from '../plan/plan.js';
import type { Finished } from '../run/execute.js';
import type { ExperimentResult } from '../run/experiment.js';
import { styled, table } from './terminal.js';

const MOST_RUNS = 12;

/** What came of an experiment: its runs, assertions and figures. Quiet: only what failed. */
export function summary(result: ExperimentResult, quiet: boolean): string {
  const { plan, finished, failed } = result;
  const { title } = plan.runs[0].spec;
  const blocks = [
    styled('bold', plan.name) + (title === undefined ? '' : `  ${title}`),
    ...(quiet ? [] : [runTable(finished)]),
    ...failed.map(({ run, message }) => `  ${mark(false)} ${run.id}: ${message}`),
    ...outcomeLines(finished),
    ...verdictLines(result, quiet),
    ...result.figureProblems.map((message) => `  ${mark(false)} ${message}`),
    ...(quiet ? [] : result.figures.map((path) => `  figure  ${path}.svg, .png`)),
  ];
  if (!quiet) blocks.push(`  results ${result.folder}/`);
  return quiet && blocks.length === 1 ? '' : `${blocks.join('\n')}${quiet ? '' : '\n'}`;
}

function mark(passed: boolean): string {
  return passed ? styled('green', '✓') : styled('red', '✗');
}

function runTable(finished: readonly Finished[]): string {
  const shown = finished.length <= MOST_RUNS ? finished : finished.slice(0, MOST_RUNS - 1);
  const lines = shown.map(({ run, record, cached, verdicts }) => [
    run.id,
    cached ? `${record.status} (before)` : record.status,
    `${record.free.steps} steps, residual ${brief(record.free.residual_max)}`,
    verdicts.length === 0 ? '' : `${verdicts.filter(({ passed }) => passed).length}/${verdicts.length}`,
  ]);
  const rest = finished.length - shown.length;
  const more = rest === 0 ? [] : [`  … and ${rest} more runs`];
  return [table([['run', 'status', 'free phase', 'assertions'], ...lines], '  '), ...more].join('\n');
}

/** Warnings that the numbers gave rise to, those alike once; those of the plan have been shown before. */
function outcomeLines(finished: readonly Finished[]): string[] {
  const warnings = finished.flatMap(({ run, record }) =>
    record.warnings
      .filter((warning) => !run.warnings.includes(warning))
      .map((warning) => ({ warning, run, failed: record.status === 'diverged' })),
  );
  return alike(warnings, ({ warning, failed }) => `${failed} ${warning}`).map(
    ({ first: { warning, run, failed }, more }) =>
      `  ${failed ? mark(false) : styled('yellow', '!')} ${run.id}: ${warning}${more}`,
  );
}

/** Every failed assertion with its run; each that holds in all runs, once, with the run that comes nearest to failing. */
function verdictLines({ finished, slopes }: ExperimentResult, quiet: boolean): string[] {
  const line = ({ passed, text }: Verdict, id?: string) =>
    `  ${mark(passed)} ${id === undefined ? '' : `${id}: `}${text}`;
  const failures = finished.flatMap(({ run, verdicts }) =>
    verdicts.filter(({ passed }) => !passed).map((verdict) => line(verdict, run.id)),
  );
  const across = slopes.filter(({ passed }) => !quiet || !passed).map((verdict) => line(verdict));
  return [...failures, ...(quiet ? [] : holding(finished).map(([verdict, id]) => line(verdict, id))), ...across];
}

function holding(finished: readonly Finished[]): [Verdict, id: string | undefined][] {
  return (finished[0]?.verdicts ?? []).flatMap((_, i): [Verdict, string | undefined][] => {
    if (!finished.every(({ verdicts }) => verdicts[i].passed)) return [];
    const worst = finished.reduce((a, b) => (b.verdicts[i].badness > a.verdicts[i].badness ? b : a));
    return [[worst.verdicts[i], finished.length > 1 ? worst.run.id : undefined]];
  });
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
  for (const item of items) groups.set(general(item), [...(groups.get(general(item)) ?? []), item]);
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
  const cached = finished.filter((end) => end.cached).length;
  const parts = [
    count(results.length, 'experiment'),
    `${count(finished.length, 'run')}${cached > 0 ? ` (${cached} from before)` : ''}`,
    ...(lost > 0 ? [styled('red', `${count(lost, 'run')} failed`)] : []),
    failedVerdicts > 0
      ? styled('red', `${failedVerdicts} of ${count(verdicts.length, 'assertion')} failed`)
      : `${count(verdicts.length, 'assertion')} hold`,
    count(results.flatMap((result) => result.figures).length, 'figure'),
    `${seconds.toFixed(1)} s`,
  ];
  return parts.join(', ');
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function brief(value: number | null): string {
  return value === null ? 'not finite' : value.toExponential(1);
}
