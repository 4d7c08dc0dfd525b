/**
 * Sweeps on one folder from several hosts, killed and stopped again and again, at random moments and in every way; what is
 * left is held against an undisturbed one.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { formatIssue } from '../../src/errors.js';
import { readRecord } from '../../src/metrics/record.js';
import { filesIn, finish } from '../_support/cli.js';
import { type Below, Host, isRunning } from './host.js';

export { childrenOf, isRunning } from './host.js';

export interface StressOptions {
  /** A folder of its own, empty. */
  readonly work: string;
  /** The spec file, or a folder of them. */
  readonly spec: string;
  /** Kills and stops. */
  readonly kills: number;
  readonly hosts: number;
  /** After how many seconds of silence a host is taken for dead; stops last up to three times as long. */
  readonly silence: number;
  readonly seed: number;
  /** How long after another a kill may come, in ms. */
  readonly within: number;
  readonly seconds: number;
  say?(line: string): void;
}

export interface Stressed {
  /** What hit a living process, by how. */
  readonly kills: Readonly<Record<string, number>>;
  readonly runs: number;
  /** Invocations that were over before they could be killed. */
  readonly completions: number;
  /** How often the records were held against the bytes beside them with everything dead. */
  readonly rounds: number;
  /** Bytes of CSV that were compared at the end. */
  readonly bytes: number;
  /** Everything that is not as it should be. */
  readonly problems: readonly string[];
}

export async function stress(options: StressOptions): Promise<Stressed> {
  const { work, spec, kills, silence, seed, within, seconds, say = () => {} } = options;
  const random = xoroshiro128plus(seed);
  const below: Below = (n) => (random.next() >>> 0) % n;
  const problems: string[] = [];
  const hits: Record<string, number> = {};
  const [reference, disturbed] = ['reference', 'disturbed'].map((name) => join(work, name));
  const command = (out: string, jobs: number) => ['run', '-q', '-j', String(jobs), '--out', out, spec];
  const hosts = Array.from(
    { length: options.hosts },
    (_, i) => new Host(`host-${i}`, silence, command(disturbed, 2), work, below),
  );
  const first = await finish(hosts[0].start(command(reference, 2)));
  if (first.code !== 0) problems.push(`the reference ended with ${first.code}: ${first.stderr}`);
  const end = Date.now() + 1000 * seconds;
  let [killed, completions, rounds] = [0, 0, 0];
  while (killed < kills && problems.length === 0) {
    if (Date.now() > end) problems.push(`${killed} kills in ${seconds} s`);
    for (const host of hosts) if (host.begin()) completions++;
    const host = hosts[below(hosts.length)];
    // now and then while it still starts, else while its workers work
    if (below(8) > 0) await host.isAtWork();
    await setTimeout(below(within));
    const way = host.hit(hosts.length > 1);
    if (way !== undefined) {
      hits[way] = (hits[way] ?? 0) + 1;
      killed++;
      if (killed % 20 === 0) say(`${killed} kills and stops, ${runsIn(disturbed)} runs finished`);
    }
    // a sweep that is all but done has nothing left to kill
    if (runsIn(disturbed) > 0.8 * runsIn(reference)) {
      await allDead(hosts, problems);
      problems.push(...unfounded(disturbed));
      rounds++;
      forget(disturbed, below);
    }
  }
  await allDead(hosts, problems);
  problems.push(...unfounded(disturbed));
  // each host knows which of its own are dead
  for (const host of hosts) {
    const last = await finish(host.start(command(disturbed, 2)));
    if (last.code !== 0) problems.push(`the last completion ended with ${last.code}: ${last.stderr}`);
  }
  const compared = compare(reference, disturbed);
  return {
    kills: hits,
    runs: runsIn(reference),
    completions,
    rounds: rounds + 1,
    bytes: compared.bytes,
    problems: [...problems, ...compared.problems],
  };
}

/** Ends what runs, by a kill or by waiting for what was stopped; no worker outlives it by more than ten seconds. */
async function allDead(hosts: readonly Host[], problems: string[]): Promise<void> {
  await Promise.all(hosts.map((host) => host.end()));
  problems.push(...hosts.flatMap((host) => host.problems.splice(0)));
  const processes = hosts.flatMap((host) => [...host.processes]);
  for (let i = 0; i < 200 && processes.some(isRunning); i++) await setTimeout(50);
  problems.push(...processes.filter(isRunning).map((pid) => `worker ${pid} is an orphan`));
  for (const host of hosts) host.processes.clear();
}

/** Records that are believed, beside other bytes than they say. */
function unfounded(out: string): string[] {
  return runFolders(out).flatMap((run) => {
    const reading = readRecord(run);
    if (reading.kind === 'problem') return [formatIssue(reading.problem)];
    return Object.entries(reading.kind === 'record' ? reading.record.outputs : {})
      .filter(([name, said]) => sha256(readFileSync(join(run, name))) !== said.sha256)
      .map(([name]) => `${join(run, name)} is not what run.json says`);
  });
}

/** Throws away some of what is finished, so that there is something to do. */
function forget(out: string, below: Below): void {
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
  const hidden = existsSync(disturbed) ? readdirSync(disturbed, { recursive: true, encoding: 'utf8' }) : [];
  problems.push(...hidden.filter((name) => /\.(locks|hold-\w+)$/.test(name)).map((name) => `${name} is left over`));
  return { bytes, problems };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
