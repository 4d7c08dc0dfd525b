/** Where results are, and how a finished run is found again. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, reasonOf, UserError } from '../errors.js';
import { makeFolder } from '../io/make-folder.js';
import { type FinishedRun, isOfOtherBuild, readRecord, readRung } from '../metrics/record.js';
import type { RunRecord } from '../metrics/results.js';
import type { RunPlan } from '../plan/run-plan.js';

/** Whether a run has gone as far as it should. */
export const isFarEnough = ({ pruned }: RunRecord, { rung }: Pick<RunPlan, 'rung'>): boolean =>
  pruned === undefined || pruned.epochs >= (rung?.until ?? Number.POSITIVE_INFINITY);

/** The folder of an experiment's results. */
export const experimentFolder = (out: string, name: string): string => join(out, name);

/** The finished runs of an experiment. Its folder is listed once at most: for runs that lie there under another slug. */
export class Archive {
  private static readonly kept = new Map<string, Archive>();
  private byDigest: Map<string, string[]> | undefined;

  constructor(readonly folder: string) {}

  /**
   * One for all runs that this process carries out there: a list for each would take longer with every run that is done. It
   * may miss what others have made since under another slug, which is then made twice, with the same bytes.
   */
  static of(folder: string): Archive {
    const known = Archive.kept.get(folder) ?? new Archive(folder);
    Archive.kept.set(folder, known);
    return known;
  }

  /** The folder of a run that has finished before under the same hash, whatever its slug. */
  find(run: Pick<RunPlan, 'hash' | 'id'>): FinishedRun | undefined {
    const at = this.look(run.id, run.hash);
    if (at) return at;
    const others = this.names().get(run.hash.slice(0, DIGITS)) ?? [];
    return others.map((name) => this.look(name, run.hash)).find((found) => found !== undefined);
  }

  /** A run that has come to its end, or that of its rung: it may go on to the next one just now. */
  reached(run: Pick<RunPlan, 'hash' | 'id' | 'rung'>): FinishedRun | undefined {
    const found = this.find(run);
    if (found) return isFarEnough(found.record, run) ? found : undefined;
    if (run.rung?.until === undefined) return undefined;
    const before = readRung(join(this.folder, run.id));
    return before?.record.hash === run.hash && isFarEnough(before.record, run) ? before : undefined;
  }

  /** Whether there is one that counts: also of another build, if that is accepted. */
  has(run: Pick<RunPlan, 'hash' | 'id' | 'rung'>, acceptBuild = false): boolean {
    const found = this.reached(run);
    return found !== undefined && (acceptBuild || !isOfOtherBuild(found.record));
  }

  /** Why a run that has been there does not count; undefined where there is nothing to tell. */
  damage({ id }: Pick<RunPlan, 'id'>): Issue | undefined {
    const reading = readRecord(join(this.folder, id));
    return reading.kind === 'problem' ? reading.problem : undefined;
  }

  private look(name: string, hash: string): FinishedRun | undefined {
    const folder = join(this.folder, name);
    // an exception for each run that is not there would cost more than the rest of its plan
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return undefined;
    const reading = readRecord(folder);
    return reading.kind === 'record' && reading.record.hash === hash ? reading : undefined;
  }

  private names(): Map<string, string[]> {
    if (this.byDigest) return this.byDigest;
    this.byDigest = new Map();
    const isFolder = statSync(this.folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
    for (const name of isFolder ? readdirSync(this.folder) : []) {
      const digest = name.slice(-DIGITS);
      this.byDigest.set(digest, [...(this.byDigest.get(digest) ?? []), name]);
    }
    return this.byDigest;
  }
}

/** Digits of the hash at the end of a run's folder. */
const DIGITS = 8;

/** Makes sure that results can be written. @throws UserError naming the folder. */
export function requireWritable(out: string): void {
  try {
    makeFolder(out);
    accessSync(out, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UserError({
      where: { file: out },
      message: `results cannot be written here: ${reasonOf(error)}`,
    });
  }
}
