import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { packageRoot, version } from '../package.js';
import { commitOf } from './git.js';
import { hostName } from './holder.js';

/** Volatile facts of this process for run.json: none of them may change a row. */
export function environment(): Record<string, unknown> {
  const commit = commitOf(process.cwd());
  return {
    eprbp: version,
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    host: hostName(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_bytes: totalmem(),
    git: commit === undefined ? null : { commit },
    lock_file_sha256: lockFile(),
    argv: process.argv.slice(2),
  };
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

/** Most bytes that this process has had in memory; where the system does not say so, those of its parent at its start count, too. */
export function peakMemory(): number {
  try {
    const [, own] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (own !== undefined) return Number(own) * 1024;
  } catch {}
  return process.resourceUsage().maxRSS * 1024;
}
