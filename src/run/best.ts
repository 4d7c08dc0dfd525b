/** The point of a sweep that validation chose, as a spec to run. */
import { basename, dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { writeWhole } from '../io/write.js';
import { bestFile } from '../metrics/results.js';
import { trainingStatistics } from '../metrics/statistics.js';
import type { Plan } from '../plan/run-plan.js';
import { standalone } from '../plan/standalone.js';
import { choices, trainedEntries } from '../report/sheet/trained.js';
import { counted, inert } from '../text.js';
import { relocate } from './folder.js';
import type { Finished } from './recall.js';

const LONGEST_NAME = 100;

/**
 * Writes, for each engine, the spec of the point that validation chose: without the sweep, with its seeds, under a name of its
 * own, so that its results lie beside those of the sweep. @returns the files. @throws RunError
 */
export function writeBest(plan: Plan, finished: readonly Finished[], folder: string): string[] {
  const records = finished.map(({ record }) => record);
  const runs = new Map(finished.map(({ record, run }) => [record, run]));
  const chosen = trainingStatistics(records)?.results.filter((result) => result.chosen) ?? [];
  // the same engines in the same order, in the words of tables
  const entries = trainedEntries([{ name: plan.name, records }]);
  const said = entries ? choices(entries) : [];
  return chosen.map(({ engine, records: [first, ...more] }, i) => {
    const { spec } = runs.get(first)!;
    const engines = 'engines' in spec ? spec.engines.length : 1;
    const seeds = [first, ...more].map(({ seed }) => seed);
    const file = join(folder, bestFile(engine, engines));
    const { name, seed, ...rest } = relocate(standalone(spec), dirname(plan.file), folder);
    const own = `-best${engines === 1 ? '' : `-${engine}`}`;
    const whole = {
      name: `${name.slice(0, LONGEST_NAME - own.length)}${own}`.slice(0, LONGEST_NAME),
      ...(plan.swept.includes('seed') ? { seeds } : { seed }),
      ...rest,
    };
    writeWhole(
      file,
      `${comments(plan, `${said[i]} over ${counted(seeds.length, 'seed')}`)}${stringify(whole, { lineWidth: 0 })}`,
    );
    return file;
  });
}

/** Where it comes from. */
function comments({ name, file, runs, backend }: Plan, found: string): string {
  return [
    `Of the ${runs.length} runs of ${name} (${basename(file)}, backend ${backend}), ${found}.`,
    'Run as it is, it gives the numbers of that point again.',
  ]
    .map((line) => `# ${inert(line)}\n`)
    .join('');
}
