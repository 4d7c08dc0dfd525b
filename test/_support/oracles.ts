/** Independent reference numbers of learning rules, and what a run through the command line has to hold against them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type CsvRow, eprbp, root, runsIn, workspace, writeSpec } from './cli.js';

export const oracle = (name: string) =>
  JSON.parse(readFileSync(join(root, 'test/golden/rules', `${name}.json`), 'utf8'));

/** The folder of the run of a spec, which ran without a failure; `parameters` are in a file beside it. */
export async function ranOnce(t: ExecutionContext, spec: object, parameters: object): Promise<string> {
  const work = workspace(t);
  writeFileSync(join(work, 'parameters.json'), JSON.stringify(parameters));
  const { code, stderr } = await eprbp(work, 'run', '-q', writeSpec(work, { name: 'rules', ...spec }));
  t.is(code, 0, stderr);
  const [run] = runsIn(join(work, 'results/rules'));
  return run;
}

export const fromFile = (network: object) => ({ ...network, parameters: { file: 'parameters.json' } });

export const values = (rows: readonly CsvRow[]): number[] => rows.map((row) => Number(row['value']));

/** Units of an example are spread over the layers: examples come first. */
export const byExample = (rows: readonly CsvRow[]): number[] =>
  values(rows.toSorted((a, b) => Number(a['row']) - Number(b['row'])));
