import { join } from 'node:path';
import { finishedRuns } from '../../metrics/record.js';
import { collect as collectTo } from '../../run/collect.js';
import { EXIT } from '../exit-codes.js';
import { note, print, write } from '../terminal.js';

interface CollectArguments {
  readonly result: readonly string[];
  readonly table: string;
  readonly to: string | undefined;
}

/** `eprbp collect`: one tidy CSV over all runs of a sweep, wherever its shards lie. */
export async function collect({ result, table, to }: CollectArguments): Promise<number> {
  const file = to ?? join(finishedRuns(result[0]).experiment, `collected${table === 'metrics' ? '' : `-${table}`}.csv`);
  const { runs, rows } = await collectTo(
    result,
    table,
    file === '-' ? { print: write } : { file, isNamed: to !== undefined },
  );
  note(`${rows} rows of ${runs} ${runs === 1 ? 'run' : 'runs'}`);
  if (file !== '-') print(file);
  return EXIT.ok;
}
