/** Columns of metrics.csv over the iterations of a training. */
import { type Learner, learnersOf } from './learners.js';
import { METRICS } from './measure.js';
import { eachRow, headerOf, toNumber } from './rows.js';
import { type Run, specValue } from './source.js';

/** One iteration, or several neighbours. */
export interface Stretch {
  /** Means. */
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Whether every phase one was; undefined where there is none. */
  readonly atRest: boolean | undefined;
}

/** A column of one engine. */
export interface Course {
  readonly learner: Learner;
  readonly column: string;
  /** One for each seed. */
  readonly lines: readonly (readonly Stretch[])[];
  /** Of all seeds, drawn one by one or not. */
  readonly values: readonly Value[];
}

export interface Value {
  readonly y: number;
  readonly atRest: boolean | undefined;
}

/** Stretches that a curve has at most: as many as can be told apart. */
const MOST = 100;

/** Neighbours in a stream of unknown length, in bounded memory: twice as many to a stretch whenever there are too many. */
export class Stretches {
  private stretches: Stretch[] = [];
  private size = 1;

  constructor(private readonly most = MOST) {}

  push(x: number, y: number, atRest: boolean | undefined): void {
    const one: Stretch = { x, y, low: y, high: y, count: 1, atRest };
    const last = this.stretches.at(-1);
    if (last === undefined || last.count >= this.size) this.stretches.push(one);
    else this.stretches[this.stretches.length - 1] = merged(last, one);
    if (this.stretches.length <= this.most) return;
    this.size *= 2;
    this.stretches = this.stretches.flatMap((stretch, i, all) =>
      i % 2 === 1 ? [] : [i + 1 < all.length ? merged(stretch, all[i + 1]) : stretch],
    );
  }

  /** Iterations in each. */
  get length(): number {
    return this.size;
  }

  items(): readonly Stretch[] {
    return this.stretches;
  }
}

function merged(a: Stretch, b: Stretch): Stretch {
  const count = a.count + b.count;
  const mean = (p: number, q: number) => (p * a.count + q * b.count) / count;
  return {
    x: mean(a.x, b.x),
    y: mean(a.y, b.y),
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    count,
    atRest: a.atRest === undefined ? b.atRest : a.atRest && b.atRest !== false,
  };
}

interface Kept {
  readonly stretches: Stretches;
  readonly values: Value[];
}

/** Finite values of some columns, of the engines that have such. */
export async function coursesOf(
  runs: readonly Run[],
  columns: readonly string[],
): Promise<{ courses: Course[]; notes: string[] }> {
  const kept = new Map<string, Kept>();
  const key = (run: Run, engine: string, column: string) => JSON.stringify([run.folder, engine, column]);
  for (const run of runs) await read(run, columns, (engine, column) => keptAt(kept, key(run, engine, column)));
  const courses = columns.flatMap((column) =>
    learnersOf(runs).map((learner): Course => {
      const found = learner.runs.flatMap((run) => kept.get(key(run, learner.engine.id, column)) ?? []);
      return {
        learner,
        column,
        lines: found.map(({ stretches }) => stretches.items()),
        values: found.flatMap(({ values }) => values),
      };
    }),
  );
  const longest = [...kept.values()].reduce((most, { stretches }) => Math.max(most, stretches.length), 1);
  return { courses, notes: longest > 1 ? [`Of every ${longest} iterations the mean is a line, the range a band`] : [] };
}

async function read(run: Run, columns: readonly string[], at: (engine: string, column: string) => Kept): Promise<void> {
  const tolerance = Number(specValue(run, 'free.tolerance'));
  const knows = (await headerOf(run, METRICS)).includes('free_residual');
  const all = ['iteration', 'engine', knows ? 'free_residual' : 'iteration', ...columns];
  await eachRow(run, METRICS, all, ([iteration, engine, residual, ...cells]) => {
    const atRest = knows ? isAtRest(toNumber(residual), tolerance) : undefined;
    cells.forEach((cell, i) => {
      const y = toNumber(cell);
      if (!Number.isFinite(y)) return;
      const { stretches, values } = at(engine, columns[i]);
      stretches.push(Number(iteration), y, atRest);
      values.push({ y, atRest });
    });
  });
}

/** NaN: of an engine without a phase one. */
function isAtRest(residual: number, tolerance: number): boolean | undefined {
  return Number.isNaN(residual) || Number.isNaN(tolerance) ? undefined : residual <= tolerance;
}

function keptAt(all: Map<string, Kept>, key: string): Kept {
  const known = all.get(key) ?? { stretches: new Stretches(), values: [] };
  all.set(key, known);
  return known;
}
