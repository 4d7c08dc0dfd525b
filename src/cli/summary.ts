import type { Verdict } from '../metrics/assertions.js';
import { isOfOtherBuild } from '../metrics/record.js';
import type { RunRecord } from '../metrics/results.js';
import type { Plan } from '../plan/run-plan.js';
import { textsOf, trainedSheet } from '../report/sheet/tables.js';
import type { ExperimentResult, Standing } from '../run/experiment.js';
import type { Finished } from '../run/recall.js';
import { counted } from '../text.js';
import { styled, table } from './terminal.js';

/** Findings that an experiment says on the terminal; the others stand in its report. */
const MOST_FINDINGS = 2;

/** What came of an experiment: its findings, statistics over seeds, how many of what there is; alone, what it asserts. */
export function report(result: ExperimentResult, isAlone: boolean): string[] {
  const { plan, finished, folder, left, search } = result;
  const { title } = plan.runs[0].spec;
  return [
    styled('bold', plan.name) + (title === undefined ? '' : `  ${title}`),
    ...findings(result).map((finding) => `  ${finding}`),
    ...statistics(finished.map(({ record }) => record)),
    ...result.best.map((file) => `  as a spec to run: ${file}`),
    ...(isAlone ? holding(result) : []),
    `  ${[...tally(result), `in ${folder}/`].join(', ')}`,
    ...(search ? [`  ${standing(search, left)}`] : leftOver(left)),
    ...(isAlone ? [] : ['']),
  ];
}

const leftOver = (left: number): string[] =>
  left > 0 ? [`  ${counted(left, 'run')} left: neither judged nor drawn with the others yet`] : [];

/** What a search waits for. */
export function standing({ rung, of, missing }: Standing, left: number): string {
  const where = `rung ${rung} of ${of} of the search`;
  if (left > 0) return `${where} is done here: merge, then run again (${counted(missing, 'run')} of it not here)`;
  return `${where} waits for ${counted(missing, 'run')}: nothing goes on without`;
}

/** What the figures find, in their order, each once; what is the title again is none. */
export function findings({ plan, figures }: ExperimentResult): string[] {
  const said = [...new Set(figures.map(({ finding }) => finding))].filter(
    (finding) => finding !== '' && finding !== plan.runs[0].spec.title,
  );
  const more = said.length - MOST_FINDINGS;
  return more <= 0
    ? said
    : [...said.slice(0, MOST_FINDINGS), `… and ${counted(more, 'more finding')} beside the figures`];
}

/** How many runs came to what, how phase one ended at worst, what holds, what was drawn. */
export function tally({ finished, figures, slopes }: ExperimentResult): string[] {
  const records = finished.map(({ record }) => record);
  const statuses = ['completed', 'max-steps', 'pruned', 'diverged'] as const;
  const runs = statuses.flatMap((status) => {
    const of = records.filter((record) => record.status === status).length;
    return of > 0 ? [`${counted(of, 'run')} ${status}`] : [];
  });
  const before = finished.filter(({ cached }) => cached).length;
  const passed = [...slopes, ...finished.flatMap(({ verdicts }) => verdicts)].filter(
    (verdict) => verdict.passed,
  ).length;
  return [
    ...runs,
    ...(before > 0 ? [`${before} from before`] : []),
    ...(records.some(({ free }) => free.steps > 0 || free.residual_max !== null) ? [phaseOne(records)] : []),
    ...(passed > 0 ? [`${counted(passed, 'assertion')} ${passed === 1 ? 'holds' : 'hold'}`] : []),
    ...(figures.length > 0 ? [counted(figures.length, 'figure')] : []),
  ];
}

/** How phase one ended at worst; of agents, how many learned. */
function phaseOne(records: readonly RunRecord[]): string {
  const classes = records.flatMap(({ learners }) => learners ?? []);
  if (classes.length > 0) {
    const sum = (key: 'networks' | 'learned') => classes.reduce((total, one) => total + one[key], 0);
    return `${sum('learned')} of ${counted(sum('networks'), 'network')} learned`;
  }
  const steps = records.map(({ free }) => free.steps);
  const [fewest, most] = [Math.min(...steps), Math.max(...steps)];
  const residual = records.reduce((worst, { free }) => Math.max(worst, free.residual_max ?? Infinity), 0);
  return `phase one ${fewest === most ? counted(most, 'step') : `${fewest}–${most} steps`} to ${brief(residual)}`;
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
    ...claimsOf(finished).flatMap(failing),
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
    `${counted(number, 'run')} of another build of eprbp ${number === 1 ? 'was' : 'were'}`;
  return [
    ...damaged.map((problem) => `${warningSign} a run was done again: ${problem}`),
    ...(redone > 0 ? [`${warningSign} ${ofOther(redone)} done again (--accept-build takes them)`] : []),
    ...(taken > 0 ? [`${warningSign} ${ofOther(taken)} taken (--accept-build)`] : []),
  ];
}

const failure = styled('red', '✗', process.stderr);
const warningSign = styled('yellow', '!', process.stderr);
const success = styled('green', '✓');

/** What trainings came to over their seeds, where the runs are such. */
export function statistics(records: readonly RunRecord[]): string[] {
  const sheet = trainedSheet(records);
  if (sheet === undefined) return [];
  // nothing is bold on a terminal
  const notes = sheet.notes.filter((note) => !note.startsWith('bold:'));
  return [`  ${sheet.caption}:`, ...table(textsOf(sheet), '  '), ...notes.map((note) => `  ${note}`)];
}

/** What one assertion came to in one of its runs. */
interface Judgement {
  readonly id: string;
  readonly verdict: Verdict;
}

/** By assertion: runs of a sweep may be asked different things. */
function claimsOf(finished: readonly Finished[]): Judgement[][] {
  const claims = new Map<string, Judgement[]>();
  for (const { run, verdicts } of finished) {
    const rules = run.spec?.assert.filter((assertion) => 'column' in assertion);
    for (const [i, verdict] of verdicts.entries()) {
      const claim = JSON.stringify(rules?.[i] ?? i);
      const found = claims.get(claim);
      if (found) found.push({ id: run.id, verdict });
      else claims.set(claim, [{ id: run.id, verdict }]);
    }
  }
  return [...claims.values()];
}

const farthestOff = (all: readonly Judgement[]): Judgement =>
  all.reduce((a, b) => (b.verdict.badness > a.verdict.badness ? b : a));

/** Runs in which an assertion fails, a line each; of more, that which is farthest off. */
const MOST_FAILING = 3;

function failing(claim: readonly Judgement[]): string[] {
  const failed = claim.filter(({ verdict }) => !verdict.passed);
  const told = failed.length > MOST_FAILING ? [farthestOff(failed)] : failed;
  const more = failed.length - told.length;
  const rest = more > 0 ? ` (and ${counted(more, 'more run')} of ${claim.length} fail it, less far off)` : '';
  return told.map(({ id, verdict }) => `${failure} ${id}: ${verdict.text}${rest}`);
}

/** Each assertion that holds in all its runs, once, with the run that comes nearest to failing. */
function holding({ finished, slopes }: ExperimentResult): string[] {
  const within = claimsOf(finished).flatMap((found): string[] => {
    if (found.some(({ verdict }) => !verdict.passed)) return [];
    const { id, verdict } = farthestOff(found);
    return [`${finished.length > 1 ? `${id}: ` : ''}${verdict.text}`];
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
    counted(results.length, 'experiment'),
    `${counted(finished.length, 'run')}${cached > 0 ? ` (${cached} from before)` : ''}`,
    ...(left > 0 ? [`${counted(left, 'run')} left`] : []),
    ...(lost > 0 ? [styled('red', `${counted(lost, 'run')} failed`)] : []),
    failedVerdicts > 0
      ? styled('red', `${failedVerdicts} of ${counted(verdicts.length, 'assertion')} failed`)
      : `${counted(verdicts.length, 'assertion')} ${verdicts.length === 1 ? 'holds' : 'hold'}`,
    counted(results.flatMap((result) => result.figures).length, 'figure'),
    `${seconds.toFixed(1)} s`,
  ];
  return parts.join(', ');
}

function brief(value: number): string {
  return Number.isFinite(value) ? value.toExponential(1) : 'not finite';
}
