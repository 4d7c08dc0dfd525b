/** What trainings were evaluated to: rows of evaluation.csv, and the one number that each run has by the rule of the tables. */
import { eachRow, toNumber } from './rows.js';
import type { Run } from './source.js';

export const EVALUATION = 'evaluation.csv';

export interface EvaluationRow {
  readonly run: Run;
  readonly engine: string;
  readonly split: string;
  readonly epoch: number;
  readonly examples: number;
  readonly value: number;
}

export async function evaluationRows(runs: readonly Run[], column: string): Promise<EvaluationRow[]> {
  const rows: EvaluationRow[] = [];
  for (const run of runs) {
    const columns = ['epoch', 'engine', 'split', 'examples', column];
    await eachRow(run, EVALUATION, columns, ([epoch, engine, split, examples, value]) => {
      const numbers = { epoch: Number(epoch), examples: Number(examples), value: toNumber(value) };
      rows.push({ run, engine, split, ...numbers });
    });
  }
  return rows;
}

/** The epoch that the validation chose for an engine; undefined where nothing did. */
export const bestEpoch = ({ record }: Run, engine: string): number | undefined =>
  record.engines[engine]?.measured?.['best_epoch'] ?? undefined;

/** Of each run and engine the value where the validation is best, without one after the last epoch; what is not finite is none. */
export function scoresOf(
  rows: readonly EvaluationRow[],
): (run: Run, engine: string, split: string) => number | undefined {
  const found = new Map<string, number>();
  const keyOf = (run: Run, engine: string, split: string) => `${run.folder}\n${engine}\n${split}`;
  for (const { run, engine, split, epoch, value } of rows) {
    const best = bestEpoch(run, engine);
    if (best === undefined || best === epoch) found.set(keyOf(run, engine, split), value);
  }
  return (run, engine, split) => {
    const value = found.get(keyOf(run, engine, split));
    return Number.isFinite(value) ? value : undefined;
  };
}
