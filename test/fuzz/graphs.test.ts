import test from 'ava';
import { startThreads } from './arithmetic.js';
import { tryGraphs } from './graph-laws.js';
import { drawnGraph, energies } from './graphs.js';

test('all laws hold on graphs of layers that are drawn, by threads and on mathjs as well', async (t) => {
  await startThreads(3);
  const { ends, worst, problems } = tryGraphs(SEED, 0, energies.length);
  t.deepEqual(problems, []);
  t.deepEqual(ends, Object.fromEntries(energies.map((energy) => [energy, { converged: 1 }])));
  // each of them was measured
  for (const energy of energies)
    for (const law of ['the processes of exact EP', 'order in β', 'finite differences', 'the complex field', 'mathjs'])
      t.true(
        Object.keys(worst).some((key) => key.startsWith(energy) && key.includes(law)),
        `${energy}: ${law}`,
      );
});

test('what is drawn is whatever a spec can say of them', (t) => {
  const said = JSON.stringify(Array.from({ length: 60 }, (_, i) => drawnGraph(SEED, i)));
  for (const word of [
    ...['"kernel":1', '"kernel":5', '"stride":2', '"padding":2', '"kind":"max","size":2', '"kind":"average","size":2'],
    ...['"every":2', '"skips":[', '"read_out"', '"activation":[', '"nudge":"outside"', '"feedback"', '"parameters"'],
  ])
    t.true(said.includes(word), word);
});

const SEED = 21;
