/** Columns of metrics.csv over the iterations of a training. */
import { type Learner, learnersOf } from './learners.js';
import { METRICS } from './measure.js';
import { eachRow, headerOf, toNumber } from './rows.js';
import { type Run, specValue } from './source.js';
import { DRAWN_STRETCHES, Thinner, thinningNote } from './thin.js';

export interface Iteration {
  readonly x: number;
  readonly y: number;
  /** Whether phase one was; undefined where there is none. */
  readonly atRest: boolean | undefined;
}

/** What is counted of every value that is read, drawn or not. */
export interface Totals {
  count: number;
  unrest: number;
}

/** A column of one engine. */
export interface Course {
  readonly learner: Learner;
  readonly column: string;
  /** One for each seed. */
  readonly lines: readonly (readonly Iteration[])[];
  readonly totals: Readonly<Totals>;
}

interface Kept {
  readonly thinner: Thinner<Iteration>;
  readonly totals: Totals;
}

/** Finite values of some columns, of the engines that have such; the extremes are always kept. */
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
      const sum = (of: keyof Totals) => found.reduce((total, { totals }) => total + totals[of], 0);
      return {
        learner,
        column,
        lines: found.map(({ thinner }) => thinner.items()),
        totals: { count: sum('count'), unrest: sum('unrest') },
      };
    }),
  );
  const note = thinningNote([...kept.values()].map(({ thinner }) => thinner.stretch));
  return { courses, notes: note ? [note] : [] };
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
      const { thinner, totals } = at(engine, columns[i]);
      thinner.push({ x: Number(iteration), y, atRest });
      totals.count++;
      if (atRest === false) totals.unrest++;
    });
  });
}

/** NaN: of an engine without a phase one. */
function isAtRest(residual: number, tolerance: number): boolean | undefined {
  return Number.isNaN(residual) || Number.isNaN(tolerance) ? undefined : residual <= tolerance;
}

function keptAt(all: Map<string, Kept>, key: string): Kept {
  const known = all.get(key) ?? {
    thinner: new Thinner<Iteration>(DRAWN_STRETCHES, ({ y }) => y),
    totals: { count: 0, unrest: 0 },
  };
  all.set(key, known);
  return known;
}
