/**
 * Carries out command lines of the built program one after another, each in the folder that it names, all in this process: one
 * of its own, since a test cannot change its folder. Reads `{calls: [{folder, words, into}], to}` as JSON on stdin, where `into`
 * is a file for stdout, and writes `[{code, stderr}]` to the file `to`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outcomeOf } from '../../dist/bin/main.js';

const text = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr'])
  process[name].write = (chunk) => {
    text[name] += chunk;
    return true;
  };

const { calls, to } = JSON.parse(readFileSync(0, 'utf8'));
const results = [];
for (const { folder, words, into } of calls) {
  Object.assign(text, { stdout: '', stderr: '' });
  process.chdir(folder);
  const code = await outcomeOf(words);
  if (into !== undefined) writeFileSync(join(folder, into), text.stdout);
  results.push({ code, stderr: text.stderr });
}
writeFileSync(to, JSON.stringify(results));
process.exit(0);
