/** How far runs are said to be, and how long the rest takes, where it is known how long each takes: a script says so. */
import test, { type ExecutionContext } from 'ava';
import { Estimate } from '../../src/cli/estimate.js';
import { kept } from '../../src/plan/ladder.js';
import { plan } from '../../src/plan/plan.js';
import type { Plan, RunPlan } from '../../src/plan/run-plan.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { search } from '../_support/search.js';

/** A clock and a machine of so many lanes; what was said at each sign of life. */
class Machine {
  ms = 0;
  readonly said: {
    readonly at: number;
    readonly left: number | undefined;
    readonly share: number;
    readonly runs: number;
  }[] = [];
  readonly estimate: Estimate;

  constructor(
    private readonly planned: Plan,
    private readonly secondsOf: (run: RunPlan) => number,
  ) {
    this.estimate = new Estimate([planned], undefined, () => this.ms);
  }

  /** Carries out a part of a run in twenty signs of life. */
  carryOut(run: RunPlan, from = 0, to = 1): void {
    this.estimate.started(this.planned, run);
    for (let i = 0; i < 20; i++) {
      this.estimate.worked(run, from + ((to - from) * i) / 20);
      this.say();
      this.ms += (1000 * this.secondsOf(run) * (to - from)) / 20;
    }
    this.estimate.finished(run, false);
  }

  private say(): void {
    const { left, share, runs } = this.estimate;
    this.said.push({ at: this.ms / 1000, left, share, runs });
  }
}

/** How far off what was said of the whole time was, at worst, once a share of it had passed. */
function worst({ said, ms }: Machine, after: number): number {
  const whole = ms / 1000;
  const later = said.filter(({ at }) => at > after * whole);
  return Math.max(...later.map(({ at, left }) => Math.abs(Math.log((at + (left ?? Number.NaN)) / whole))));
}

const sizes = (t: ExecutionContext) => {
  const widths = [2, 8, 32, 128].map((width) => [3, width, 2]);
  return plan(writeSpec(workspace(t), { ...quick, figures: [], seeds: 8, sweep: { 'network.layers': widths } }));
};
const widthOf = ({ changes }: RunPlan) => (changes['network.layers'] as number[])[1];

test('runs of several sizes: what a size takes is learned from its first, however little that has to do with its work', (t) => {
  const planned = sizes(t);
  for (const secondsOf of [(run: RunPlan) => widthOf(run), () => 3, (run: RunPlan) => 99 / widthOf(run)]) {
    const machine = new Machine(planned, secondsOf);
    // seed by seed, so that each size has been seen early
    const runs = [...planned.runs].sort((a, b) => a.spec.seed - b.spec.seed);
    for (const run of runs) machine.carryOut(run);
    t.is(machine.estimate.share, 1);
    const off = worst(machine, 0.2);
    t.true(off < 0.05, `at worst a factor ${Math.exp(off)}`);
  }
});

test('a search: neither the time nor the number of runs jumps where a rung begins', (t) => {
  const sweep = { ...search.sweep, sample: { points: 27 }, prune: { after: 1, keep: 1 / 3 } };
  const planned = plan(
    writeSpec(workspace(t), { ...search, seeds: undefined, protocol: { ...search.protocol, epochs: 9 }, sweep }),
  );
  const machine = new Machine(planned, () => 9);
  let [runs, from] = [planned.runs, 0];
  for (const rung of planned.ladder!.rungs) {
    const to = (rung.until ?? 9) / 9;
    const going = runs.map((run) => ({ ...run, rung }));
    machine.estimate.rungBegun(planned, rung, going.length);
    for (const run of going) machine.carryOut(run, from, to);
    [runs, from] = [runs.slice(0, kept(runs.length, 1 / 3)), to];
  }
  t.true(worst(machine, 0.1) < 0.02, String(worst(machine, 0.1)));
  t.deepEqual([...new Set(machine.said.map((one) => one.runs))], [27 + 9 + 3]);
  t.is(machine.estimate.ended, 39);
  for (const [i, { share }] of machine.said.entries()) t.true(i === 0 || share >= machine.said[i - 1].share - 1e-9);
});

test('nothing is said of the time before something is known; what was there before takes none', (t) => {
  const planned = sizes(t);
  const machine = new Machine(planned, () => 4);
  // the last of the largest
  const first = planned.runs.at(-1)!;
  for (const run of planned.runs.slice(0, 15)) {
    machine.estimate.started(planned, run);
    machine.estimate.finished(run, true);
  }
  machine.ms += 10_000;
  t.is(machine.estimate.left, undefined);
  t.true(machine.estimate.share > 0);
  t.is(machine.estimate.runs, 32);
  machine.carryOut(first);
  t.true(machine.estimate.left !== undefined);
});

test('a run that another process is at is still to be done; a shard counts its own', (t) => {
  const planned = sizes(t);
  const estimate = new Estimate([planned], { index: 2, of: 3 }, () => 0);
  t.is(estimate.runs, 11);
  const [run] = planned.runs;
  estimate.started(planned, run);
  estimate.held(run);
  t.is(estimate.runs, 11);
  t.is(estimate.share, 0);
});
