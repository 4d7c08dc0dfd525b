/** Experiments on data that is not in the repository: valid as they stand, and plain about what is missing. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { plan } from '../../src/plan/plan.js';
import { root } from '../_support/cli.js';
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
      /(not in the cache .*; fetch it with 'eprbp data fetch (mnist|optdigits)'|data file .*: no such file)/,
    );
    const side = file.includes('optdigits') ? 8 : 28;
    const synthetic = `data={name: digits-synthetic, examples: 10, test: 5, side: ${side}}`;
    const valid = await inProcess('validate', join(folder, file), '-s', synthetic);
    t.is(valid.code, 0, valid.stderr);
  });
}

const long = join(root, 'experiments/long');

for (const file of readdirSync(long)) {
  test(`experiments/long/${file} is valid as it stands`, (t) => {
    t.notThrows(() => plan(join(long, file)));
  });
}
