import { formatIssue, type Issue } from '../errors.js';
import type { FinishedRun } from '../metrics/record.js';
import { EXIT } from './exit-codes.js';
import { note, styled } from './terminal.js';

/** Tells of runs that are there and cannot be believed. The exit code of a command that did what it could with the others. */
export function tellLeftOut(problems: readonly Issue[]): number {
  for (const problem of problems) warn(formatIssue(problem));
  return problems.length === 0 ? EXIT.ok : EXIT.runFailed;
}

/** Numbers that are put side by side may differ by what computed them. */
export function tellBuilds(runs: readonly FinishedRun[]): void {
  const builds = new Set(runs.map(({ record }) => record.build ?? 'an earlier version'));
  if (builds.size > 1)
    warn(`the runs are of ${builds.size} builds of eprbp (${[...builds].join(', ')}): they may differ by that`);
}

const warn = (text: string) => note(`${styled('yellow', 'warning', process.stderr)} ${text}`);
