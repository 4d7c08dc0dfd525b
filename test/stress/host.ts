/** A machine that takes part in a sweep: one invocation after the other, each ended or stopped in the middle. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { finish, type Result, start } from '../_support/cli.js';

/** A random whole number from 0 to n − 1. */
export type Below = (n: number) => number;

/** Of the program itself by each signal, of a worker of it, and of all of them at once as a shell does. */
const kills = ['SIGKILL', 'SIGTERM', 'SIGINT', 'worker', 'group'] as const;
/** Of all of them as a machine that sleeps, or of one worker. */
const stops = ['stop', 'stop-worker'] as const;
type Way = (typeof kills)[number] | (typeof stops)[number];

/** Exit codes beside 0: the loss of a worker costs a run, so 1; a signal has its own; a kill none. */
const codes: Readonly<Record<Way, readonly (number | null)[]>> = {
  SIGKILL: [],
  group: [],
  SIGTERM: [143],
  SIGINT: [130],
  worker: [1],
  stop: [],
  'stop-worker': [],
};

export class Host {
  readonly problems: string[] = [];
  /** Every process that there was in this round. */
  readonly processes = new Set<number>();
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private ways = new Set<Way>();
  private hasBegun = false;
  private readonly stopped = new Set<Promise<void>>();

  constructor(
    private readonly name: string,
    private readonly silence: number,
    private readonly command: readonly string[],
    private readonly work: string,
    private readonly below: Below,
  ) {}

  start(args: readonly string[]): ChildProcess {
    return start(args, this.work, { env: { EPRBP_HOST: this.name, EPRBP_SILENCE: String(this.silence) } });
  }

  /** An invocation, where none goes on; whether the one before was over by itself. */
  begin(): boolean {
    if (this.child !== undefined) return false;
    const wasCompleted = this.hasBegun && this.ways.size === 0;
    this.hasBegun = true;
    this.ways = new Set();
    const child = this.start(this.command);
    this.child = child;
    this.processes.add(child.pid!);
    this.ended = finish(child).then((result) => {
      this.child = undefined;
      this.judge(result);
    });
    return wasCompleted;
  }

  private judge({ code, stderr }: Result): void {
    const ways = [...this.ways];
    if (/\n\s+at /.test(stderr)) this.problems.push(`${this.name}, ${ways}: a stack trace: ${stderr}`);
    // before it listens, a signal ends it as it ends any process
    const allowed = [
      0,
      ...(ways.some((way) => kills.includes(way as never)) ? [null] : []),
      ...ways.flatMap((way) => codes[way]),
    ];
    if (!allowed.includes(code)) this.problems.push(`${this.name}, ${ways}: exit code ${code}: ${stderr}`);
  }

  /** Waits until its workers work, or it is over. */
  async isAtWork(): Promise<void> {
    for (let i = 0; i < 1000 && this.child && childrenOf(this.child.pid!).length === 0; i++) await setTimeout(20);
  }

  /** How a living process was hit; undefined where it was over. */
  hit(isStopped: boolean): Way | undefined {
    if (this.child === undefined) return undefined;
    const ways: readonly Way[] = isStopped ? [...kills, ...stops, ...stops] : kills;
    const way = ways[this.below(ways.length)];
    const main = this.child.pid!;
    const workers = childrenOf(main);
    for (const pid of workers) this.processes.add(pid);
    this.ways.add(way);
    const worker = workers.length > 0 ? workers[this.below(workers.length)] : main;
    if (way === 'stop') this.stop([main, ...workers]);
    else if (way === 'stop-worker') this.stop([worker]);
    else if (way === 'group') for (const pid of [main, ...workers]) signal(pid, 'SIGKILL');
    else if (way === 'worker') signal(worker, 'SIGKILL');
    else signal(main, way);
    return way;
  }

  /** For up to three times as long as a host may be silent. */
  private stop(pids: readonly number[]): void {
    for (const pid of pids) signal(pid, 'SIGSTOP');
    const over = setTimeout(this.below(3000 * this.silence)).then(() => {
      for (const pid of pids) signal(pid, 'SIGCONT');
      this.stopped.delete(over);
    });
    this.stopped.add(over);
  }

  /** Kills it, or waits for its end, as it falls; what is stopped goes on first. */
  async end(): Promise<void> {
    if (this.child && this.below(2) === 0) {
      this.ways.add('SIGKILL');
      signal(this.child.pid!, 'SIGKILL');
    }
    await Promise.all([...this.stopped, this.ended]);
    await Promise.all(this.stopped);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {}
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
