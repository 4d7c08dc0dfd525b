/**
 * Calls that threads carry out together: each takes some examples through all of them, so that threads meet once, and what a
 * call leaves of an example is at hand for the next. No bit depends on how many threads there are.
 */
import type { Effort } from '../backend.js';
import { type Kernel, MOST_PARTS, type Part } from './command.js';
import type { Pool } from './pool.js';

/** A call that can wait: how far its arguments move with every unit, in bytes, and how many units it has. */
export interface Waiting extends Omit<Part, 'each'> {
  readonly call: Kernel;
  readonly size: number;
  /** Nanoseconds, about. */
  readonly work: number;
}

export class Together {
  /** Examples; 0 where calls do not wait. */
  private rows = 0;
  private calls: Waiting[] = [];
  private work = 0;
  private largest = 0;

  constructor(private readonly pool: Pool) {}

  /** Whether calls wait for each other. */
  get isOpen(): boolean {
    return this.rows > 0;
  }

  /** See Backend. */
  within(effort: Effort, rows: number, body: (apart: boolean) => number | undefined): number | undefined {
    const pays = this.pool.threads > 1 && rows > 1 && effort.work >= this.pool.worth;
    if (this.isOpen || !pays) return body(false);
    effort.work = 0;
    this.largest = 0;
    this.rows = rows;
    try {
      const given = body(true);
      this.flush();
      effort.work = this.work;
      return given === undefined ? undefined : Math.max(given, this.largest);
    } finally {
      this.rows = 0;
      this.work = 0;
      this.calls = [];
    }
  }

  /** @returns whether it waits: its units are so many for each example. */
  add(waiting: Waiting): boolean {
    if (waiting.size % this.rows !== 0) return false;
    if (this.calls.length === MOST_PARTS) this.flush();
    this.calls.push(waiting);
    return true;
  }

  /** Carries out what waits: what comes next does not. */
  flush(): void {
    const { calls, pool, rows } = this;
    if (calls.length === 0) return;
    this.calls = [];
    const work = calls.reduce((sum, call) => sum + call.work, 0);
    this.work += work;
    if (work < pool.worth) {
      for (const { call, args } of calls) this.see(call(...args));
      return;
    }
    const pieces = pool.piecesOf(work, rows);
    pool.fork(
      calls.map((call) => byExample(call, call.size / rows)),
      { size: rows, grain: 1, pieces },
    );
    for (let i = 0; i < pieces; i++) this.see(pool.result(i));
  }

  /** NaN stays. */
  private see(result: number | undefined): void {
    if (result !== undefined) this.largest = Math.max(this.largest, result);
  }
}

const byExample = ({ kernel, args, moves, sizeAt, workAt }: Waiting, each: number): Part => {
  return { kernel, args, moves: moves.map((move) => each * move), sizeAt, each, workAt };
};
