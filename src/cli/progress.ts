import type { RunPlan } from '../plan/run-plan.js';
import { hasFailed } from '../run/recall.js';
import type { Observer } from '../run/schedule.js';
import { shortId } from '../text.js';
import { Bar, type Facts } from './bar.js';
import { type Estimate, leftText } from './estimate.js';
import { isWatched, note } from './terminal.js';

const LINE_EVERY_MS = 5000;
const PARTS = 1000;

/** Shows how far the runs are: a bar on a terminal, a plain line now and then elsewhere, nothing when quiet. */
export function progress(estimate: Estimate, quiet: boolean): Observer & { stop(): void } {
  if (quiet) return { stop() {} };
  const shown = isWatched() ? bar(estimate) : lines(estimate);
  return { ...both(following(estimate), shown), stop: shown.stop };
}

/** Tells the estimate what happens. */
const following = (estimate: Estimate): Observer => ({
  runStarted: (run, _, plan) => estimate.started(plan, run),
  // of a phase one nobody knows how long it takes
  work: ({ phase, done, of }, run) => estimate.worked(run, phase === 'free phase' ? 0 : done / of),
  runFinished: ({ run, cached }) => estimate.finished(run, cached),
  runFailed: (run) => estimate.finished(run, true),
  runHeld: (run) => estimate.held(run),
  rungBegun: (plan, rung, runs) => estimate.rungBegun(plan, rung, runs),
});

/** Whatever happens is told to both. */
export function both(first: Observer, second: Observer): Observer {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]) as Set<keyof Observer>;
  const tellBoth = (name: keyof Observer) =>
    ((...facts: never[]) => {
      for (const observer of [first, second]) (observer[name] as ((...facts: never[]) => void) | undefined)?.(...facts);
    }) as never;
  return Object.fromEntries([...names].map((name) => [name, tellBoth(name)]));
}

/** How often it is worked out how far all is. */
const EVERY_MS = 200;
const LONGEST_ID = 40;

function bar(estimate: Estimate): Observer & { stop(): void } {
  const shown = new Bar('{bar} {percentage}%  {done}/{total_runs} runs{failed}  {left}{name}  {phase}');
  let [failed, value, last] = [0, 0, Number.NEGATIVE_INFINITY];
  let all: Facts = {};
  const show = (facts: Facts = {}) => {
    if (performance.now() - last > EVERY_MS) {
      last = performance.now();
      value = Math.max(value, Math.floor(estimate.share * PARTS));
      all = { total_runs: estimate.runs, left: leftText(estimate.left) };
    }
    shown.update(value, { done: estimate.ended, failed: failed === 0 ? '' : `, ${failed} failed`, ...all, ...facts });
  };
  shown.start(PARTS, { done: 0, failed: '', left: '', total_runs: estimate.runs, name: '', phase: '' });
  return {
    runStarted: (run, _, plan) => show({ name: `${plan.name}/${shortId(run.id, LONGEST_ID)}`, phase: '' }),
    work: (work, run) => show({ name: shortId(run.id, LONGEST_ID), phase: `${work.phase} ${work.done}/${work.of}` }),
    runFinished(finished) {
      if (hasFailed(finished)) failed++;
      show();
    },
    runFailed() {
      failed++;
      show();
    },
    runHeld: (run, holder) => show({ name: shortId(run.id, LONGEST_ID), phase: `in use by ${holder}` }),
    drawing: (plan) => shown.tell({ name: plan.name, phase: 'drawing figures' }),
    stop: () => shown.stop(),
  };
}

function lines(estimate: Estimate): Observer & { stop(): void } {
  let last = Date.now();
  const tell = ({ id }: RunPlan, what: string) => {
    if (Date.now() - last < LINE_EVERY_MS) return;
    last = Date.now();
    const far = `${estimate.ended}/${estimate.runs} runs  ${leftText(estimate.left)}`;
    note(`${far}${shortId(id, LONGEST_ID)}  ${what}`);
  };
  return {
    work: (work, run) => tell(run, `${work.phase} ${work.done}/${work.of}`),
    runHeld: (run, holder) => tell(run, `in use by ${holder}`),
    stop() {},
  };
}
