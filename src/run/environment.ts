import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus, hostname, totalmem } from 'node:os';
import { packageRoot, version } from '../package.js';

/** Volatile facts of this process for run.json: none of them may change a row. */
export function environment(): Record<string, unknown> {
  return {
    eprbp: version,
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    host: hostname(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_bytes: totalmem(),
    git: git(),
    lock_file_sha256: lockFile(),
    argv: process.argv.slice(2),
  };
}

/** Commit of the directory that the command was given in, and whether it has changes; null outside a repository. */
function git(): { commit: string; dirty: boolean } | null {
  const ask = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return { commit: ask('rev-parse', 'HEAD'), dirty: ask('status', '--porcelain', '--untracked-files=no') !== '' };
  } catch {
    return null;
  }
}

function lockFile(): string | null {
  try {
    return createHash('sha256')
      .update(readFileSync(new URL('package-lock.json', packageRoot)))
      .digest('hex');
  } catch {
    return null;
  }
}
