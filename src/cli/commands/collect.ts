import { join } from 'node:path';
import { foundRuns } from '../../metrics/found.js';
import { collect as collectTo } from '../../run/collect.js';
import { counted } from '../../text.js';
import { tellBuilds, tellLeftOut } from '../left-out.js';
import { requireOutput } from '../outputs.js';
import { note, print, write } from '../terminal.js';

interface CollectArguments {
  readonly result: readonly string[];
  readonly table: string;
  readonly to: string | undefined;
}

/** `eprbp collect`: one tidy CSV over all runs of a sweep, wherever its shards lie. */
export async function collect({ result, table, to }: CollectArguments): Promise<number> {
  const experiments = result.map((path) => foundRuns(path).experiment);
  const file = to ?? join(experiments[0], `collected${table === 'metrics' ? '' : `-${table}`}.csv`);
  if (file !== '-') requireOutput('--to', file, { experiments });
  const { runs, rows, problems } = await collectTo(
    result,
    table,
    file === '-' ? { print: write } : { file, isNamed: to !== undefined },
  );
  note(`${counted(rows, 'row')} of ${counted(runs.length, 'run')}`);
  tellBuilds(runs);
  if (file !== '-') print(file);
  return tellLeftOut(problems);
}
