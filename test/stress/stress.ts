/** Kills a sweep again and again, at random moments and in every way, and holds what is left against an undisturbed one. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { filesIn, finish, start } from '../_support/cli.js';

export interface StressOptions {
  /** A folder of its own, empty. */
  readonly work: string;
  /** The spec file, or a folder of them. */
  readonly spec: string;
  readonly kills: number;
  readonly seed: number;
  /** How long after the start a kill may come, in ms. */
  readonly within: number;
  readonly seconds: number;
  say?(line: string): void;
}

export interface Stressed {
  /** Kills that hit a living process, by how. */
  readonly kills: Readonly<Record<string, number>>;
  readonly runs: number;
  /** Invocations that were over before they could be killed. */
  readonly completions: number;
  /** Bytes of CSV that were compared. */
  readonly bytes: number;
  /** Everything that is not as it should be. */
  readonly problems: readonly string[];
}

/** Of the program itself by each signal, of a worker of it, and of all of them at once as a shell does. */
const ways = ['SIGKILL', 'SIGTERM', 'SIGINT', 'worker', 'group'] as const;

export async function stress({
  work,
  spec,
  kills,
  seed,
  within,
  seconds,
  say = () => {},
}: StressOptions): Promise<Stressed> {
  const random = xoroshiro128plus(seed);
  const below = (n: number) => (random.next() >>> 0) % n;
  const problems: string[] = [];
  const hits: Record<string, number> = {};
  const [reference, disturbed] = ['reference', 'disturbed'].map((name) => join(work, name));
  const command = (out: string, jobs: number) => ['run', '-q', '-j', String(jobs), '--out', out, spec];
  const first = await finish(start(command(reference, 1), work));
  if (first.code !== 0) return failed(`the reference ended with ${first.code}: ${first.stderr}`);
  const begun = Date.now();
  let [killed, completions] = [0, 0];
  while (killed < kills) {
    if (Date.now() - begun > 1000 * seconds) return failed(`${killed} kills in ${seconds} s`);
    const child = start(command(disturbed, 2), work);
    const end = finish(child);
    let isOver = false;
    void end.then(() => {
      isOver = true;
    });
    // now and then while it still starts, else while its workers work
    if (below(8) > 0)
      for (let i = 0; i < 1000 && !isOver && childrenOf(child.pid!).length === 0; i++) await setTimeout(20);
    await Promise.race([end, setTimeout(below(within))]);
    if (isOver) {
      completions++;
      forget(disturbed, below);
      continue;
    }
    const way = ways[below(ways.length)];
    const workers = childrenOf(child.pid!);
    hit(child.pid!, workers, way, below);
    const { code, stderr } = await end;
    problems.push(...(await orphans(workers)), ...unexpected(way, code, stderr));
    hits[way] = (hits[way] ?? 0) + 1;
    killed++;
    if (killed % 20 === 0) say(`${killed} kills, ${runsIn(disturbed)} runs finished`);
    // a sweep that is all but done has nothing left to kill
    if (runsIn(disturbed) > 0.8 * runsIn(reference)) forget(disturbed, below);
  }
  const last = await finish(start(command(disturbed, 2), work));
  if (last.code !== 0) problems.push(`the last completion ended with ${last.code}: ${last.stderr}`);
  const compared = compare(reference, disturbed);
  return {
    kills: hits,
    runs: runsIn(reference),
    completions,
    bytes: compared.bytes,
    problems: [...problems, ...compared.problems],
  };

  function failed(problem: string): Stressed {
    return { kills: hits, runs: 0, completions, bytes: 0, problems: [...problems, problem] };
  }
}

function hit(pid: number, workers: readonly number[], way: (typeof ways)[number], below: (n: number) => number): void {
  const kill = (victim: number, signal: NodeJS.Signals) => {
    try {
      process.kill(victim, signal);
    } catch {}
  };
  if (way === 'worker' && workers.length > 0) kill(workers[below(workers.length)], 'SIGKILL');
  else if (way === 'group') for (const victim of [pid, ...workers]) kill(victim, 'SIGKILL');
  else kill(pid, way === 'worker' ? 'SIGKILL' : way);
}

/** The loss of a worker costs a run, so 1; a signal has its own code; a kill none. */
function unexpected(way: string, code: number | null, stderr: string): string[] {
  const allowed: Record<string, (number | null)[]> = {
    SIGKILL: [null],
    group: [null],
    SIGTERM: [143, 0],
    SIGINT: [130, 0],
    worker: [0, 1, null],
  };
  if (/\n\s+at /.test(stderr)) return [`${way}: a stack trace: ${stderr}`];
  // before it listens, a signal ends it as it ends any process
  return allowed[way].includes(code) || code === null ? [] : [`${way}: exit code ${code}: ${stderr}`];
}

export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Whether a process still does anything; one that waits to be buried does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** Workers that outlive the process that started them by more than ten seconds. */
async function orphans(workers: readonly number[]): Promise<string[]> {
  for (let i = 0; i < 200 && workers.some(isRunning); i++) await setTimeout(50);
  return workers.filter(isRunning).map((pid) => `worker ${pid} is an orphan`);
}

/** Throws away some of what is finished, so that there is something to do. */
function forget(out: string, below: (n: number) => number): void {
  for (const run of runFolders(out)) if (below(3) > 0) rmSync(run, { recursive: true });
}

function runFolders(out: string): string[] {
  if (!existsSync(out)) return [];
  return readdirSync(out).flatMap((name) =>
    readdirSync(join(out, name))
      .map((id) => join(out, name, id))
      .filter((run) => existsSync(join(run, 'run.json'))),
  );
}

const runsIn = (out: string) => runFolders(out).length;

/** Every file but run.json has the bytes of the reference; nothing is missing, and nothing half done is left. */
function compare(reference: string, disturbed: string): { bytes: number; problems: string[] } {
  const [expected, got] = [reference, disturbed].map(filesIn);
  const problems = [
    ...expected.filter((file) => !got.includes(file)).map((file) => `${file} is missing`),
    ...got.filter((file) => !expected.includes(file)).map((file) => `${file} is left over`),
  ];
  let bytes = 0;
  for (const file of expected.filter((name) => got.includes(name) && !name.endsWith('run.json'))) {
    const [a, b] = [reference, disturbed].map((folder) => readFileSync(join(folder, file)));
    if (sha256(a) !== sha256(b)) problems.push(`${file} differs`);
    if (file.endsWith('.csv')) bytes += a.length;
  }
  if (existsSync(disturbed)) {
    const folders = readdirSync(disturbed).filter((name) => existsSync(join(disturbed, name, '.locks')));
    problems.push(...folders.map((name) => `${name}/.locks is left over`));
  }
  return { bytes, problems };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
