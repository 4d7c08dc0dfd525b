import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { workspace } from '../_support/cli.js';
import { writeStressSpecs } from '../stress/specs.js';
import { stress } from '../stress/stress.js';

test('a sweep that is killed again and again ends with the bytes of one that was not', async (t) => {
  if (!existsSync('/proc/self/task')) {
    t.log('workers are found in /proc, which this system does not have');
    return t.pass();
  }
  const work = workspace(t);
  const spec = writeStressSpecs(join(work, 'specs'), 8);
  const { kills, problems, bytes } = await stress({ work, spec, kills: 10, seed: 1, within: 900, seconds: 150 });
  t.deepEqual(problems, []);
  t.true(Object.values(kills).reduce((a, b) => a + b, 0) === 10 && bytes > 0);
});
