import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import { STDIN } from '../spec/stdin.js';

/** The spec itself, that on stdin, or the .yaml, .yml and .json files of a folder in the order of their names. */
export function specFiles(path: string): string[] {
  if (path === STDIN) return [path];
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const files = readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort();
  if (files.length === 0)
    throw new UserError({ where: { file: path }, message: 'no spec (.yaml, .yml, .json) in this folder' });
  return files.map((name) => join(path, name));
}
