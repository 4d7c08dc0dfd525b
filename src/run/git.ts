/**
 * The commit of a checkout, read from its files. Git itself is never asked: what a repository that somebody sent has in
 * its settings (fsmonitor, filters, hooks) would be run.
 */
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type FileKind, readText } from '../io/read.js';

/** Hexadecimal digits of SHA-1, or of SHA-256. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** No part of a name leads out of the folder of refs. */
const REF = /^refs\/(?!.*(?:^|\/)\.)[^\0-\x20\x7f\\]+$/;

const SMALL: FileKind = { what: 'file of a git repository', mostBytes: 4096 };
const PACKED: FileKind = { what: 'list of packed refs', mostBytes: 1 << 24 };

/** Symbolic refs that lead to others; git itself allows five. */
const MOST_HOPS = 5;

/** The commit that the checkout around `folder` is at; undefined outside one, or where its files do not say. */
export function commitOf(folder: string): string | undefined {
  const own = gitFolder(resolve(folder));
  if (own === undefined) return undefined;
  const shared = text(join(own, 'commondir'), SMALL);
  // a worktree has a HEAD of its own, and the refs of the repository that it belongs to
  const folders = shared === undefined ? [own] : [own, resolve(own, shared)];
  let name = 'HEAD';
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    const value = contentsOf(name, folders);
    if (value === undefined || COMMIT.test(value)) return value;
    name = /^ref:\s*(\S+)$/.exec(value)?.[1] ?? '';
    if (!REF.test(name)) return undefined;
  }
  return undefined;
}

/** The nearest `.git` above: a folder, or a file that names one. */
function gitFolder(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, '.git');
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) return path;
    const named = there?.isFile() ? /^gitdir:\s*(.+)$/.exec(text(path, SMALL) ?? '')?.[1] : undefined;
    if (named !== undefined) return resolve(at, named);
    if (there !== undefined || dirname(at) === at) return undefined;
  }
}

/** A ref of its own file comes before a packed one. */
function contentsOf(name: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    const value = text(join(folder, name), SMALL);
    if (value !== undefined) return value;
  }
  const packed = text(join(folders.at(-1)!, 'packed-refs'), PACKED) ?? '';
  return packed
    .split('\n')
    .map((line) => line.split(' '))
    .find(([commit, ref]) => ref === name && COMMIT.test(commit))?.[0];
}

function text(path: string, kind: FileKind): string | undefined {
  try {
    return readText(path, kind).trim();
  } catch {
    return undefined;
  }
}
