import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { workspace } from '../_support/cli.js';
import { writeStressSpecs } from '../stress/specs.js';
import { stress } from '../stress/stress.js';

test('a sweep from two hosts that are killed and stopped ends with the bytes of one that was left alone', async (t) => {
  if (!existsSync('/proc/self/task')) {
    t.log('workers are found in /proc, which this system does not have');
    t.pass();
    return;
  }
  const work = workspace(t);
  const spec = writeStressSpecs(join(work, 'specs'), 8);
  const how = { hosts: 2, silence: 1, kills: 5, seed: 1, within: 900, seconds: 150 };
  const { kills, problems, bytes } = await stress({ work, spec, ...how });
  t.deepEqual(problems, []);
  t.true(Object.values(kills).reduce((a, b) => a + b, 0) === 5 && bytes > 0);
});
