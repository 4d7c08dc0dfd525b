import type { Rung, RunPlan } from '../plan/run-plan.js';
import { hasFailed } from '../run/recall.js';
import type { Observer } from '../run/schedule.js';
import { Bar, type Facts } from './bar.js';
import { isWatched, note } from './terminal.js';

const LINE_EVERY_MS = 5000;
const PARTS = 1000;

/** Shows how far the runs are: a bar on a terminal, a plain line now and then elsewhere, nothing when quiet. */
export function progress(total: number, quiet: boolean): Observer & { stop(): void } {
  if (quiet) return { stop() {} };
  return isWatched() ? bar(total) : lines(total);
}

/** Whatever happens is told to both. */
export function both(first: Observer, second: Observer): Observer {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]) as Set<keyof Observer>;
  const tellBoth = (name: keyof Observer) =>
    ((...facts: never[]) => {
      for (const observer of [first, second]) (observer[name] as ((...facts: never[]) => void) | undefined)?.(...facts);
    }) as never;
  return Object.fromEntries([...names].map((name) => [name, tellBoth(name)]));
}

/** A later rung has more work of runs that have been counted. */
const furtherRuns = ({ index }: Rung, runs: number): number => (index === 0 ? 0 : runs);

function bar(known: number): Observer & { stop(): void } {
  let total = known;
  const shown = new Bar('{bar} {percentage}%  {done}/{total_runs} runs{failed}  {left}{name}  {phase}');
  let [done, failed, before] = [0, 0, 0];
  const started = performance.now();
  /** How far each run is that goes on. */
  const going = new Map<string, number>();
  const show = (facts: Facts = {}) => {
    const inside = [...going.values()].reduce((a, b) => a + b, 0);
    shown.update(Math.floor((done + inside) * PARTS), {
      done,
      failed: failed === 0 ? '' : `, ${failed} failed`,
      left: left(performance.now() - started, done + inside - before, total - done - inside),
      ...facts,
    });
  };
  const ended = (run: RunPlan, bad: boolean) => {
    going.delete(run.hash);
    done++;
    if (bad) failed++;
    show();
  };
  shown.start(total * PARTS, { done: 0, failed: '', left: '', total_runs: total, name: '', phase: '' });
  return {
    runStarted(run, _, plan) {
      going.set(run.hash, 0);
      show({ name: `${plan.name}/${run.id}`, phase: '' });
    },
    work(work, run) {
      going.set(run.hash, work.phase === 'free phase' ? 0 : work.done / work.of);
      show({ name: run.id, phase: `${work.phase} ${work.done}/${work.of}` });
    },
    runFinished(finished) {
      if (finished.cached) before++;
      ended(finished.run, hasFailed(finished));
    },
    runFailed: (run) => ended(run, true),
    rungBegun(_, rung, runs) {
      total += furtherRuns(rung, runs);
      shown.extend(total * PARTS);
      show({ total_runs: total });
    },
    runHeld(run, holder) {
      going.delete(run.hash);
      show({ name: run.id, phase: `in use by ${holder}` });
    },
    drawing: (plan) => shown.tell({ name: plan.name, phase: 'drawing figures' }),
    stop: () => shown.stop(),
  };
}

/** What is worth telling: nothing is known of the time before this much of it, and this much of a run, has passed. */
const TOLD_AFTER_MS = 2000;
const TOLD_AFTER_RUNS = 0.05;

/** How long the rest takes at the pace so far: `computed` runs in this time, `rest` to come. Runs from before took none. */
export function left(ms: number, computed: number, rest: number): string {
  if (ms < TOLD_AFTER_MS || computed < TOLD_AFTER_RUNS || rest <= 0) return '';
  const seconds = Math.ceil(((ms / computed) * rest) / 1000);
  if (seconds < 100) return `${seconds} s left  `;
  return seconds < 6000 ? `${Math.ceil(seconds / 60)} min left  ` : `${Math.ceil(seconds / 3600)} h left  `;
}

function lines(known: number): Observer & { stop(): void } {
  let total = known;
  let done = 0;
  let last = Date.now();
  const due = () => {
    if (Date.now() - last < LINE_EVERY_MS) return false;
    last = Date.now();
    return true;
  };
  return {
    work(work, run) {
      if (due()) note(`${done}/${total} runs  ${run.id}  ${work.phase} ${work.done}/${work.of}`);
    },
    runFinished() {
      done++;
    },
    runFailed() {
      done++;
    },
    rungBegun(_, rung, runs) {
      total += furtherRuns(rung, runs);
    },
    runHeld(run, holder) {
      if (due()) note(`${done}/${total} runs  ${run.id}  in use by ${holder}`);
    },
    stop() {},
  };
}
