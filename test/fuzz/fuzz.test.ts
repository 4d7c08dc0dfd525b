import test from 'ava';
import { workspace } from '../_support/cli.js';
import { fuzz } from './fuzz.js';
import { readers } from './readers.js';

test('whatever is wrong with a file, it is read, or refused with a place: never anything else', async (t) => {
  const { readers: counts, problems } = await fuzz(workspace(t), 580, 7);
  t.deepEqual(problems, []);
  for (const name of Object.keys(readers)) t.true(counts[name].inputs >= 10, name);
  // wrong enough to be refused, and right enough to get far
  for (const [name, { inputs, values }] of Object.entries(counts))
    t.true(
      values > 0 && (values < inputs || ['lock', 'run.json', 'datapackage.json'].includes(name)),
      `${name}: ${values} of ${inputs} are read`,
    );
});
