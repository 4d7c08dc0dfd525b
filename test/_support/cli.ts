/** Spawns the built program, as a user does. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { parse } from 'csv-parse/sync';
import { stringify } from 'yaml';
import type { RunRecord } from '../../src/metrics/results.js';
import { packageRoot } from '../../src/package.js';

export const root = fileURLToPath(packageRoot);
const bin = join(root, 'bin/eprbp.js');

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface How {
  readonly env?: Record<string, string>;
  /** Another program than that of this package. */
  readonly bin?: string;
  /** In a group of its own, as a shell starts it. */
  readonly detached?: boolean;
  readonly stdio?: StdioOptions;
}

export function start(
  args: readonly string[],
  cwd: string,
  { env, bin: program = bin, detached = false, stdio = 'pipe' }: How = {},
): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd,
    detached,
    stdio,
    env: { ...process.env, CI: '', NO_COLOR: '1', ...env },
  });
}

export function finish(child: ChildProcess): Promise<Result> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
}

export const eprbp = (cwd: string, ...args: string[]): Promise<Result> => finish(start(args, cwd));

/** A folder of the test's own, gone when it ends. */
export function workspace(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'eprbp-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeSpec(folder: string, spec: object, file = 'spec.yaml'): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), stringify(spec, { aliasDuplicateObjects: false }));
  return join(folder, file);
}

/** Every file below a folder, relative to it, in order. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Folders of the runs of an experiment, in order. */
export function runsIn(experiment: string): string[] {
  return readdirSync(experiment, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(experiment, entry.name, 'spec.yaml')))
    .map((entry) => join(experiment, entry.name))
    .sort();
}

export const recordIn = (run: string): RunRecord =>
  JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as RunRecord;

export type CsvRow = Record<string, string>;
export const csvIn = (run: string, file: string): CsvRow[] =>
  parse(readFileSync(join(run, file)), { columns: true }) as CsvRow[];

/** A spec that runs in a moment. */
export const quick = {
  name: 'quick',
  protocol: 'equivalence',
  network: { energy: 'hopfield', layers: [3, 4, 2], activation: 'tanh' },
  data: { name: 'random', examples: 2 },
  free: { step: 0.1, tolerance: 1e-12 },
  second: { step: 0.1, steps: 10 },
  engines: [
    { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.01 },
    { id: 'rbp', name: 'rbp', method: 'ode' },
  ],
  reference: 'rbp',
};
