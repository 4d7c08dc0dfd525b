/** The assertions of an experiment, judged again from the rows on disk, rule by rule. */
import { determinedBy } from '../figure/lanes.js';
import { type BoundRule, judgeSlope, RunWatch, type SlopeRule, type Verdict } from '../metrics/assertions.js';
import { tableOf } from '../metrics/read.js';
import type { FinishedRun } from '../metrics/record.js';
import { showRun, type Watch } from '../metrics/shown.js';
import { GapWatch } from './results.js';

/** One rule of the spec, over all runs that it is about. */
export interface Judged {
  /** What is claimed, once. */
  readonly claim: string;
  readonly verdicts: readonly RunVerdict[];
}

export interface RunVerdict extends Verdict {
  /** Of the experiment, from 0; undefined where it is about several. */
  readonly run: number | undefined;
}

/** What one reading of a run's rows comes to. */
export interface Reading {
  readonly gaps: GapWatch;
  readonly verdicts: readonly Verdict[];
  readonly largest: readonly number[];
}

type Rule = BoundRule | SlopeRule;

const rulesOf = ({ record }: FinishedRun): readonly Rule[] => (record.spec['assert'] ?? []) as Rule[];
/** Nothing is asserted of what a search has ended before its end. */
const boundsOf = (run: FinishedRun) =>
  (run.record.pruned ? [] : rulesOf(run)).filter((rule): rule is BoundRule => 'column' in rule);
const slopesOf = (run: FinishedRun) => rulesOf(run).filter((rule): rule is SlopeRule => 'slope' in rule);

/** @throws RunError where the rows cannot be read */
export async function readingOf(run: FinishedRun): Promise<Reading> {
  const watch = new RunWatch(({ table = 'metrics' }) => tableOf(run, `${table}.csv`), boundsOf(run), slopesOf(run));
  const gaps = new GapWatch(run);
  const both: Watch = {
    files: [...new Set([...watch.files, ...gaps.files])],
    see(row, file) {
      watch.see(row, file);
      gaps.see(row, file);
    },
  };
  await showRun(both, run);
  return { gaps, verdicts: watch.verdicts(), largest: watch.largestValues() };
}

/** @param points what was swept, as a reader calls it, of each run */
export function judgedOf(
  runs: readonly FinishedRun[],
  readings: readonly Reading[],
  points: readonly Readonly<Record<string, unknown>>[],
): Judged[] {
  const bounds = [...byRule(runs, readings).values()].map(grouped);
  const records = runs.map(({ record }) => record);
  const keys = [...new Set(records.flatMap(({ changes }) => Object.keys(changes)))];
  const slopes = slopesOf(runs[0]).map((rule, i) => {
    const values = points.flatMap((point, run) =>
      records[run].pruned
        ? []
        : [{ changes: { ...point, [rule.over]: records[run].changes[rule.over] }, value: readings[run].largest[i] }],
    );
    const verdicts = judgeSlope(rule, values, keys.filter(determinedBy(records, [rule.over])));
    return grouped(verdicts.map((verdict) => ({ ...verdict, run: undefined })));
  });
  return [...bounds, ...slopes].filter(({ verdicts }) => verdicts.length > 0);
}

/** Runs of a sweep may be asked different things. */
function byRule(runs: readonly FinishedRun[], readings: readonly Reading[]): Map<string, RunVerdict[]> {
  const found = new Map<string, RunVerdict[]>();
  for (const [run, { verdicts }] of readings.entries()) {
    for (const [i, rule] of boundsOf(runs[run]).entries()) {
      const key = JSON.stringify(rule);
      const verdict = { ...verdicts[i], run };
      const there = found.get(key);
      if (there) there.push(verdict);
      else found.set(key, [verdict]);
    }
  }
  return found;
}

/** `: worst 3e-11 at step 4`, `: got 0.99 over 8 runs`, `: no row matches` */
const FOUND = /( \([^()]*\))?: (worst|got|no r)[^:]*$/;

function grouped(verdicts: readonly RunVerdict[]): Judged {
  return { claim: (verdicts[0]?.text ?? '').replace(FOUND, ''), verdicts };
}

/** What was found, without the claim. */
export const foundIn = ({ text }: Verdict): string =>
  FOUND.exec(text)?.[0]
    .replace(/^: /, '')
    .replace(/^ \((.*?)\): /, '$1: ') ?? text;
