import { Presets, SingleBar } from 'cli-progress';
import type { Observer } from '../run/experiment.js';
import { note } from './terminal.js';

const LINE_EVERY_MS = 5000;
const PARTS = 1000;

/** Shows how far the runs are: a bar on a terminal, a plain line now and then elsewhere, nothing when quiet. */
export function progress(total: number, quiet: boolean): Observer & { stop(): void } {
  if (quiet) return { stop() {} };
  const ci = process.env['CI'];
  return process.stderr.isTTY && (ci === undefined || ci === '' || ci === 'false') ? bar(total) : lines(total);
}

function bar(total: number): Observer & { stop(): void } {
  const shown = new SingleBar(
    {
      format: '{bar} {percentage}%  run {run}/{total_runs}  {name}  {phase}',
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      // the default swallows Ctrl-C
      gracefulExit: false,
      barsize: 24,
      fps: 10,
      etaBuffer: 20,
    },
    Presets.shades_classic,
  );
  let done = 0;
  shown.start(total * PARTS, 0, { run: 1, total_runs: total, name: '', phase: '' });
  return {
    runStarted(run, _, plan) {
      shown.update(done * PARTS, { run: done + 1, name: `${plan.name}/${run.id}`, phase: '' });
    },
    work(work) {
      const inside = work.phase === 'free phase' ? 0 : work.done / work.of;
      shown.update(Math.floor((done + inside) * PARTS), { phase: `${work.phase} ${work.done}/${work.of}` });
    },
    runFinished() {
      shown.update(++done * PARTS);
    },
    runFailed() {
      shown.update(++done * PARTS);
    },
    drawing: (plan) => shown.update({ name: plan.name, phase: 'drawing figures' }),
    stop: () => shown.stop(),
  };
}

function lines(total: number): Observer & { stop(): void } {
  let done = 0;
  let last = Date.now();
  const due = () => {
    if (Date.now() - last < LINE_EVERY_MS) return false;
    last = Date.now();
    return true;
  };
  return {
    work(work, run) {
      if (due()) note(`run ${done + 1}/${total}  ${run.id}  ${work.phase} ${work.done}/${work.of}`);
    },
    runFinished() {
      done++;
    },
    runFailed() {
      done++;
    },
    stop() {},
  };
}
