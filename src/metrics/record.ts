import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.js';
import { MAKING, PACKAGE_FILE, RUN_FILE, type RunRecord } from './results.js';

/** `run.json` of a folder; undefined where there is none, none that is whole, or none of the files that are there. */
export function readRecord(folder: string): RunRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, RUN_FILE), 'utf8')) as RunRecord;
    return isHeldByAnother(folder, record) ? undefined : record;
  } catch {
    return undefined;
  }
}

/** Whether someone makes, or has left half made, the files beside a record of somebody else. */
function isHeldByAnother(folder: string, { holder }: Pick<RunRecord, 'holder'>): boolean {
  return readdirSync(folder).some((name) => name.startsWith(MAKING) && name !== `${MAKING}${holder}`);
}

/**
 * The finished runs that a path stands for: those of an experiment's latest data package (older ones may lie beside
 * them), or the one run whose folder it is.
 * @throws UserError where there is none.
 */
export function finishedRuns(path: string): { experiment: string; runs: string[] } {
  const folder = resolve(path);
  if (readRecord(folder)) return { experiment: dirname(folder), runs: [folder] };
  const runs = listed(folder).filter((run) => readRecord(run) !== undefined);
  if (runs.length > 0) return { experiment: folder, runs };
  const message = existsSync(folder) ? 'no finished run (run.json) here' : 'no such folder';
  throw new UserError({ where: { file: path }, message, hint: 'give results/<name>, or the folder of a run' });
}

function listed(folder: string): string[] {
  try {
    const { resources } = JSON.parse(readFileSync(join(folder, PACKAGE_FILE), 'utf8')) as {
      resources: { path: string }[];
    };
    return [...new Set(resources.map(({ path }) => join(folder, dirname(path))))];
  } catch {
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  }
}
