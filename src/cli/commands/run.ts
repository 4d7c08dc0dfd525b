import type { Plan } from '../../plan/plan.js';
import { chooseBackend } from '../../run/backend.js';
import { environment } from '../../run/environment.js';
import { type ExperimentResult, runExperiment } from '../../run/experiment.js';
import { requireWritable } from '../../run/store.js';
import { EXIT } from '../exit-codes.js';
import { progress } from '../progress.js';
import { underSignals } from '../signals.js';
import { planAll, type SpecArguments } from '../specs.js';
import { planWarningLines, summary, totals } from '../summary.js';
import { note, print, styled } from '../terminal.js';

interface RunArguments extends SpecArguments {
  readonly force: boolean;
  readonly quiet: boolean;
}

/** `eprbp run`: every spec planned first, so that a mistake in the last one is told before the first one runs. */
export async function run(args: RunArguments): Promise<number> {
  const plans = planAll(args);
  chooseBackend(args.backend);
  requireWritable(args.out);
  for (const line of plans.flatMap(planWarningLines)) note(`${styled('yellow', 'warning', process.stderr)} ${line}`);
  const started = performance.now();
  const results = await underSignals((signal) => runAll(plans, args, signal), 'every row so far is on disk');
  if (!args.quiet) print(totals(results, (performance.now() - started) / 1000));
  return exitCode(results);
}

async function runAll(plans: readonly Plan[], args: RunArguments, signal: AbortSignal): Promise<ExperimentResult[]> {
  const shown = progress(
    plans.reduce((sum, { runs }) => sum + runs.length, 0),
    args.quiet,
  );
  const options = { out: args.out, force: args.force, environment: environment(), signal };
  const results: ExperimentResult[] = [];
  try {
    for (const plan of plans) results.push(await runExperiment(plan, options, shown));
  } finally {
    shown.stop();
  }
  for (const result of results) {
    const text = summary(result, args.quiet);
    if (text !== '') print(text);
  }
  return results;
}

/** A failed run beats a failed assertion. */
function exitCode(results: readonly ExperimentResult[]): number {
  const broken = results.some(
    ({ failed, finished, figureProblems }) =>
      failed.length > 0 || figureProblems.length > 0 || finished.some(({ record }) => record.status === 'diverged'),
  );
  if (broken) return EXIT.runFailed;
  const verdicts = results.flatMap(({ slopes, finished }) => [...slopes, ...finished.flatMap((end) => end.verdicts)]);
  return verdicts.every(({ passed }) => passed) ? EXIT.ok : EXIT.assertionFailed;
}
