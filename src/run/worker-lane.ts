/** A lane in a process of its own, started with its first run and again after a crash, which costs the run at hand. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deaf } from '../io/signals.js';
import type { Work } from './execute.js';
import type { Ending, Lane, LaneOptions, Task } from './lane.js';
import { type FromWorker, orderOf, type ToWorker, unpacked } from './messages.js';

/** A worker that does not stop when it is told to is ended after so long. */
const GRACE_MS = 6000;
const LAST_WORDS = 16_384;

/** @param timeout seconds that a run may take. */
export function inWorker(options: LaneOptions & { readonly timeout?: number | undefined }): Lane {
  let worker: Worker | undefined;
  return {
    attempt(task, onWork) {
      if (worker === undefined || worker.ended) worker = new Worker();
      return worker.attempt(task, onWork, options);
    },
    close: () => worker?.close(),
  };
}

class Worker {
  ended = false;
  private readonly child: ChildProcess;
  /** The end of what it wrote to stderr: why it crashed. */
  private words = '';

  constructor() {
    this.child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), {
      execArgv: [...deaf],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.words = (this.words + text).slice(-LAST_WORDS);
    });
    this.child.on('close', () => {
      this.ended = true;
    });
    // a worker that is gone says so by its end
    this.child.on('error', () => {});
  }

  /** One run: until it ends, its time is up, it is told to stop, or the process is gone. */
  async attempt(task: Task, onWork: (work: Work) => void, options: Parameters<typeof inWorker>[0]): Promise<Ending> {
    const { signal, timeout } = options;
    let late = false;
    let killer: NodeJS.Timeout | undefined;
    const stop = () => {
      this.send({ kind: 'stop' });
      killer ??= setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    };
    let alarm: NodeJS.Timeout | undefined;
    const begun = () => {
      if (timeout === undefined) return;
      alarm = setTimeout(() => {
        late = true;
        stop();
      }, timeout * 1000);
    };
    signal.addEventListener('abort', stop);
    const answer = this.answer(task, begun, onWork);
    this.send({ kind: 'run', order: orderOf(task, options) });
    if (signal.aborted) stop();
    const ending = await answer;
    signal.removeEventListener('abort', stop);
    clearTimeout(alarm);
    clearTimeout(killer);
    if (ending.kind === 'finished') return ending;
    if (late) return { kind: 'failed', message: `took longer than ${timeout} s (--timeout)` };
    return signal.aborted ? { kind: 'stopped' } : ending;
  }

  close(): void {
    if (this.child.connected) this.child.disconnect();
  }

  private send(message: ToWorker): void {
    if (this.child.connected) this.child.send(message);
  }

  private answer(task: Task, begun: () => void, onWork: (work: Work) => void): Promise<Ending> {
    return new Promise((resolve) => {
      const heard = (message: FromWorker) => {
        if (message.kind === 'begun') begun();
        else if (message.kind === 'work') onWork(message.work);
        else done(unpacked(message.ending, task));
      };
      const gone = (code: number | null, signal: string | null) =>
        done({ kind: 'failed', message: this.obituary(code, signal) });
      const done = (ending: Ending) => {
        this.child.off('message', heard).off('close', gone);
        resolve(ending);
      };
      this.child.on('message', heard).on('close', gone);
      if (this.ended) gone(this.child.exitCode, this.child.signalCode);
    });
  }

  private obituary(code: number | null, signal: string | null): string {
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    if (/out of memory|allocation failed/i.test(this.words)) return `its process ran out of memory and ended ${how}`;
    const reason = this.words.split('\n').find((line) => /Error/.test(line));
    if (reason !== undefined) return `its process ended ${how}: ${reason.trim()}`;
    return `its process ended ${how}${signal === 'SIGKILL' ? ': killed, perhaps for want of memory' : ''}`;
  }
}
