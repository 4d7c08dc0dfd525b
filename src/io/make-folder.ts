import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** mkdir -p. Node's own recursive mkdir does not return where a parent cannot be made (under /proc, say). */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // another process may have been quicker
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}
