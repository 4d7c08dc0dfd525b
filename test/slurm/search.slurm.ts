/**
 * A search through a real Slurm, an array for each rung. SEARCH=64x3 says how many points and seeds (8x2 by default), KILLS how
 * many of its tasks are killed without a word (6).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { eprbp, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { bytesIn, search } from '../_support/search.js';
import { Cluster, isHalf, withSlurm } from './cluster.js';

const [POINTS, SEEDS] = (process.env['SEARCH'] ?? '8x2').split('x').map(Number);
const KILLS = Number(process.env['KILLS'] ?? 6);

let cluster: Cluster | undefined;
test.after.always(() => cluster?.stop());

const random = xoroshiro128plus(1);
const below = (n: number) => (random.next() >>> 0) % n;

withSlurm(
  `a search of ${POINTS} points and ${SEEDS} seeds, ${KILLS} kills: the bytes and the winner of one that is run at once`,
  async (t) => {
    const slurm = await Cluster.start();
    cluster = slurm;
    const work = workspace(t);
    // long enough to be killed in the middle
    const spec = writeSpec(work, {
      ...search,
      seeds: SEEDS,
      protocol: { ...search.protocol, epochs: 90 },
      data: { ...search.data, examples: 240 },
      sweep: { ...search.sweep, sample: { points: POINTS }, prune: { after: 10, keep: 0.33 } },
    });
    const [once, out] = [join(work, 'once'), join(work, 'out')];
    t.is((await eprbp(work, 'run', '-q', '--out', once, spec)).code, 0);
    const tasks = String(Math.min(24, Math.ceil((POINTS * SEEDS) / 2)));
    const submit = () => eprbp(work, 'submit', spec, '--to', 'slurm', '--tasks', tasks, '--out', out);
    let [kills, rounds] = [0, 0];
    for (; rounds < 10; rounds++) {
      const { code, stdout, stderr } = await submit();
      t.is(code, 0, stderr);
      if (stdout.startsWith('nothing to submit')) break;
      for (let queue = slurm.queue(); queue.length > 0; queue = slurm.queue()) {
        const running = queue.filter(({ job, state }) => state === 'RUNNING' && job.includes('_'));
        if (running.length > 0 && kills < KILLS) {
          slurm.cancel('--signal=KILL', ...(kills % 2 === 0 ? ['--batch'] : []), running[below(running.length)].job);
          kills++;
        }
        await setTimeout(200 + below(2500));
      }
    }
    t.log(`${kills} kills, ${rounds} submissions`);
    t.is(kills, KILLS);
    t.true(rounds > 1 && rounds < 10, 'kills have cost something');
    const [expected, got] = [once, out].map((folder) => join(folder, 'search'));
    const [a, b] = [expected, got].map(bytesIn);
    // the last job makes a page, and collects
    const own = ['collected.csv', 'collected.datapackage.json', 'report.html'];
    t.deepEqual(
      Object.keys(b).filter((file) => !own.includes(file) && !isHalf(file)),
      Object.keys(a),
    );
    for (const file of Object.keys(a)) t.true(a[file] === b[file], file);
    for (const file of [...own.map((name) => join(got, name)), join(out, 'index.html')]) t.true(existsSync(file), file);
    t.is(readFileSync(join(got, 'best.yaml'), 'utf8'), readFileSync(join(expected, 'best.yaml'), 'utf8'));
    const ends = (folder: string) => runsIn(folder).map((run) => [recordIn(run).status, recordIn(run).pruned]);
    t.deepEqual(ends(got), ends(expected));
  },
);
