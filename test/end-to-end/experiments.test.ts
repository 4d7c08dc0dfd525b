/** Experiments on data that is not in the repository: valid as they stand, and plain about what is missing. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { plan } from '../../src/plan/plan.js';
import { root, workspace } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

// nothing has been fetched
process.env['EPRBP_CACHE'] = join(root, 'no-cache');

const folder = join(root, 'experiments/data');
const specs = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

test('there are experiments on data from files', (t) => t.true(specs.length >= 9));

for (const file of specs) {
  test(`experiments/data/${file} is valid but for its data, and says how to get that`, async (t) => {
    const missing = await inProcess('validate', join(folder, file));
    t.is(missing.code, 2);
    t.is(missing.stderr.trim().split('\n').length, 1, missing.stderr);
    t.regex(
      missing.stderr,
      /(not in the cache .*; fetch it with 'eprbp data fetch (mnist|optdigits|cifar10)'|data file .*: no such file)/,
    );
    const valid = await inProcess('validate', join(folder, file), '-s', `data=${standIn(t, file)}`);
    t.is(valid.code, 0, valid.stderr);
  });
}

/** Examples of the shape that the spec's own have; of CIFAR-10 a grey picture of each class. */
function standIn(t: ExecutionContext, file: string): string {
  if (!file.includes('cifar10')) {
    return `{name: digits-synthetic, examples: 10, test: 5, side: ${file.includes('optdigits') ? 8 : 28}}`;
  }
  const pictures = join(workspace(t), 'pictures.bin');
  const records = Array.from({ length: 10 }, (_, label) => Buffer.alloc(3073, 127).fill(label, 0, 1));
  writeFileSync(pictures, Buffer.concat(records));
  return `{name: cifar, train: [${pictures}], test: ${pictures}}`;
}

const long = join(root, 'experiments/long');

for (const file of readdirSync(long)) {
  test(`experiments/long/${file} is valid as it stands`, (t) => {
    t.notThrows(() => plan(join(long, file)));
  });
}
