/** Some of the inputs through the program itself, as a user would give them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream } from '../../src/numerics/random.js';
import { eprbp, filesIn } from '../_support/cli.js';
import { type Problem, put } from './fuzz.js';
import { furnish, readers } from './readers.js';

export interface Spawned {
  readonly inputs: number;
  readonly exits: Readonly<Record<string, number>>;
  readonly problems: readonly Problem[];
}

const AT_ONCE = 2;
const commands = Object.entries(readers).filter(([, { command }]) => command !== undefined);

export async function fuzzBinary(work: string, count: number, seed: number): Promise<Spawned> {
  const exits: Record<string, number> = {};
  const problems: Problem[] = [];
  let next = 0;
  const lane = async (folder: string) => {
    mkdirSync(folder, { recursive: true });
    await furnish(folder);
    while (next < count) {
      const i = next++;
      const [reader, entry] = commands[i % commands.length];
      const one = `binary/${seed}/${i}`;
      const path = put(folder, entry, entry.make(randomStream(0, `${reader}/${one}`)));
      const before = filesIn(folder);
      const { code, stderr, stdout } = await eprbp(folder, ...entry.command!, path);
      exits[String(code)] = (exits[String(code)] ?? 0) + 1;
      const problem =
        problemOf(code, stderr, stdout) ??
        (before.join() === filesIn(folder).join() ? undefined : 'a file was written');
      if (problem !== undefined) problems.push({ reader, seed: one, problem });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => lane(join(work, `lane-${i}`))));
  return { inputs: count, exits, problems };
}

function problemOf(code: number | null, stderr: string, stdout: string): string | undefined {
  if (code !== 0 && code !== 2) return `exit ${code}: ${stderr.slice(0, 500)}`;
  if (code === 2 && stderr.trim() === '') return 'exit 2 without a word';
  if (/internal error|\n\s+at .*:\d+:\d+/.test(stderr)) return stderr.slice(0, 500);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  if (/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/.test(stderr + stdout)) return 'control characters in the output';
  return undefined;
}
