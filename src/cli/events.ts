/** `--json`: what happens, one JSON object a line, as it happens. */
import type { Verdict } from '../metrics/assertions.js';
import type { Plan } from '../plan/run-plan.js';
import type { Finished } from '../run/recall.js';
import type { Observer } from '../run/schedule.js';
import { printJson } from './terminal.js';

export function tell(event: string, facts: object): void {
  printJson({ event, ...facts });
}

/** Runs that go side by side tell in the order in which they end; `index` is their place in the plan. */
export const events: Observer = {
  runStarted: (run, index, plan) => tell('run-started', { experiment: plan.name, run: run.id, index }),
  runFinished: (finished, index, plan) =>
    tell('run-finished', { experiment: plan.name, run: finished.run.id, index, ...factsOf(finished) }),
  runFailed: (run, message, index, plan) => tell('run-failed', { experiment: plan.name, run: run.id, index, message }),
  runRetried: (run, message) => tell('run-retried', { run: run.id, message }),
  runHeld: (run, holder) => tell('run-held', { run: run.id, holder }),
  rungBegun: (plan, { index, until }, runs) =>
    tell('rung-begun', { experiment: plan.name, rung: index + 1, epochs: until ?? null, runs }),
  experimentFinished: ({ plan, folder, finished, failed, left, open, search, slopes, figures, best, problems }) =>
    tell('experiment-finished', {
      experiment: plan.name,
      folder,
      finished: finished.map(({ run }) => run.id),
      failed: failed.map(({ run }) => run.id),
      left,
      open: open.map(({ id }) => id),
      search: search ?? null,
      assertions: slopes.map(judgement),
      figures: figures.map(({ path }) => path),
      findings: figures.map(({ finding }) => finding),
      best,
      problems,
    }),
};

export function tellPlan({ name, file, runs, swept }: Plan): void {
  tell('planned', { experiment: name, file, runs: runs.length, swept });
}

function factsOf({ cached, folder, record, run, verdicts }: Finished): object {
  return {
    status: record.status,
    cached,
    build: record.build ?? null,
    folder,
    changes: run.changes,
    seconds: record.environment['seconds'] ?? null,
    warnings: record.warnings,
    assertions: verdicts.map(judgement),
  };
}

const judgement = ({ passed, text }: Verdict) => ({ passed, text });
