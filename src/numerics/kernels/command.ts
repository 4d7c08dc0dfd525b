/**
 * The command that threads carry out together, in memory that they share: calls of functions, one after the other, cut into
 * pieces which whoever is free takes by a ticket. Tickets only ever ascend, over all commands: a thread that comes late holds one that another has
 * taken, and cannot take a piece of a later command with the arguments of an earlier one.
 */

/** A function of the kernels, or of a library: numbers in, a number or nothing out. */
export type Kernel = (...args: readonly number[]) => number | undefined;

/** A call, and what becomes of it in a piece: the same function with moved arguments. */
export interface Part {
  /** Which function. */
  readonly kernel: number;
  readonly args: readonly number[];
  /** How far each argument moves with every unit. */
  readonly moves: readonly number[];
  /** Which argument says how many there are, and how many a unit counts there. */
  readonly sizeAt: number;
  readonly each: number;
  /** Which is the workspace: every thread has its own; −1: none. */
  readonly workAt: number;
}

/** How all parts of a command are cut: a unit of one needs no other unit of any. */
export interface Cut {
  readonly size: number;
  /** Pieces begin at multiples of so many units. */
  readonly grain: number;
  readonly pieces: number;
}

/** The first `words` of the block, each on a line of its own in the cache: tickets given out, taken, done; who sleeps; … */
const [PUBLISHED, TAKEN, DONE, ASLEEP, WAITING, FAILED, PRESENT, HOLDERS] = [0, 16, 32, 48, 64, 80, 96, 112];
/** Threads that one command may have. */
export const MOST_THREADS = 256;
/** Then numbers: how many parts, how they are cut, the first ticket; of each part what it is; results; and why it failed. */
const [PARTS, SIZE, GRAIN, PIECES, FIRST, FIRST_PART] = [0, 1, 2, 3, 4, 5];
const MOST_ARGUMENTS = 24;
const [FUNCTION, ARITY, SIZE_AT, EACH, WORK_AT, ARGUMENTS, MOVES] = [0, 1, 2, 3, 4, 5, 5 + MOST_ARGUMENTS];
const PART = MOVES + MOST_ARGUMENTS;
export const MOST_PARTS = 16;
const RESULTS = FIRST_PART + MOST_PARTS * PART;
const MOST_PIECES = 1024;
const LONGEST_REASON = 512;

const NUMBERS = HOLDERS * 4 + MOST_THREADS * 4;
const REASON = NUMBERS + (RESULTS + MOST_PIECES) * 8;
export const COMMAND_BYTES = REASON + 2 * LONGEST_REASON;

/** Spinning costs a core, waking a thread some 50 µs. */
const SPIN_MS = 0.1;
const LOOKS_PER_CLOCK = 32;

export class Command {
  private readonly words: Int32Array;
  private readonly numbers: Float64Array;
  private readonly reason: Uint16Array;
  private readonly args: number[] = [];

  /**
   * @param address of COMMAND_BYTES zeros, once for all threads.
   * @param thread its place among them; 0 is who gives the commands.
   * @param number the system's name for it.
   * @param work the workspace of this thread.
   */
  constructor(
    buffer: ArrayBufferLike,
    address: number,
    private readonly functions: readonly Kernel[],
    private readonly thread: number,
    private readonly number: number,
    private readonly work: number,
  ) {
    this.words = new Int32Array(buffer, address, NUMBERS / 4);
    this.numbers = new Float64Array(buffer, address + NUMBERS, RESULTS + MOST_PIECES);
    this.reason = new Uint16Array(buffer, address + REASON, LONGEST_REASON);
    Atomics.add(this.words, PRESENT, 1);
  }

  /** Threads that have begun. */
  get present(): number {
    return Atomics.load(this.words, PRESENT);
  }

  /**
   * For who gives commands, when the last one is done. The first piece is its own: what it has in its caches from one command
   * to the next stays there.
   */
  begin(parts: readonly Part[], cut: Cut): void {
    const { words, numbers } = this;
    const first = Atomics.load(words, PUBLISHED);
    numbers[PARTS] = parts.length;
    numbers[SIZE] = cut.size;
    numbers[GRAIN] = cut.grain;
    numbers[PIECES] = cut.pieces;
    numbers[FIRST] = first;
    for (let i = 0; i < parts.length; i++) this.write(parts[i], FIRST_PART + i * PART);
    Atomics.store(words, TAKEN, (first + 1) | 0);
    Atomics.store(words, PUBLISHED, (first + cut.pieces) | 0);
    if (Atomics.load(words, ASLEEP) > 0) Atomics.notify(words, PUBLISHED, cut.pieces - 1);
    this.hold(true);
    this.carryOut(first);
  }

  private write({ kernel, args, moves, sizeAt, each, workAt }: Part, at: number): void {
    const { numbers } = this;
    numbers[at + FUNCTION] = kernel;
    numbers[at + ARITY] = args.length;
    numbers[at + SIZE_AT] = sizeAt;
    numbers[at + EACH] = each;
    numbers[at + WORK_AT] = workAt;
    for (let i = 0; i < args.length; i++) {
      numbers[at + ARGUMENTS + i] = args[i];
      numbers[at + MOVES + i] = moves[i];
    }
  }

  /** Carries out one piece; false where none is left. */
  take(): boolean {
    const { words } = this;
    const ticket = Atomics.load(words, TAKEN);
    if (((Atomics.load(words, PUBLISHED) - ticket) | 0) <= 0) return false;
    this.hold(true);
    if (Atomics.compareExchange(words, TAKEN, ticket, (ticket + 1) | 0) === ticket) this.carryOut(ticket);
    else this.hold(false);
    return true;
  }

  /** Said before a piece is taken, taken back when it is done: a piece that is under way has its holder named. */
  private hold(held: boolean): void {
    this.words[HOLDERS + this.thread] = held ? this.number || -1 : 0;
  }

  /** The command stays until all its tickets are done: what is read now belongs to this one. */
  private carryOut(ticket: number): void {
    const { words } = this;
    try {
      this.carry((ticket - this.numbers[FIRST]) | 0);
    } catch (error) {
      this.fail(error);
    } finally {
      Atomics.add(words, DONE, 1);
      this.hold(false);
      if (Atomics.load(words, WAITING) > 0) Atomics.notify(words, DONE);
    }
  }

  /** Its result is the largest of what its parts give, NaN where any is. Pieces differ by no more than one grain. */
  private carry(piece: number): void {
    const { numbers } = this;
    const [size, grain, pieces] = [numbers[SIZE], numbers[GRAIN], numbers[PIECES]];
    const grains = Math.ceil(size / grain);
    const from = grain * Math.floor((piece * grains) / pieces);
    const to = Math.min(size, grain * Math.floor(((piece + 1) * grains) / pieces));
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < numbers[PARTS]; i++) {
      const given = this.call(FIRST_PART + i * PART, from, to);
      if (given !== undefined) largest = Math.max(largest, given);
    }
    numbers[RESULTS + piece] = largest;
  }

  private call(at: number, from: number, to: number): number | undefined {
    const { numbers, args } = this;
    args.length = numbers[at + ARITY];
    for (let i = 0; i < args.length; i++) args[i] = numbers[at + ARGUMENTS + i] + from * numbers[at + MOVES + i];
    args[numbers[at + SIZE_AT]] = (to - from) * numbers[at + EACH];
    if (numbers[at + WORK_AT] >= 0) args[numbers[at + WORK_AT]] = this.work;
    return this.functions[numbers[at + FUNCTION]].apply(undefined, args);
  }

  private fail(error: unknown): void {
    if (Atomics.compareExchange(this.words, FAILED, 0, 1) !== 0) return;
    const text = (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_REASON);
    for (let i = 0; i < text.length; i++) this.reason[i] = text.charCodeAt(i);
  }

  /** For a thread that has nothing to do: returns when there may be something. */
  rest(): void {
    const { words } = this;
    if (spin(() => ((Atomics.load(words, PUBLISHED) - Atomics.load(words, TAKEN)) | 0) > 0)) return;
    Atomics.add(words, ASLEEP, 1);
    const published = Atomics.load(words, PUBLISHED);
    if (((published - Atomics.load(words, TAKEN)) | 0) <= 0) Atomics.wait(words, PUBLISHED, published);
    Atomics.sub(words, ASLEEP, 1);
  }

  /**
   * For who gave the command: returns when all of it is done, or `lost` says that it will not be; it is asked when for a
   * second no piece was finished, with who holds one and for how many such seconds.
   */
  join(lost: (holders: readonly number[], seconds: number) => boolean): boolean {
    const { words } = this;
    const done = () => Atomics.load(words, DONE) === Atomics.load(words, PUBLISHED);
    if (spin(done)) return true;
    Atomics.store(words, WAITING, 1);
    try {
      for (let seconds = 0; !done(); ) {
        const count = Atomics.load(words, DONE);
        if (count === Atomics.load(words, PUBLISHED)) break;
        seconds = Atomics.wait(words, DONE, count, 1000) === 'timed-out' ? seconds + 1 : 0;
        if (seconds > 0 && lost(this.holders(), seconds)) return false;
      }
      return true;
    } finally {
      Atomics.store(words, WAITING, 0);
    }
  }

  private holders(): number[] {
    return [...this.words.subarray(HOLDERS, HOLDERS + MOST_THREADS)].filter((number) => number !== 0);
  }

  /** What the i-th piece gave; −Infinity where nothing. */
  result(piece: number): number {
    return this.numbers[RESULTS + piece];
  }

  /** Why a piece could not be carried out; undefined where all were. */
  get failure(): string | undefined {
    if (Atomics.load(this.words, FAILED) === 0) return undefined;
    const end = this.reason.indexOf(0);
    return String.fromCharCode(...this.reason.subarray(0, end < 0 ? LONGEST_REASON : end));
  }
}

/** Whether it came about within a short while. */
function spin(holds: () => boolean): boolean {
  const end = performance.now() + SPIN_MS;
  do {
    for (let i = 0; i < LOOKS_PER_CLOCK; i++) if (holds()) return true;
  } while (performance.now() < end);
  return false;
}
