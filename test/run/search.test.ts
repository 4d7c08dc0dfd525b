/** Searches that end trainings early, rung by rung. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { standingOf } from '../../src/cluster/submission.js';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import type { Plan } from '../../src/plan/run-plan.js';
import { attempt } from '../../src/run/lane.js';
import { merge } from '../../src/run/merge.js';
import { Rungs } from '../../src/run/rungs.js';
import type { RunOptions } from '../../src/run/schedule.js';
import { Archive } from '../../src/run/store.js';
import { parseOverride } from '../../src/spec/overrides.js';
import { eprbp, quick, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';
import { bytesIn, search } from '../_support/search.js';

const ladder = (t: ExecutionContext, prune: object, epochs = 100) =>
  plan(
    writeSpec(workspace(t), {
      ...search,
      protocol: { ...search.protocol, epochs },
      sweep: { ...search.sweep, prune },
    }),
  ).ladder!.rungs.map(({ until }) => until);

test('rungs: after so many epochs, then 1/keep times as many, rounded; the last is the end', (t) => {
  t.deepEqual(ladder(t, { after: 3, keep: 0.3 }), [3, 10, 33, undefined]);
  t.deepEqual(ladder(t, { after: 25, keep: 0.5 }), [25, 50, undefined]);
  t.deepEqual(ladder(t, { after: 97, keep: 0.999 }), [97, 98, 99, undefined]);
  t.deepEqual(ladder(t, { after: 99, keep: 1e-9 }), [99, undefined]);
});

test('what cannot be pruned is told with its place', (t) => {
  const problem = (change: object) =>
    t.throws(() => plan(writeSpec(workspace(t), { ...search, ...change })), { instanceOf: UserError })!.message;
  const pruned = (prune: object, more: object = {}) => ({ sweep: { ...search.sweep, ...more, prune } });
  const given = { after: 1, keep: 0.5 };
  for (const [change, expected] of [
    [
      pruned({ after: 5, keep: 0.5 }),
      /:\d+:\d+: sweep\.prune\.after must be less than protocol\.epochs, which is 5, got 5/,
    ],
    [pruned({ after: 0, keep: 0.5 }), /sweep\.prune\.after must be greater than 0, got 0/],
    [pruned({ after: 1, keep: 0 }), /sweep\.prune\.keep must be greater than 0, got 0/],
    [pruned({ after: 1, keep: 1 }), /sweep\.prune\.keep must be less than 1, got 1/],
    [pruned({ after: 1, keep: 0.5, on: 'test' }), /sweep\.prune\.on must be validation, got 'test'/],
    [pruned({ keep: 0.5 }), /missing key 'sweep\.prune\.after'/],
    [{ data: { name: 'two-moons', examples: 24, test: 8 } }, /sweep\.prune needs a validation set, .*; data\.split/],
    [
      { protocol: { ...search.protocol, evaluate_every: 2 } },
      /sweep\.prune\.after must be at least protocol\.evaluate_every, which is 2/,
    ],
    [
      pruned(given, { 'protocol.epochs': [4, 5] }),
      /sweep\.prune needs one number of epochs, and protocol\.epochs is 4 or 5/,
    ],
    [
      { ...quick, seeds: undefined, sweep: { 'engines.ep.beta': [0.1, 0.2], prune: given } },
      /sweep\.prune is of trainings, and protocol equivalence has no epochs/,
    ],
  ] as [object, RegExp][])
    t.regex(problem(change), expected);
});

test('a search: its pruned runs are the beginnings of whole ones, the others are whole ones; verified; and again in no time', async (t) => {
  const work = workspace(t);
  const spec = writeSpec(work, search);
  const { sample } = search.sweep;
  const rest = { ...search.sweep, prune: undefined, sample };
  await runHere(writeSpec(work, { ...search, sweep: rest }, 'whole.yaml'), join(work, 'whole'));
  const result = await runHere(spec, join(work, 'pruned'));
  t.deepEqual([result.left, result.search, result.failed], [0, undefined, []]);
  const [pruned, whole] = ['pruned', 'whole'].map((out) => join(work, out, 'search'));
  const epochs = runsIn(pruned).map((run) => recordIn(run).pruned?.epochs ?? 5);
  t.deepEqual(epochs.sort(), [1, 1, 1, 1, 2, 2, 5, 5]);
  const [some, all] = [bytesIn(pruned), bytesIn(whole)];
  for (const run of runsIn(pruned)) {
    const record = recordIn(run);
    t.is(record.status, record.pruned ? 'pruned' : 'completed');
    t.is(existsSync(join(run, 'checkpoint.bin')), record.pruned !== undefined);
    const files = Object.keys(all).filter((file) => file.startsWith(`${record.id}/`));
    t.true(files.length >= 5);
    for (const file of files.filter((name) => record.pruned === undefined || name in some)) {
      const isWhole = record.pruned === undefined || file.endsWith('spec.yaml');
      if (isWhole) t.is(some[file], all[file]);
      else t.true(all[file].startsWith(some[file]) && some[file].length < all[file].length, file);
    }
  }
  const [one] = runsIn(pruned).filter((run) => recordIn(run).pruned?.epochs === 2);
  t.is((await inProcess('verify', one)).code, 0);
  const again = await runHere(spec, join(work, 'pruned'));
  t.true(again.finished.every(({ cached }) => cached));
  t.deepEqual(bytesIn(pruned), some);
  // without prune all go on from where they are
  const further = await runHere(join(work, 'whole.yaml'), join(work, 'pruned'));
  t.is(further.finished.filter(({ cached, record }) => !cached && record.environment['continued']).length, 6);
  t.deepEqual(bytesIn(pruned), all);
});

test('the point that validation chose is a spec to run, and gives the bytes of its runs again', async (t) => {
  const work = workspace(t);
  const out = join(work, 'results');
  const spec = writeSpec(work, search);
  const share = await eprbp(work, 'run', '-j', '2', '--shard', '1/2', '--out', out, spec);
  t.is(share.code, 0, share.stderr);
  t.regex(
    share.stdout,
    /\n {2}rung 1 of 4 of the search is done here: merge, then run again \(4 runs of it not here\)\n/,
  );
  const ran = await eprbp(work, 'run', '-j', '2', '--out', out, spec);
  t.is(ran.code, 0, ran.stderr);
  const [, said] = /\n {2}(validation chose rates = [\d.]+, g = [\d.]+ for backprop: validation error .*)\n/.exec(
    ran.stdout,
  )!;
  t.regex(ran.stdout, /\n {2}3 points that a search ended before the end are left out\n/);
  const best = join(out, 'search/best.yaml');
  t.true(ran.stdout.includes(`  as a spec to run: ${best}\n`));
  const shown = await inProcess('show', join(out, 'search'));
  t.true(shown.stdout.includes(said) && shown.stdout.includes(best));
  t.regex((await inProcess('table', join(out, 'search'))).stdout, /validation chose rates = [\d.]+, /i);
  const head = `# Of the 8 runs of search (spec.yaml, backend wasm), ${said} over 2 seeds.\n`;
  t.true(readFileSync(best, 'utf8').startsWith(head));
  await runHere(best, out);
  const winners = runsIn(join(out, 'search')).filter((run) => recordIn(run).pruned === undefined);
  const again = runsIn(join(out, 'search-best'));
  t.is(again.length, 2);
  for (const run of again) {
    const twin = winners.find((other) => recordIn(other).seed === recordIn(run).seed)!;
    t.deepEqual(recordIn(run).outputs, recordIn(twin).outputs);
  }
});

test('of several engines each has its own', async (t) => {
  const work = workspace(t);
  const spec = {
    ...search,
    engines: [
      { id: 'a', name: 'backprop', output: 'activation', rate: 0.001 },
      { id: 'b', name: 'backprop', output: 'activation' },
    ],
    sweep: { 'engines.a.rate': [0.001, 2], 'protocol.epochs': [1, 2] },
  };
  const { best } = await runHere(writeSpec(work, spec), join(work, 'results'));
  t.deepEqual(
    best,
    ['best-a.yaml', 'best-b.yaml'].map((file) => join(work, 'results/search', file)),
  );
  t.notThrows(() => plan(best[0]));
  t.is(plan(best[1]).name, 'search-best-b');
});

/** A lane of this process in which a run sees a signal at each sign of life. */
const attentive =
  (onWork: () => void): NonNullable<RunOptions['lanes']> =>
  (options) => [
    {
      attempt: ({ plan: of, run }) =>
        attempt(of, run, {
          ...options,
          onWork() {
            onWork();
            options.signal.throwIfAborted();
          },
        }),
      close() {},
    },
  ];

test('killed at any moment and taken up again, it comes to the same bytes', async (t) => {
  const work = workspace(t);
  const spec = writeSpec(work, search);
  await runHere(spec, join(work, 'once'));
  let kills = 0;
  for (let [patience, whole] = [12, false]; !whole; patience += 8) {
    const controller = new AbortController();
    let left = patience;
    const lanes = attentive(() => {
      if (--left === 0) controller.abort(new Error('killed'));
    });
    try {
      await runHere(spec, join(work, 'often'), { signal: controller.signal, lanes });
      whole = true;
    } catch (error) {
      t.is((error as Error).message, 'killed');
      kills++;
    }
  }
  t.true(kills >= 3, String(kills));
  t.deepEqual(bytesIn(join(work, 'often/search')), bytesIn(join(work, 'once/search')));
});

test('in three shards, merged after each rung: each ends with exit 0 and says so; the same bytes', async (t) => {
  const work = workspace(t);
  const spec = writeSpec(work, search);
  await runHere(spec, join(work, 'once'));
  const merged = join(work, 'merged');
  const submission = { plans: [plan(spec)], tasks: 3, acceptBuild: false, cwd: work, specs: [], which: [], how: [] };
  const standingIn = (out: string) => standingOf({ ...submission, out });
  for (const rung of [1, 2, 3, 4]) {
    const shards = [1, 2, 3].map((i) => join(work, `${rung}-${i}`));
    for (const [i, out] of shards.entries()) {
      if (rung > 1) await merge([merged], out);
      const { left, search: standing } = await runHere(spec, out, { shard: { index: i + 1, of: 3 } });
      t.true(left > 0);
      t.is(standing?.rung, rung);
    }
    for (const { problems } of await merge(shards.filter(existsSync), merged)) t.deepEqual(problems, []);
    // what a scheduler would be given next: four runs, then two, in shards of their own
    t.deepEqual(standingIn(merged).open, [[1, 2, 3], [1, 2], [1, 2], []][rung - 1]);
  }
  t.is(standingIn(merged).finished, 8);
  const { finished } = await runHere(spec, merged);
  t.true(finished.every(({ cached }) => cached));
  t.deepEqual(bytesIn(join(merged, 'search')), bytesIn(join(work, 'once/search')));
});

test('while a run goes on to its next rung, or was killed there, what it came to before is known: no shard waits for it', async (t) => {
  const work = workspace(t);
  const spec = writeSpec(work, search);
  const out = join(work, 'out');
  const tried: string[] = [];
  const epochs = new Set<number>();
  /** How far the rungs go of which nothing is missing there. */
  const knownIn = (folder: string, of: Plan) =>
    [0, 1, 2].map((index) => {
      const rungs = new Rungs(of, of.ladder!, new Archive(join(folder, 'search')));
      for (let i = 0; i <= index; i++) rungs.climb();
      t.deepEqual(rungs.missing(), [], `rung ${index + 1}`);
      return rungs.rung!.until!;
    });
  await t.throwsAsync(
    runHere(spec, out, {
      lanes: (options) => [
        {
          async attempt({ plan: of, run }) {
            const ended = await attempt(of, run, {
              ...options,
              onWork({ phase }) {
                // in the middle of the first run that goes on to the end
                if (run.rung!.index < 3 || !phase.startsWith('epoch 5')) return;
                for (const until of knownIn(out, of)) epochs.add(until);
                tried.push(run.id);
                throw new Error('killed');
              },
            });
            if (tried.length > 0) throw new Error('killed');
            return ended;
          },
          close() {},
        },
      ],
    }),
    { message: 'killed' },
  );
  t.deepEqual([...epochs], [1, 2, 4]);
  // and where the folder is merged into another
  const merged = join(work, 'merged');
  t.like(await merge([out], merged), [{ unfinished: 1, problems: [] }]);
  t.deepEqual(knownIn(merged, plan(spec)), [1, 2, 4]);
  const { left } = await runHere(spec, out, { shard: { index: 1, of: 2 } });
  t.true(left > 0);
  await runHere(spec, out);
  await runHere(spec, join(work, 'once'));
  await runHere(spec, merged);
  for (const folder of [out, merged].map((one) => join(one, 'search'))) {
    t.deepEqual(bytesIn(folder), bytesIn(join(work, 'once/search')));
    for (const run of runsIn(folder)) t.false(existsSync(join(run, '.rung.json')), run);
  }
});

test('more points: those that were there are taken, and those that are better now go on', async (t) => {
  const work = workspace(t);
  const out = join(work, 'grown');
  const few = { ...search, sweep: { ...search.sweep, sample: { points: 2 } } };
  await runHere(writeSpec(work, few, 'few.yaml'), out);
  const spec = writeSpec(work, search);
  const grown = await runHere(spec, out);
  const once = await runHere(spec, join(work, 'once'));
  const best = ({ finished }: typeof once) => finished.filter(({ record }) => !record.pruned).map(({ run }) => run.id);
  t.is(grown.finished.filter(({ cached }) => cached).length, 4);
  for (const id of best(once)) t.true(best(grown).includes(id));
});

test('a setting of the search can be overridden like others', (t) => {
  const file = writeSpec(workspace(t), search);
  const sets = ['sweep.sample.points=3', 'sweep.prune.keep=0.3', 'sweep.network.init.gain.to=2'];
  const { runs, ladder: found } = plan(file, sets.map(parseOverride));
  t.is(runs.length, 6);
  t.is(found!.keep, 0.3);
});
