/** How long runs will take: by what earlier ones of the experiment took, else by the first moments of one. */

import { Arena } from '../numerics/arena.js';
import { protocolOf } from '../plan/parts.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';
import { workload } from '../plan/workload.js';
import { type AnySpec, precisionIn } from '../spec/schema.js';
import { chooseBackend } from './backend.js';
import { inventory } from './inventory.js';
import { Paces } from './paces.js';
import { experimentFolder } from './store.js';
import { workOf } from './work.js';

/** How long runs take, and what that rests on. */
export interface Pace {
  /** Seconds of a whole run. */
  of(spec: AnySpec): number;
  /** The least and the most of the earlier runs, as a share of what this says; of a trial, nobody knows. */
  readonly spread: readonly [number, number] | undefined;
  /** How many earlier runs. */
  readonly runs: number;
}

/**
 * What a run comes to at most, in steps times the numbers that a step goes through. Runs of one experiment take time in
 * proportion to it, unless they come to rest much sooner than they may.
 */
export function workOfSpec(spec: AnySpec): number {
  const { steps, signs, bytes } = workload({ spec, data: undefined });
  // an update by backpropagation alone takes no steps
  return Math.max(steps, signs) * bytes;
}

/** By the runs that are there, whatever machine they ran on. Undefined where there are none. */
export function paceOfEarlier({ name, backend }: Plan, out: string): Pace | undefined {
  const paces = new Paces();
  const records = inventory(experimentFolder(out, name)).flatMap(({ runs }) =>
    runs.flatMap(({ record }) => record ?? []),
  );
  for (const { spec, environment, pruned, ...record } of records) {
    // the time of one that was continued is that of a part, and nobody knows of which
    if (record.backend !== backend || environment['continued'] === true) continue;
    const share = pruned ? pruned.epochs / epochsOrNone(spec as unknown as AnySpec) : 1;
    paces.add(workOrNone(spec as unknown as AnySpec), share, Number(environment['seconds']));
  }
  if (paces.count === 0) return undefined;
  return { of: (spec) => paces.of(workOfSpec(spec))!, spread: paces.spread, runs: paces.count };
}

/** Of a record that an earlier version wrote, or somebody else, there may be none. */
function workOrNone(spec: AnySpec): number {
  try {
    return workOfSpec(spec);
  } catch {
    return Number.NaN;
  }
}

const epochsOrNone = (spec: AnySpec): number => {
  try {
    return protocolOf(spec.protocol).epochs?.count ?? Number.NaN;
  } catch {
    return Number.NaN;
  }
};

/** Time for a trial. */
const TRIAL_MS = 200;
const MOST_BYTES = 5e8;

/** By the first moments of a run, of which nothing is kept; undefined where it cannot begin, or does not look up. */
export function paceOfTrial(run: RunPlan, { backend }: Pick<Plan, 'backend'>): Pace | undefined {
  const { signs, bytes } = workload(run);
  if (bytes > MOST_BYTES) return undefined;
  chooseBackend(backend, precisionIn(run.spec));
  const arena = new Arena();
  try {
    const events = workOf(run, arena).begin(undefined);
    const [begun, clock, course] = [performance.now(), stopwatch(), new Course(signs)];
    const paced = (seconds: number): Pace => {
      const paces = new Paces();
      paces.add(workOfSpec(run.spec), 1, seconds);
      return { of: (spec) => paces.of(workOfSpec(spec)) ?? 0, spread: undefined, runs: 0 };
    };
    // a program is slow at first
    let first: { readonly share: number; readonly seconds: number } | undefined;
    for (let next = events.next(); ; next = events.next()) {
      if (next.done) return paced(clock());
      if (next.value.kind === 'work') course.see(next.value);
      const { share } = course;
      const ms = performance.now() - begun;
      if (share > 0) first ??= { share, seconds: clock() };
      if (first !== undefined && share > first.share && ms > TRIAL_MS)
        return paced((clock() - first.seconds) / (share - first.share));
      if (ms > 10 * TRIAL_MS) return undefined;
    }
  } catch {
    return undefined;
  } finally {
    arena.release();
  }
}

/** Seconds of this process's own computing, whatever else the machine is at. */
function stopwatch(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
}

/** How far a run is: what a phase leaves of the steps that it may take is not to be done any more. */
export class Course {
  private before = 0;
  private phase: Sign | undefined;

  constructor(private whole: number) {}

  see(sign: Sign): void {
    const { phase } = this;
    if (phase !== undefined && (sign.of !== phase.of || sign.done < phase.done)) {
      this.before += phase.done;
      this.whole -= Math.max(0, phase.of - phase.done);
    }
    this.phase = sign;
  }

  get share(): number {
    const done = this.before + (this.phase?.done ?? 0);
    return done === 0 ? 0 : Math.min(1, done / Math.max(done, this.whole));
  }
}

type Sign = { readonly done: number; readonly of: number };
