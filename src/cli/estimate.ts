/** How far runs are, and how long the rest of them takes: by what has been measured, in proportion to what each comes to. */
import type { Plan, Rung, RunPlan } from '../plan/run-plan.js';
import { workOfSpec } from '../run/duration.js';
import { Paces } from '../run/paces.js';
import { laterThan, shareOfRung } from '../run/remaining.js';
import { isOfShard, type Shard } from '../run/shard.js';

/** A run, or what a rung is of it, that has begun. */
interface Going {
  readonly plan: Plan;
  readonly size: number;
  /** Of a whole run. */
  readonly from: number;
  readonly to: number;
  /** How much of a whole run it had done when it was first heard of: it may go on where it was. */
  first: { readonly at: number; readonly ms: number } | undefined;
  at: number;
}

/** What is expected of one rung, or of all runs where there is none: so many runs have not begun. */
interface Expected {
  readonly plan: Plan;
  readonly rung: Rung | undefined;
  /** How many of each size have not begun. */
  sizes: Map<number, number>;
  /** And how many that nobody knows yet. */
  unknown: number;
}

export class Estimate {
  private readonly paces = new Paces();
  private readonly expected: Expected[] = [];
  private readonly going = new Map<string, Going>();
  /** By size, in whole runs: all that is done, and what of it has been computed here. */
  private readonly done = new Map<number, { all: number; computed: number }>();
  private readonly usual = new Map<Plan, number>();
  private readonly begun: number;

  /** Runs, or parts of them, that have ended. */
  ended = 0;

  constructor(
    plans: readonly Plan[],
    shard?: Shard,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.begun = now();
    let place = 0;
    for (const plan of plans) {
      const own = plan.runs.filter(() => shard === undefined || isOfShard(place++, shard));
      const all = own.map(({ spec }) => workOfSpec(spec));
      this.usual.set(plan, all.reduce((a, b) => a + b, 0) / Math.max(1, all.length));
      const sizes = new Map<number, number>();
      for (const size of all) sizes.set(size, (sizes.get(size) ?? 0) + 1);
      const [first] = plan.ladder?.rungs ?? [];
      this.expected.push({ plan, rung: first, sizes, unknown: 0 });
      const later = first ? laterThan(first, plan.runs.length, plan) : [];
      for (const [i, { runs }] of later.entries()) {
        const unknown = Math.round(runs / (shard?.of ?? 1));
        this.expected.push({ plan, rung: plan.ladder!.rungs[i + 1], sizes: new Map(), unknown });
      }
    }
  }

  /** Runs in all, each once for every rung that it is on. */
  get runs(): number {
    const waiting = this.expected.flatMap(({ sizes, unknown }) => [unknown, ...sizes.values()]);
    return waiting.reduce((sum, count) => sum + count, this.ended + this.going.size);
  }

  rungBegun(plan: Plan, rung: Rung, runs: number): void {
    const expected = this.of(plan, rung);
    if (expected && rung.index > 0) Object.assign(expected, { sizes: new Map(), unknown: runs });
  }

  started(plan: Plan, run: RunPlan): void {
    const size = workOfSpec(run.spec);
    const expected = this.of(plan, run.rung);
    const waiting = expected?.sizes.get(size) ?? 0;
    if (waiting > 0) expected!.sizes.set(size, waiting - 1);
    else if (expected && expected.unknown > 0) expected.unknown--;
    const { index, until } = run.rung ?? { index: 0, until: undefined };
    const from = index === 0 ? 0 : endOf(plan, index - 1);
    const to = until === undefined ? 1 : endOf(plan, index);
    this.going.set(run.hash, { plan, size, from, to, first: undefined, at: from });
  }

  /** @param share of the whole run that is done */
  worked({ hash }: RunPlan, share: number): void {
    const going = this.going.get(hash);
    if (going === undefined) return;
    going.first ??= { at: share, ms: this.now() };
    going.at = Math.min(going.to, Math.max(going.at, share));
  }

  /** @param isCached whether it was there before */
  finished({ hash }: RunPlan, isCached: boolean): void {
    const going = this.going.get(hash);
    if (going === undefined) return;
    const { size, from, to, first } = going;
    this.going.delete(hash);
    this.ended++;
    const known = this.done.get(size) ?? { all: 0, computed: 0 };
    this.done.set(size, { all: known.all + to - from, computed: known.computed + (isCached ? 0 : to - from) });
    if (!isCached && first && to > first.at) this.paces.add(size, to - first.at, (this.now() - first.ms) / 1000);
  }

  /** Another process is at it: it is to be done, there or here. */
  held(run: RunPlan): void {
    const going = this.going.get(run.hash);
    if (going === undefined) return;
    this.going.delete(run.hash);
    const sizes = this.of(going.plan, run.rung)?.sizes;
    sizes?.set(going.size, (sizes.get(going.size) ?? 0) + 1);
  }

  /** Share of all work that is done. */
  get share(): number {
    const all = this.seconds((known) => known.all);
    return all === 0 ? 0 : all / (all + this.rest());
  }

  /** Seconds until the end at the pace so far; undefined where too little has been done. */
  get left(): number | undefined {
    const computed = this.seconds((known) => known.computed);
    const rest = this.rest();
    const ms = this.now() - this.begun;
    if (ms < TOLD_AFTER_MS || rest <= 0 || computed < TOLD_AFTER * (computed + rest)) return undefined;
    return ((ms / 1000) * rest) / computed;
  }

  private of(plan: Plan, rung: Rung | undefined): Expected | undefined {
    return this.expected.find((one) => one.plan === plan && one.rung?.index === rung?.index);
  }

  /** Of what is done, what is going on among it. Sizes stand for seconds as long as nothing has been measured. */
  private seconds(what: (known: { all: number; computed: number }) => number): number {
    let sum = 0;
    for (const [size, known] of this.done) sum += what(known) * this.pace(size);
    for (const { size, from, at } of this.going.values()) sum += (at - from) * this.pace(size);
    return sum;
  }

  private rest(): number {
    let sum = 0;
    for (const { size, at, to } of this.going.values()) sum += (to - at) * this.pace(size);
    for (const { plan, rung, sizes, unknown } of this.expected) {
      const share = rung ? shareOfRung(rung, plan) : 1;
      if (unknown > 0) sum += share * unknown * this.pace(this.usual.get(plan)!);
      for (const [size, count] of sizes) if (count > 0) sum += share * count * this.pace(size);
    }
    return sum;
  }

  private pace(size: number): number {
    return this.paces.of(size) ?? size;
  }
}

/** What is worth telling: nothing is known of the time before this much of it, and this much of the work, has passed. */
const TOLD_AFTER_MS = 2000;
const TOLD_AFTER = 0.005;

/** Where a rung ends, as a share of a whole run. */
const endOf = (plan: Plan, index: number): number =>
  plan.ladder!.rungs.slice(0, index + 1).reduce((sum, rung) => sum + shareOfRung(rung, plan), 0);

/** `30 s left  `; nothing where nobody knows. */
export function leftText(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  const whole = Math.ceil(seconds);
  if (whole < 100) return `${whole} s left  `;
  return whole < 6000 ? `${Math.ceil(whole / 60)} min left  ` : `${Math.ceil(whole / 3600)} h left  `;
}
