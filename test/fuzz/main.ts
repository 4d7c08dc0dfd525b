/**
 * `npm run fuzz -- --count 100000 --binary 1000 --seed 1`, or `-- --graphs 300` for networks that are drawn: bounded, and not
 * part of `npm test`, which tries a few hundred, and a few graphs.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startThreads } from './arithmetic.js';
import { fuzzBinary } from './binary.js';
import { clear, fuzz, fuzzOne } from './fuzz.js';
import { tryGraphs } from './graph-laws.js';
import { furnish } from './readers.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    /** How many more go through the program that is built. */
    binary: { type: 'string', default: '0' },
    /** Graphs of layers, instead of inputs: so many of a seed, from the one that is said. */
    graphs: { type: 'string' },
    from: { type: 'string', default: '0' },
    /** One input again: `reader:seed/number`. */
    one: { type: 'string' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'eprbp-fuzz-'));
try {
  if (values.graphs !== undefined) await graphs(Number(values.from), Number(values.graphs));
  else if (values.one === undefined) await all();
  else await again(values.one);
} finally {
  clear(work);
}

async function all(): Promise<void> {
  const begun = performance.now();
  const found = await fuzz(join(work), Number(values.count), Number(values.seed), { mostMs: 2000, mostMb: 500 });
  const spawned = await fuzzBinary(join(work, 'binary'), Number(values.binary), Number(values.seed));
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(JSON.stringify({ ...found, binary: spawned, seconds }, null, 2));
  if (found.problems.length + spawned.problems.length > 0) process.exitCode = 1;
}

async function graphs(from: number, count: number): Promise<void> {
  const begun = performance.now();
  await startThreads(3);
  const tried = tryGraphs(Number(values.seed), from, from + count);
  console.log(JSON.stringify({ ...tried, seconds: Math.round((performance.now() - begun) / 1000) }, null, 2));
  if (tried.problems.length > 0) process.exitCode = 1;
}

async function again(one: string): Promise<void> {
  const [reader, seed] = one.split(':');
  await furnish(work);
  console.log(reader, seed, await fuzzOne(work, reader, seed));
}
