/** Where results are, and how a finished run is found again. */
import { closeSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import { readRecord } from '../metrics/record.js';
import type { RunRecord } from '../metrics/results.js';
import type { RunPlan } from '../plan/plan.js';
import { makeFolder } from './files.js';

/** The folder of an experiment's results. */
export const experimentFolder = (out: string, name: string): string => join(out, name);

/** The folder of a run that has finished before under the same hash, whatever its slug. */
export function findFinished(
  folder: string,
  run: Pick<RunPlan, 'hash' | 'id'>,
): { folder: string; record: RunRecord } | undefined {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
  const candidates = [run.id, ...names.filter((name) => name !== run.id && name.endsWith(run.hash.slice(0, 8)))];
  for (const name of candidates) {
    const record = readRecord(join(folder, name));
    if (record?.hash === run.hash && outputsExist(join(folder, name), record))
      return { folder: join(folder, name), record };
  }
  return undefined;
}

function outputsExist(folder: string, { outputs }: RunRecord): boolean {
  return Object.entries(outputs).every(
    ([file, { bytes }]) => statSync(join(folder, file), { throwIfNoEntry: false })?.size === bytes,
  );
}

/** Makes sure that results can be written. @throws UserError naming the folder. */
export function requireWritable(out: string): void {
  const probe = join(out, `.eprbp-${process.pid}`);
  try {
    makeFolder(out);
    closeSync(openSync(probe, 'w'));
    rmSync(probe);
  } catch (error) {
    throw new UserError({
      where: { file: out },
      message: `results cannot be written here: ${(error as Error).message}`,
    });
  }
}
