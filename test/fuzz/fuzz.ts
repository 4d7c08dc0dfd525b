/** Inputs with something wrong in them, over all readers: each is read, or refused with a place; never anything else. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RunError, UserError } from '../../src/errors.js';
import { randomStream } from '../../src/numerics/random.js';
import { furnish, type Reader, readers } from './readers.js';

export interface Count {
  inputs: number;
  /** How many were read. */
  values: number;
  /** Of all of them, in ms. */
  ms: number;
}

export interface Problem {
  readonly reader: string;
  /** Of one input: `fuzzOne` makes it again. */
  readonly seed: string;
  readonly problem: string;
}

export interface Fuzzed {
  readonly seed: number;
  readonly readers: Readonly<Record<string, Count>>;
  /** The one that took longest, in ms, tried again alone. */
  readonly slowest: { readonly reader: string; readonly seed: string; readonly ms: number };
  readonly largestGrowthMb: number;
  readonly problems: readonly Problem[];
}

export interface Limits {
  readonly mostMs: number;
  readonly mostMb: number;
}

/** Limits are for a machine that does nothing else. */
export async function fuzz(work: string, count: number, seed: number, limits?: Limits): Promise<Fuzzed> {
  await furnish(work);
  const before = filesIn(work);
  const counts: Record<string, Count> = Object.fromEntries(
    Object.keys(readers).map((name) => [name, { inputs: 0, values: 0, ms: 0 }]),
  );
  const problems: Problem[] = [];
  let slowest = { reader: '', seed: '', ms: 0 };
  let growth = 0;
  const names = Object.entries(readers).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));
  for (let i = 0; i < count; i++) {
    const reader = names[i % names.length];
    const one = `${seed}/${i}`;
    const found = await fuzzOne(work, reader, one);
    counts[reader].inputs++;
    counts[reader].ms += found.ms;
    if (found.kind === 'value') counts[reader].values++;
    if (found.kind === 'problem') problems.push({ reader, seed: one, problem: found.problem });
    if (found.ms > slowest.ms) slowest = { reader, seed: one, ms: found.ms };
    growth = Math.max(growth, found.mb);
    if (limits && found.mb > limits.mostMb) problems.push({ reader, seed: one, problem: `takes ${found.mb} MB` });
    if (limits && found.ms > limits.mostMs) {
      const { ms } = await fuzzOne(work, reader, one);
      if (ms > limits.mostMs) problems.push({ reader, seed: one, problem: `takes ${Math.round(ms)} ms` });
    }
  }
  const after = filesIn(work);
  for (const file of after.filter((name) => !before.includes(name)))
    problems.push({ reader: '', seed: String(seed), problem: `${file} was written` });
  if (count > 0) slowest = { ...slowest, ms: Math.round((await fuzzOne(work, slowest.reader, slowest.seed)).ms) };
  return { seed, readers: counts, slowest, largestGrowthMb: Math.round(growth), problems };
}

type Outcome = { readonly ms: number; readonly mb: number } & (
  | { readonly kind: 'value' | 'refused' }
  | { readonly kind: 'problem'; readonly problem: string }
);

/** Makes the input of a seed, and has it read. */
export async function fuzzOne(work: string, name: string, seed: string): Promise<Outcome> {
  const reader = readers[name];
  const random = randomStream(0, `${name}/${seed}`);
  const path = put(work, reader, reader.make(random));
  const [begun, held] = [performance.now(), memory()];
  const found = await attempt(() => reader.read(path, random), path);
  return { ms: performance.now() - begun, mb: (memory() - held) / 1e6, ...found };
}

export function put(work: string, { file }: Reader, contents: string | Uint8Array): string {
  const path = join(work, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, contents);
  return path;
}

const memory = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

type Judged = { kind: 'value' | 'refused' } | { kind: 'problem'; problem: string };

async function attempt(read: () => unknown, path: string): Promise<Judged> {
  try {
    await read();
    return { kind: 'value' };
  } catch (error) {
    return judge(error, path);
  }
}

/** Words of libraries and of the engine that no user should have to read. */
const FOREIGN =
  /YAML\.|call stack|undefined|is not a function|\[object|Cannot read|Invalid array length|ENOENT|flow map|implicit/i;

function judge(error: unknown, path: string): Judged {
  const problem = (what: string): Judged => ({ kind: 'problem', problem: what });
  if (!(error instanceof UserError || error instanceof RunError)) {
    // a checkpoint that cannot be continued from is told of by any sentence, and the run starts over
    const said = error instanceof Error && error.constructor === Error && path.endsWith('.bin');
    return said ? { kind: 'refused' } : problem(String((error as Error)?.stack ?? error));
  }
  const { message } = error;
  if (error instanceof RunError)
    return message.includes(dirname(path)) ? { kind: 'refused' } : problem(`no place: ${message}`);
  if (error.issues.length === 0) return problem('a mistake that says nothing');
  const nowhere = error.issues.find(({ where }) => where === undefined);
  if (nowhere) return problem(`no place: ${nowhere.message}`);
  const foreign = error.issues.find(({ message: said }) => FOREIGN.test(said.replace(/'[^']*'/gs, '')));
  return foreign ? problem(`foreign words: ${foreign.message}`) : { kind: 'refused' };
}

/** Every file below a folder with its size, so that nothing is written unseen. */
function filesIn(folder: string): string[] {
  const own = new Set(Object.values(readers).map(({ file }) => join(folder, file)));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !own.has(path))
    .map((path) => `${path} (${statSync(path).size} bytes)`)
    .sort();
}

export function clear(work: string): void {
  rmSync(work, { recursive: true, force: true });
}
