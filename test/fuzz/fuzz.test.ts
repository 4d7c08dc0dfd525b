import test from 'ava';
import { workspace } from '../_support/cli.js';
import { fuzz } from './fuzz.js';
import { readers } from './readers.js';

test('whatever is wrong with a file, it is read, or refused with a place: never anything else', async (t) => {
  const { readers: counts, problems } = await fuzz(workspace(t), 650, 7);
  t.deepEqual(problems, []);
  for (const name of Object.keys(readers)) t.true(counts[name].inputs >= 10, name);
  const read = Object.values(counts).reduce((sum, { values }) => sum + values, 0);
  t.true(read > 65 && read < 325, `wrong enough to be refused, and right enough to get far: ${read} of 650 are read`);
});
