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
  /** Every value of all seeds, drawn one by one or not. */
  readonly ys: readonly number[];
  /** Of those the ones whose phase one had not come to rest, by their places. */
  readonly unrest: ReadonlySet<number>;
}

/** Stretches that a curve has at most: as many as can be told apart. */
const MOST = 100;

/** The axis of the iterations. */
export type Scale = 'linear' | 'log';

/** On a logarithmic axis a stretch reaches so much further than where it begins: the first iterations stay apart. */
const REACH = 1.04;

/**
 * Neighbours in a stream of unknown length, in bounded memory: twice as many to a stretch whenever there are too many, or
 * for a logarithmic axis those within a share of the first.
 */
export class Stretches {
  private stretches: Mutable[] = [];
  private size = 1;

  constructor(
    private readonly most = MOST,
    private readonly scale: Scale = 'linear',
  ) {}

  push(x: number, y: number, atRest: boolean | undefined): void {
    const last = this.stretches.at(-1);
    const { scale } = this;
    if (last !== undefined && (scale === 'log' ? x <= REACH * last.from : last.count < this.size)) {
      extend(last, x, y, atRest);
      return;
    }
    this.stretches.push({ x, y, low: y, high: y, count: 1, atRest, from: x });
    if (scale === 'log' || this.stretches.length <= this.most) return;
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

/** `from`: the first x. */
type Mutable = { -readonly [key in keyof Stretch]: Stretch[key] } & { readonly from: number };

/** In place: a training has many iterations. */
function extend(stretch: Mutable, x: number, y: number, atRest: boolean | undefined): void {
  const count = ++stretch.count;
  stretch.x += (x - stretch.x) / count;
  stretch.y += (y - stretch.y) / count;
  if (y < stretch.low) stretch.low = y;
  if (y > stretch.high) stretch.high = y;
  if (atRest === false || stretch.atRest === undefined) stretch.atRest = atRest;
}

function merged(a: Mutable, b: Mutable): Mutable {
  const count = a.count + b.count;
  const mean = (p: number, q: number) => (p * a.count + q * b.count) / count;
  return {
    x: mean(a.x, b.x),
    y: mean(a.y, b.y),
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    count,
    from: a.from,
    atRest: a.atRest === undefined ? b.atRest : a.atRest && b.atRest !== false,
  };
}

/** A column of one engine in one run. */
interface Kept {
  readonly stretches: Stretches;
  readonly ys: number[];
  readonly unrest: number[];
}

/** By column, by engine. */
type Read = readonly Map<string, Kept>[];

/** Finite values of some columns, of the engines that have such. */
export async function coursesOf(
  runs: readonly Run[],
  columns: readonly string[],
  scale: Scale = 'linear',
): Promise<{ courses: Course[]; notes: string[] }> {
  const all = new Map<Run, Read>();
  for (const run of runs) all.set(run, await read(run, columns, scale));
  const courses = columns.flatMap((column, i) =>
    learnersOf(runs).map((learner) => {
      const found = learner.runs.flatMap((run) => all.get(run)?.[i].get(learner.engine.id) ?? []);
      return courseOf(learner, column, found);
    }),
  );
  const kept = [...all.values()].flatMap((one) => one.flatMap((engines) => [...engines.values()]));
  const longest = kept.reduce((most, { stretches }) => Math.max(most, stretches.length), 1);
  const those =
    scale === 'log'
      ? `iterations within ${Math.round(100 * (REACH - 1))} % of each other`
      : `every ${longest} iterations`;
  const joins =
    scale === 'log' ? kept.some(({ stretches }) => stretches.items().some(({ count }) => count > 1)) : longest > 1;
  const seeds = courses.some(({ lines }) => lines.length > 1);
  const drawn = seeds ? 'mean and range of a seed are taken first' : 'the mean is a line, the range a band';
  return { courses, notes: joins ? [`Of ${those} ${drawn}`] : [] };
}

function courseOf(learner: Learner, column: string, found: readonly Kept[]): Course {
  let before = 0;
  const unrest = new Set<number>();
  for (const one of found) {
    for (const place of one.unrest) unrest.add(before + place);
    before += one.ys.length;
  }
  return {
    learner,
    column,
    lines: found.map((one) => one.stretches.items()),
    ys: found.flatMap((one) => one.ys),
    unrest,
  };
}

async function read(run: Run, columns: readonly string[], scale: Scale): Promise<Read> {
  const kept = columns.map(() => new Map<string, Kept>());
  const relative = specValue(run, 'free.relative_tolerance') !== undefined;
  // where it started is not in the table
  const tolerance = relative ? Number.NaN : Number(specValue(run, 'free.tolerance'));
  const knows = (await headerOf(run, METRICS)).includes('free_residual');
  const all = ['iteration', 'engine', knows ? 'free_residual' : 'iteration', ...columns];
  await eachRow(run, METRICS, all, ([iteration, engine, residual, ...cells]) => {
    const atRest = knows ? isAtRest(toNumber(residual), tolerance) : undefined;
    const x = Number(iteration);
    for (let i = 0; i < cells.length; i++) {
      const y = toNumber(cells[i]);
      if (!Number.isFinite(y)) continue;
      const { stretches, ys, unrest } = keptAt(kept[i], engine, scale);
      stretches.push(x, y, atRest);
      if (atRest === false) unrest.push(ys.length);
      ys.push(y);
    }
  });
  return kept;
}

/** NaN: of an engine without a phase one. */
function isAtRest(residual: number, tolerance: number): boolean | undefined {
  return Number.isNaN(residual) || Number.isNaN(tolerance) ? undefined : residual <= tolerance;
}

function keptAt(all: Map<string, Kept>, engine: string, scale: Scale): Kept {
  let known = all.get(engine);
  if (!known) {
    known = { stretches: new Stretches(MOST, scale), ys: [], unrest: [] };
    all.set(engine, known);
  }
  return known;
}
