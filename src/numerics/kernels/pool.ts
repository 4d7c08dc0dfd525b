/** Threads that share the work of a call: they start with the first call that is worth it, and end with the process. */
import { Worker } from 'node:worker_threads';
import { RunError } from '../../errors.js';
import { hasEnded } from '../../io/threads.js';
import { packageRoot } from '../../package.js';
import { COMMAND_BYTES, Command, type Cut, type Kernel, MOST_THREADS, type Part } from './command.js';
import type { Heap } from './heap.js';
import { kernelsOf } from './instance.js';
import type { LoadedKernels } from './module.js';
import type { More, ThreadData } from './thread.js';

const FILE = 'dist/numerics/kernels/thread.js';
/** Nanoseconds of work from which sharing it gains: below, what other threads wait for and fetch costs as much. */
const WORTH = 40_000;
/** Work that is just worth it may be cut into so many pieces. */
const PIECES_PER_WORTH = 4;
/** Where the system does not say whether a thread is there, one that has finished nothing for so long is given up. */
const PATIENCE_SECONDS = 60;

interface Crew {
  readonly command: Command;
  readonly workers: Worker[];
  /** What they work in. */
  readonly rooms: Float64Array[];
}

export class Pool {
  /** Nanoseconds of work below which a call stays with the thread that makes it; tests share small ones, too. */
  worth = WORTH;
  private readonly functions: Kernel[];
  private readonly more: More[] = [];
  private crew: Crew | undefined;
  private count = 1;
  /** Why a thread ended that should not have. */
  private broken: string | undefined;

  constructor(
    private readonly kernels: LoadedKernels,
    private readonly heap: Heap,
    private readonly work: number,
  ) {
    this.functions = kernelsOf(kernels.exports);
  }

  /** How many threads share a call, with the one that makes it; at least 1. */
  get threads(): number {
    return this.count;
  }

  set threads(count: number) {
    const allowed = this.kernels.isShared ? Math.min(count, MOST_THREADS) : 1;
    if (allowed === this.count) return;
    this.close();
    this.count = allowed;
  }

  /**
   * Into how many pieces so much work is cut, of `most` that it has: one for a thread. More would even out what threads do, but
   * every piece of a product packs what it needs.
   */
  piecesOf(work: number, most: number): number {
    return Math.max(1, Math.min(this.count, Math.floor((PIECES_PER_WORTH * work) / this.worth), most));
  }

  /** Makes functions beside the kernels known to all threads. @returns the number of the first, for `fork`. */
  add(more: More, functions: readonly Kernel[]): number {
    this.close();
    this.more.push(more);
    return this.functions.push(...functions) - functions.length;
  }

  numberOf(kernel: Kernel): number {
    return this.functions.indexOf(kernel);
  }

  /**
   * Carries out calls in pieces, all parts of a piece one after the other; returns when all are done. `result` then gives
   * what each gave.
   * @throws RunError where a piece could not be carried out, or a thread is gone.
   */
  fork(parts: readonly Part[], cut: Cut): void {
    const { command } = this.started();
    command.begin(parts, cut);
    while (command.take());
    const whole = command.join(
      (holders, seconds) => areGone(holders) || (unknown(holders) && seconds >= PATIENCE_SECONDS),
    );
    const reason = whole ? command.failure : 'it ended in the middle of its work';
    if (reason !== undefined) throw this.lost(reason);
  }

  /** The next call has new threads. */
  private lost(reason: string): RunError {
    this.close();
    this.heap.failures++;
    return new RunError(`a thread could not do its part (${reason}): run it again, or with --threads 1`);
  }

  /** How many threads have begun: they need some 50 ms. */
  get present(): number {
    return this.crew?.command.present ?? 1;
  }

  /** Of the last call, what a piece gave. */
  result(piece: number): number {
    return this.crew!.command.result(piece);
  }

  private started(): Crew {
    if (this.broken !== undefined) throw this.lost(this.broken);
    this.crew ??= this.start();
    return this.crew;
  }

  private start(): Crew {
    const rooms: Float64Array[] = [];
    const room = (bytes: number): number => {
      const array = this.heap.allocate(Math.ceil(bytes / 8));
      rooms.push(array);
      return array.byteOffset;
    };
    const { buffer, module, memory, exports } = this.kernels;
    const address = room(COMMAND_BYTES);
    const crew: Crew = { command: new Command(buffer, address, this.functions, 0, 0, this.work), workers: [], rooms };
    for (let thread = 1; thread < this.count; thread++) {
      const work = room(exports.GEMM_WORKSPACE.value);
      const scratch = room(exports.SCRATCH_BYTES.value);
      const worker = this.hire({ module, memory, more: this.more, address, thread, work, scratch }, crew);
      // the system has no more, or does not allow any: those that are there do
      if (worker === undefined) break;
      crew.workers.push(worker);
    }
    return crew;
  }

  private hire(workerData: ThreadData, crew: Crew): Worker | undefined {
    try {
      const worker = new Worker(new URL(FILE, packageRoot), { workerData, execArgv: [] });
      worker.unref();
      const gone = (reason: string) => {
        if (this.crew === crew) this.broken ??= reason;
      };
      worker.on('error', (error) => gone(error.message)).on('exit', () => gone('it ended'));
      return worker;
    } catch {
      return undefined;
    }
  }

  /** Ends the threads, all of which are idle or gone. */
  private close(): void {
    const { workers = [], rooms = [] } = this.crew ?? {};
    this.crew = undefined;
    this.broken = undefined;
    void Promise.all(workers.map((worker) => worker.terminate())).then(() => {
      for (const room of rooms) this.heap.free(room);
    });
  }
}

/** Where nobody holds a piece, the last one has just been done. */
const areGone = (holders: readonly number[]) => holders.length > 0 && holders.every((one) => hasEnded(one));
const unknown = (holders: readonly number[]) => holders.some((one) => hasEnded(one) === undefined);
