/** Figures drawn apart, in a process that can be ended: it has limits of time and memory, writes nothing, and reads little. */
import { type ChildProcess, fork } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunError, UserError } from '../errors.js';
import { deaf } from '../io/signals.js';
import { packageRoot } from '../package.js';
import type { FigureRequest } from './figures.js';
import type { Picture } from './picture.js';
import type { Answer, Order } from './sandbox-main.js';
import { requireHarmless } from './svg-rule.js';

/** In the build, for code that runs from source too. */
const MAIN = fileURLToPath(new URL('dist/bin/sandbox-main.js', packageRoot));
/** What it loads from other packages. */
const PACKAGES = ['vega', 'vega-lite', 'vega-interpreter', '@resvg/resvg-js'];

/** Of one figure. */
export interface Limits {
  readonly seconds: number;
  readonly megabytes: number;
  /** Ends the figure at hand. */
  readonly signal: AbortSignal | undefined;
}

/** A process that a figure has brought to its end costs that figure; the next one has a new process. */
export class Sandbox {
  private readonly runs: readonly string[];
  private readonly requests: readonly FigureRequest[];
  private child: Child | undefined;

  constructor(
    runDirectories: readonly string[],
    requests: readonly FigureRequest[],
    private readonly limits: Limits,
  ) {
    this.runs = runDirectories.map((directory) => resolve(directory));
    this.requests = requests.map((request) =>
      'file' in request ? { ...request, file: resolve(request.file) } : request,
    );
  }

  /** The n-th of the requests. @throws UserError where it cannot be drawn within the limits; RunError */
  async draw(index: number): Promise<Picture> {
    const request = this.requests[index];
    if (this.child === undefined || this.child.ended) this.child = new Child(this.reads(), this.limits);
    const answer = await this.child.draw({ runs: this.runs, request });
    if (answer.kind === 'failed') throw new RunError(answer.message);
    if (answer.kind === 'refused') throw new UserError(answer.issues);
    if (answer.kind === 'ended') {
      const [where, what] =
        'file' in request ? [{ where: { file: request.file } }, 'it'] : [{}, `figure '${request.name}'`];
      const hint = answer.hint === undefined ? {} : { hint: answer.hint };
      throw new UserError({ ...where, message: `${what} ${answer.why}`, ...hint });
    }
    requireHarmless(answer.svg);
    return answer;
  }

  close(): void {
    this.child?.close();
  }

  /** What the process may read. */
  private reads(): string[] {
    const files = this.requests.flatMap((request) => ('file' in request ? [request.file] : []));
    const modules = PACKAGES.map((name) => realpathSync(fileURLToPath(import.meta.resolve(name))));
    // what they load may lie anywhere in the folder of packages that each is in
    const packages = modules.map((path) => path.replace(/([\\/]node_modules[\\/]).*$/s, '$1'));
    const folders = [...this.runs.map(dirname), fileURLToPath(packageRoot), ...packages].map((path) => join(path, sep));
    // code goes by its real path
    return [...new Set([...folders, ...folders.map((path) => join(realpathSync(path), sep)), ...files])];
  }
}

type Ending =
  | Exclude<Answer, { kind: 'ready' }>
  | { readonly kind: 'ended'; readonly why: string; readonly hint?: string };

class Child {
  ended = false;
  private readonly process: ChildProcess;
  private readonly ready: Promise<unknown>;
  /** The end of what it wrote to stderr. */
  private words = '';

  constructor(
    reads: readonly string[],
    private readonly limits: Limits,
  ) {
    this.process = fork(MAIN, [String(limits.megabytes * 2 ** 20)], {
      cwd: tmpdir(),
      env: surroundings(),
      execArgv: [...deaf, ...restrictions(reads, limits)],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.words = (this.words + text).slice(-16_384);
    });
    // a process that is gone says so by its end
    this.process.on('error', () => {});
    this.ready = new Promise((resolve) => {
      this.process.once('message', resolve).once('close', (code, signal) => {
        this.ended = true;
        resolve({ code, signal });
      });
    });
  }

  async draw(order: Order): Promise<Ending> {
    const { seconds, signal } = this.limits;
    await this.ready;
    const kill = () => this.process.kill('SIGKILL');
    let late = false;
    const alarm = setTimeout(() => {
      late = true;
      kill();
    }, seconds * 1000);
    signal?.addEventListener('abort', kill);
    if (signal?.aborted) kill();
    try {
      const answer = await this.answer(order);
      if (!late || answer.kind !== 'ended') return answer;
      return { ...answer, why: `takes longer than ${seconds} s to draw`, hint: `${LESS}, or allow it more: --timeout` };
    } finally {
      clearTimeout(alarm);
      signal?.removeEventListener('abort', kill);
    }
  }

  close(): void {
    if (this.process.connected) this.process.disconnect();
  }

  private answer(order: Order): Promise<Ending> {
    return new Promise((resolve) => {
      const gone = (code: number | null, signal: string | null) =>
        resolve({ kind: 'ended', ...this.obituary(code, signal) });
      if (this.ended) {
        gone(this.process.exitCode, this.process.signalCode);
        return;
      }
      this.process.once('close', gone).once('message', (answer: Ending) => {
        this.process.off('close', gone);
        resolve(answer);
      });
      if (this.process.connected) this.process.send(order);
    });
  }

  private obituary(code: number | null, signal: string | null): { why: string; hint?: string } {
    // killed by its guard, or by the system
    if (signal === 'SIGKILL' || /out of memory|allocation failed/i.test(this.words)) {
      return { why: `takes more than ${this.limits.megabytes} MB of memory to draw`, hint: LESS };
    }
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const reason = this.words.split('\n').find((line) => /Error/.test(line));
    return { why: `cannot be drawn: its process ended ${how}${reason === undefined ? '' : `: ${reason.trim()}`}` };
  }
}

const LESS = 'let it draw fewer rows or marks';

/** The time zone, which shows in dates, and nothing else of the environment; Windows starts nothing without its own. */
function surroundings(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    ['TZ', 'SystemRoot'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** No text becomes code; no file is written, none read but these, and no process started. */
function restrictions(reads: readonly string[], { megabytes }: Limits): string[] {
  return [
    '--no-warnings',
    // the guard comes first: it counts what is not on the heap, and leaves no core behind
    `--max-old-space-size=${2 * megabytes}`,
    '--disallow-code-generation-from-strings',
    // Node 20 ends with an assertion over some lists of paths
    ...(process.allowedNodeEnvironmentFlags.has('--permission')
      ? ['--permission', ...reads.map((path) => `--allow-fs-read=${path}`)]
      : ['--experimental-permission', '--allow-fs-read=*']),
    '--allow-addons',
    '--allow-worker',
  ];
}
