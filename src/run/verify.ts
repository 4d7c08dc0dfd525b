/** Whether a result is what its run.json says, and whether its spec gives it again. */
import { join } from 'node:path';
import { reasonOf, sentenceOf, UserError } from '../errors.js';
import { digestOf } from '../io/read.js';
import { inScratch } from '../io/remove.js';
import { type FinishedRun, isOfOtherBuild } from '../metrics/record.js';
import { type PluginRecord, type RunRecord, SPEC_FILE } from '../metrics/results.js';
import { build } from '../package.js';
import { plan } from '../plan/plan.js';
import type { Plugin } from '../plugin/plugin.js';
import { requireBackend } from './backend.js';
import { runExperiment } from './schedule.js';

/** What is wrong with the files of a finished run: each is hashed again. */
export async function verifyFiles({ folder, record }: FinishedRun): Promise<string[]> {
  const problems: string[] = [];
  for (const [file, { sha256 }] of Object.entries(record.outputs)) {
    const path = join(folder, file);
    const got = await digestOf(path).catch((error) =>
      error instanceof UserError ? error.issues[0].message : reasonOf(error),
    );
    if (got !== sha256) problems.push(`${file} is not what was written: ${got}, run.json has ${sha256}`);
  }
  return problems;
}

/** What differs when the run's own spec.yaml is run again, somewhere else. */
export async function verifyAgain(
  { folder, record }: FinishedRun,
  signal: AbortSignal,
  threads?: number,
): Promise<string[]> {
  const { hash, backend, outputs } = record;
  try {
    return await inScratch('verify', (out) => runAgain(out));
  } catch (error) {
    const message = sentenceOf(error);
    if (message === undefined) throw error;
    return [`it cannot be run again: ${message}`];
  }

  async function runAgain(out: string): Promise<string[]> {
    const planned = plan(join(folder, SPEC_FILE), [], backend);
    const [run] = planned.runs;
    const changed = changedPlugins(planned.plugins, record.plugins ?? []);
    if (changed.length > 0) return changed;
    if (planned.runs.length !== 1 || run.hash !== hash)
      return [`${SPEC_FILE} is not that of the run: its hash is ${run.hash}, run.json has ${hash}`];
    requireBackend([planned]);
    // what was ended before its end is asked for as much again
    const { pruned } = record;
    const rung = pruned && { index: 0, until: pruned.epochs };
    const again = { ...planned, runs: [{ ...run, rung }] };
    const { finished, failed } = await runExperiment(again, { out, signal, threads });
    if (failed.length > 0) return [`it cannot be run again: ${failed[0].message}`];
    const differences = outputDifferences(outputs, finished[0].record.outputs);
    if (differences.length === 0 || !isOfOtherBuild(record)) return differences;
    return [
      ...differences,
      `another build of eprbp made it (${record.build ?? 'an earlier version'}; this is ${build})`,
    ];
  }
}

/** A plugin that is another by now gives another run. */
const changedPlugins = (now: readonly Plugin[], before: readonly PluginRecord[]): string[] =>
  before.flatMap(({ file, sha256 }, i) =>
    now[i]?.sha256 === sha256
      ? []
      : `plugin ${file} is not what it was: its digest is ${now[i]?.sha256}, run.json has ${sha256}`,
  );

function outputDifferences(before: RunRecord['outputs'], now: RunRecord['outputs']): string[] {
  const files = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return files
    .filter((file) => before[file]?.sha256 !== now[file]?.sha256)
    .map((file) => `${file} has other bytes when it is run again`);
}
