import { requeuing } from '../../cluster/requeue.js';
import { reasonOf, UserError } from '../../errors.js';
import type { Plan } from '../../plan/run-plan.js';
import { requireBackend } from '../../run/backend.js';
import { availableCores } from '../../run/cores.js';
import { environment } from '../../run/environment.js';
import type { ExperimentResult } from '../../run/experiment.js';
import { silenceMs } from '../../run/holder.js';
import { type Observer, type RunOptions, runExperiments } from '../../run/schedule.js';
import type { Shard } from '../../run/shard.js';
import { Archive, experimentFolder, requireWritable } from '../../run/store.js';
import { keepYoungSpace } from '../../run/young-space.js';
import { commandForFailed, linesForShard, missingLines } from '../again.js';
import { annotateResults } from '../annotations.js';
import { Estimate } from '../estimate.js';
import { events, tell, tellPlan } from '../events.js';
import { exitCodeOf, exitCodeOfFinished, Interrupted } from '../exit-codes.js';
import { secondsOf, shardOf, wholeNumber } from '../numbers.js';
import { requireOutput } from '../outputs.js';
import { both, progress } from '../progress.js';
import { RowStream } from '../row-stream.js';
import { underSignals } from '../signals.js';
import { planAll, type SpecArguments } from '../specs.js';
import { complaints, planWarningLines, report, totals } from '../summary.js';
import { note, print, styled, unwritten } from '../terminal.js';
import { noteThreads, threadsOf } from '../threads.js';

interface RunArguments extends SpecArguments {
  readonly jobs: string | undefined;
  readonly threads: string;
  readonly shard: string | undefined;
  readonly force: boolean;
  readonly acceptBuild: boolean;
  readonly finished: boolean;
  readonly dryRun: boolean;
  readonly resume: boolean;
  readonly requeue: boolean;
  readonly rerun: 'failed' | undefined;
  readonly failFast: boolean;
  readonly timeout: string | undefined;
  readonly retries: string;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly report: boolean;
  readonly junit: string | undefined;
  readonly csv: '-' | undefined;
}

/** `eprbp run`: every spec planned first, so that a mistake in the last one is told before the first one runs. */
export async function run(args: RunArguments): Promise<number> {
  keepYoungSpace();
  const options = optionsOf(args);
  if (args.dryRun) return (await import('./plan.js')).plan({ ...args, spectrum: false });
  if (args.json && args.csv !== undefined)
    throw new UserError({ message: '--json and --csv - exclude each other: both would write to stdout' });
  const plans = planAll(args, options.timeout);
  const rows = args.csv === undefined ? undefined : new RowStream(plans, args.out);
  if (rows) await requireStdout();
  requireBackend(plans);
  const experiments = plans.map(({ name }) => experimentFolder(args.out, name));
  const files = plans.map(({ file }) => file);
  if (args.junit !== undefined) requireOutput('--junit', args.junit, { experiments, files });
  requireRoom(plans, args);
  for (const line of plans.flatMap(planWarningLines)) note(`${styled('yellow', 'warning', process.stderr)} ${line}`);
  const runs = plans.reduce((sum, { runs }) => sum + runs.length, 0);
  noteThreads(options.threads, Math.min(options.jobs!, runs), args.backend);
  if (args.json) plans.forEach(tellPlan);
  const started = performance.now();
  const again = args.requeue ? requeuing(plans, options) : undefined;
  const results = await underSignals(
    (signal) => runAll(plans, { ...options, signal }, args, rows?.observer),
    'every row so far is on disk; the same command goes on',
  ).catch((error) => {
    if (again !== undefined && error instanceof Interrupted) note(again());
    throw error;
  });
  const seconds = (performance.now() - started) / 1000;
  const exitCode = args.finished ? exitCodeOfFinished(results) : exitCodeOf(results);
  const index = args.report ? await reportOn(args.out) : undefined;
  if (args.junit !== undefined) (await import('../junit.js')).writeJunit(args.junit, results);
  annotateResults(results);
  if (process.env['GITHUB_STEP_SUMMARY']) await (await import('../step-summary.js')).summarise(results, seconds);
  if (args.json) tell('done', { exit_code: exitCode, seconds });
  else show(results, seconds, args);
  if (index !== undefined && !args.json) (args.csv === undefined ? print : note)(index);
  return exitCode;
}

/** The pages of all that is in the folder of results; what cannot be read is told in the index. @returns the index */
async function reportOn(out: string): Promise<string> {
  const { writeSite } = await import('../../report/site.js');
  return (await writeSite(out, { figures: 'drawn' })).index;
}

/** Stdout holds data: the report, unless rows go there; what went wrong is told on stderr, with how to go on. */
function show(results: readonly ExperimentResult[], seconds: number, args: RunArguments): void {
  const { quiet, csv, finished, shard, out } = args;
  const say = csv === undefined ? print : note;
  for (const result of results) {
    if (!quiet) say(report(result, results.length === 1));
    note(complaints(result));
  }
  if (!quiet) say(totals(results, seconds));
  const argv = process.argv.slice(2);
  const again = commandForFailed(results, argv);
  if (again !== undefined) note(`what failed again:  ${again}`);
  if (finished) note(missingLines(results, argv));
  else if (shard !== undefined && !quiet) note(linesForShard(results, argv, out));
}

/** Results can be written, or all of them are there. @throws UserError */
function requireRoom(plans: readonly Plan[], { out, force, acceptBuild }: RunArguments): void {
  try {
    requireWritable(out);
  } catch (error) {
    if (force || !plans.every((plan) => isThere(plan, out, acceptBuild))) throw error;
  }
}

/** Whether all runs of a plan have finished before, as they would now. */
function isThere({ name, runs }: Plan, out: string, acceptBuild: boolean): boolean {
  try {
    const archive = new Archive(experimentFolder(out, name));
    return runs.every((run) => archive.has(run, acceptBuild));
  } catch {
    return false;
  }
}

/** @throws UserError where rows could not even begin. */
async function requireStdout(): Promise<void> {
  const problem = await unwritten();
  if (problem) throw new UserError({ message: `cannot write to stdout: ${reasonOf(problem)}` });
}

/** @throws UserError */
function optionsOf(args: RunArguments): RunOptions {
  const { out, jobs, threads, shard, force, rerun, acceptBuild, finished, failFast, timeout, retries } = args;
  if (finished && (force || rerun !== undefined))
    throw new UserError({ message: '--finished runs nothing: it excludes --force and --rerun' });
  if (args.resume && force)
    throw new UserError({ message: '--resume and --force exclude each other: to go on, or to begin again' });
  // a wrong setting is told before the first run asks for it
  silenceMs();
  return {
    out,
    threads: threadsOf(threads),
    jobs: jobs === undefined ? availableCores() : wholeNumber('--jobs', jobs, 1),
    shard: shard === undefined ? undefined : partOf(shard),
    again: force ? 'always' : rerun === 'failed' ? 'failed' : 'never',
    acceptBuild,
    finishedOnly: finished,
    failFast,
    timeout: secondsOf(timeout),
    retries: wholeNumber('--retries', retries, 0),
    environment: environment(),
  };
}

/** @throws UserError */
function partOf(given: string): Shard {
  const { shard, said } = shardOf(given);
  if (said !== undefined) note(`${styled('yellow', 'warning', process.stderr)} ${said}`);
  return shard;
}

async function runAll(
  plans: readonly Plan[],
  options: RunOptions,
  { quiet, json }: RunArguments,
  rows: Observer | undefined,
): Promise<ExperimentResult[]> {
  const shown = json ? { ...events, stop() {} } : progress(new Estimate(quiet ? [] : plans, options.shard), quiet);
  try {
    return await runExperiments(plans, options, rows ? both(rows, shown) : shown);
  } finally {
    shown.stop();
  }
}
