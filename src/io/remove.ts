/** The door by which files go: of a link the link goes, never what it leads to. */
import { lstatSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Removes a file or a link, where there is one. @throws the system's error */
export function removeFile(path: string): void {
  rmSync(path, { force: true });
}

/** Removes a folder with all that is in it, or a file, or a link. @throws the system's error */
export function removeTree(path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  rmSync(path, { recursive: there?.isDirectory() ?? false, force: true });
}

/**
 * The same at one stroke, however much is in it, by way of a folder: where that is gone by then, nothing is removed.
 * @throws the system's error
 */
export function removeThrough(room: string, path: string): void {
  const gone = join(room, basename(path));
  renameSync(path, gone);
  removeTree(gone);
}

/** Removes a folder that nobody needs; one that is not empty, or is a link, stays. */
export function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {}
}

/** A folder of the system's for things that nobody keeps, removed when the action is over. */
export async function inScratch<T>(purpose: string, action: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `eprbp-${purpose}-`));
  try {
    return await action(folder);
  } finally {
    removeTree(folder);
  }
}
