/** `--junit FILE`: what build servers show. An experiment is a suite, each run and each assertion of it a case. */
import xmlbuilder from 'xmlbuilder';
import { writeNamed } from '../io/write.js';
import type { Verdict } from '../metrics/assertions.js';
import type { ExperimentResult } from '../run/experiment.js';
import type { Finished } from '../run/recall.js';
import { inert, inertLines } from '../text.js';

interface Case {
  readonly name: string;
  readonly seconds: number;
  /** What failed in it. */
  readonly failure?: { readonly kind: 'error' | 'failure'; readonly message: string } | undefined;
  /** Whether it was left: for another shard, or after the first failure. */
  readonly skipped?: boolean;
}

/** @throws RunError where it cannot be written. */
export function writeJunit(file: string, results: readonly ExperimentResult[]): void {
  const options = { encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' };
  const root = xmlbuilder.create('testsuites', options).att('name', 'eprbp');
  for (const result of results) {
    const cases = casesOf(result);
    const count = (kind: string) => cases.filter(({ failure }) => failure?.kind === kind).length;
    const suite = root.ele('testsuite', {
      name: inert(result.plan.name),
      tests: cases.length,
      failures: count('failure'),
      errors: count('error'),
      skipped: cases.filter(({ skipped }) => skipped).length,
      time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
    });
    for (const { name, seconds, failure, skipped } of cases) {
      const test = suite.ele('testcase', {
        classname: inert(result.plan.name),
        name: inert(name),
        time: seconds.toFixed(3),
      });
      if (skipped) test.ele('skipped');
      const message = inertLines(failure?.message ?? '');
      if (failure) test.ele(failure.kind, { message }, message);
    }
  }
  writeNamed(file, `${root.end({ pretty: true })}\n`);
}

function casesOf({ plan, finished, failed, slopes, problems }: ExperimentResult): Case[] {
  const ended = new Map([
    ...finished.map((end): [string, Case[]] => [end.run.hash, casesOfRun(end)]),
    ...failed.map(({ run, message }): [string, Case[]] => [
      run.hash,
      [{ name: run.id, seconds: 0, failure: { kind: 'error', message } }],
    ]),
  ]);
  return [
    ...plan.runs.flatMap(({ hash, id }) => ended.get(hash) ?? [{ name: id, seconds: 0, skipped: true }]),
    ...slopes.map((verdict) => judged(verdict)),
    ...problems.map((message): Case => ({ name: 'figures', seconds: 0, failure: { kind: 'error', message } })),
  ];
}

function casesOfRun({ run, record, cached, verdicts }: Finished): Case[] {
  const diverged = { kind: 'error', message: record.warnings.join('\n') || 'diverged' } as const;
  return [
    {
      name: run.id,
      seconds: cached ? 0 : Number(record.environment['seconds'] ?? 0),
      failure: record.status === 'diverged' ? diverged : undefined,
    },
    ...verdicts.map((verdict) => judged(verdict, run.id)),
  ];
}

/** What was claimed, without what was found. */
const claimOf = ({ text }: Verdict) => text.split(': ')[0];

function judged(verdict: Verdict, id?: string): Case {
  const name = id === undefined ? claimOf(verdict) : `${id}: ${claimOf(verdict)}`;
  return { name, seconds: 0, failure: verdict.passed ? undefined : { kind: 'failure', message: verdict.text } };
}
