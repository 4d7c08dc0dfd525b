/** The whole gradient of every engine against a reference, by network: what the table and the figure of estimators share. */
import { dirname } from 'node:path';
import { UserError } from '../errors.js';
import { METRICS, requireColumns } from './measure.js';
import { eachRow, toNumber } from './rows.js';
import { type EngineSpec, type Run, type Source, specValue } from './source.js';

/** One engine on one network. */
export interface Estimate {
  readonly engine: EngineSpec;
  readonly cosine: number;
  readonly error: number;
  readonly evaluations: number | undefined;
  readonly bytes: number | undefined;
}

/**
 * Runs of an experiment that differ in some engine's β alone are one network: groups of them, in the order of the runs.
 * @throws UserError where the runs have no such numbers.
 */
export async function networksOf(figure: string, source: Source): Promise<Run[][]> {
  const runs = await requireColumns(figure, source, ['engine', 'reference', 'quantity', 'cosine', 'error_rel']);
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    if (specValue(run, 'protocol.name') !== 'gradient') {
      throw new UserError({ message: `${figure}: ${run.folder} is of another protocol than gradient` });
    }
    const key = JSON.stringify([dirname(run.folder), specValue(run, 'network')]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

/** Against the first reference, by engine, in the order of the spec. */
export async function estimatesOf(run: Run): Promise<Map<string, Estimate>> {
  const found = new Map<string, { cosine: number; error: number }>();
  const columns = ['engine', 'reference', 'quantity', 'cosine', 'error_rel'];
  await eachRow(run, METRICS, columns, ([engine, reference, quantity, cosine, error]) => {
    if (reference !== run.references[0] || quantity !== 'params') return;
    found.set(engine, { cosine: toNumber(cosine), error: toNumber(error) });
  });
  return new Map(
    run.engines.flatMap((engine): [string, Estimate][] => {
      const numbers = found.get(engine.id);
      if (numbers === undefined) return [];
      const { field_evaluations: evaluations, memory_bytes: bytes } = run.record.engines[engine.id] ?? {};
      return [[engine.id, { engine, ...numbers, evaluations, bytes }]];
    }),
  );
}
