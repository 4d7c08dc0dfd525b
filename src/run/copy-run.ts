/** Copies of runs, made as runs are: whole, under a lock, by a holder; what is killed half way counts for nothing. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Issue, sentenceOf } from '../errors.js';
import { isOwnFile, ownFolder } from '../io/make-folder.js';
import { type FinishedRun, readRung } from '../metrics/record.js';
import { CHECKPOINT_FILE, RUN_FILE, RUNG_FILE } from '../metrics/results.js';
import type { AnySpec } from '../spec/schema.js';
import { hashIn } from './checkpoint.js';
import { relocate, writeRecord, writeSpec } from './folder.js';
import { Hold } from './hold.js';
import { Lock } from './lock.js';

/** @returns why it could not be copied */
export function copyFinished({ folder: from, record }: FinishedRun, experiment: string, id: string): Issue | undefined {
  return held(experiment, id, record.hash, from, (hold, to) => {
    for (const [file, { sha256 }] of Object.entries(record.outputs))
      if (hold.copy(file, join(from, file)) !== sha256) throw new Error(`${file} has changed meanwhile`);
    // a search may go on with it
    if (record.pruned && isOwnFile(join(from, CHECKPOINT_FILE)))
      hold.copy(CHECKPOINT_FILE, join(from, CHECKPOINT_FILE));
    // paths in it are relative to its folder
    const spec = relocate(record.spec as unknown as AnySpec, from, to);
    writeSpec(hold, spec);
    writeRecord(hold, { ...record, spec: spec as unknown as Record<string, unknown>, holder: hold.token });
  });
}

/** Its tables and its checkpoint, which is looked at again when the run goes on. @returns why it could not be copied */
export function copyUnfinished(from: string, experiment: string, id: string): Issue | undefined {
  const hash = hashIn(join(from, CHECKPOINT_FILE));
  if (hash === undefined) return undefined;
  return held(experiment, id, hash, from, (hold, to) => {
    const files = readdirSync(from, { withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.name.startsWith('.') && entry.name !== RUN_FILE,
    );
    // what it came to on the rung before stands beside it
    const before = readRung(from);
    if (before?.record.hash === hash) {
      const spec = relocate(before.record.spec as unknown as AnySpec, from, to);
      hold.write(RUNG_FILE, JSON.stringify({ ...before.record, spec }));
    }
    const last = (name: string) => Number(name === CHECKPOINT_FILE);
    for (const { name } of files.sort((a, b) => last(a.name) - last(b.name))) hold.copy(name, join(from, name));
  });
}

/** Does something to the folder of a run, empty but for what other holders have there. */
function held(
  experiment: string,
  id: string,
  hash: string,
  from: string,
  action: (hold: Hold, folder: string) => void,
): Issue | undefined {
  const where = { file: from };
  const lock = Lock.take(experiment, hash);
  if (!(lock instanceof Lock)) return { where, message: `is not copied: ${lock.holder} is at that run` };
  let hold: Hold | undefined;
  try {
    const folder = ownFolder(experiment, id);
    hold = Hold.take(folder, lock);
    hold.begin();
    hold.remove(RUNG_FILE);
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (!entry.isDirectory() && !entry.name.startsWith('.')) hold.remove(entry.name);
    action(hold, folder);
    return undefined;
  } catch (error) {
    const message = sentenceOf(error) ?? (error instanceof Error ? error.message : String(error));
    return { where, message: `is not copied: ${message}` };
  } finally {
    hold?.release();
    lock.release();
  }
}
