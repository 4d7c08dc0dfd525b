import { join } from 'node:path';
import test from 'ava';
import { peakMemory } from '../../src/run/environment.js';
import { eprbp, quick, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';

test('the most memory of a run is that of its process, whatever the one that started it has', async (t) => {
  const large = Buffer.alloc(400e6, 1);
  const work = workspace(t);
  t.is((await eprbp(work, 'run', '-q', writeSpec(work, { ...quick, figures: [] }))).code, 0);
  const [run] = runsIn(join(work, 'results/quick'));
  const peak = Number(recordIn(run).environment['peak_rss_bytes']);
  t.true(peak > 30e6 && (process.platform !== 'linux' || peak < large.length), `${peak}`);
  t.true(peakMemory() >= 0.9 * large.length, 'this process has that much');
});
