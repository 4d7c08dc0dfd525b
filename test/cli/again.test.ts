/** What is said of a sweep that is not over: that it is not, what is open, and a command that goes on, which is carried out here. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { commandForFailed, LEFT_OUT, retyped } from '../../src/cli/again.js';
import { commands } from '../../src/cli/commands.js';
import type { ExperimentResult } from '../../src/run/experiment.js';
import { shortId } from '../../src/text.js';
import { type Result, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';
import { bytesIn, search } from '../_support/search.js';

const SHARDS = 3;

/** Three points of one seed, which go up in three rungs: 3, 2, 1. */
const spec = {
  ...search,
  seeds: undefined,
  protocol: { ...search.protocol, epochs: 4 },
  sweep: { ...search.sweep, sample: { points: SHARDS }, prune: { after: 1, keep: 0.5 } },
};

/** A command as it is typed: what it suggests is made of its words. */
async function typed(line: string): Promise<Result> {
  const [, ...words] = line.split(' ');
  const before = process.argv;
  process.argv = [...before.slice(0, 2), ...words];
  try {
    return await inProcess(...words);
  } finally {
    process.argv = before;
  }
}

/** The commands that are told, each on a line of its own or behind two spaces. */
const told = ({ stderr }: Result) => [...stderr.matchAll(/ {2}(eprbp .*)$/gm)].map(([, command]) => command);

test.serial('three shards who do what they are told, round after round, come to the bytes of one', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, spec);
  await runHere(file, join(work, 'once'));
  const outs = [1, 2, 3].map((i) => join(work, `shard-${i}`));
  const whole = join(work, 'whole');
  let lines = outs.map((out, i) => `eprbp run ${file} --shard ${i + 1}/${SHARDS} --out ${out}`);
  let rounds = 0;
  for (; lines.length > 0 && rounds < 10; rounds++) {
    const next = new Set<string>();
    for (const line of lines) {
      const result = await typed(line);
      t.is(result.code, 0, `${line}\n${result.stderr}`);
      for (const command of told(result)) next.add(command.replaceAll('--out whole', `--out ${whole}`));
    }
    // what merges stands for all of them
    const [merging] = [...next].filter((line) => line.startsWith('eprbp merge '));
    if (merging) {
      const own = merging.split(' ')[2];
      const others = outs.filter((out) => out !== own).join(' ');
      t.is((await typed(merging.replace('OTHERS…', others))).code, 0);
    }
    lines = [...next].filter((line) => line.startsWith('eprbp run '));
  }
  t.true(rounds > 2 && rounds < 10, `${rounds} rounds`);
  t.deepEqual(bytesIn(join(whole, 'search')), bytesIn(join(work, 'once/search')));
  t.deepEqual(
    readdirSync(join(whole, 'search')).filter((name) => name.startsWith('.')),
    [],
  );
});

test.serial('an unfinished search says so, wherever one looks, with a command that finishes it', async (t) => {
  const work = workspace(t);
  const [file, out] = [writeSpec(work, spec), join(work, 'out')];
  const part = await typed(`eprbp run ${file} --shard 1/3 --out ${out}`);
  t.regex(part.stdout, /\n {2}rung 1 of 3 of the search is done here: .*\(2 runs of it not here\)\n/);
  const looks = [`ls -o ${out}`, `ls ${out}/search`, `show ${out}/search`, `merge ${out} -o ${out}`];
  for (const line of looks) {
    const { code, stdout, stderr } = await typed(`eprbp ${line}`);
    t.is(code, 0);
    t.regex(stdout + stderr, /2 runs, rung 1 of 3/, line);
    t.deepEqual(told({ stderr } as Result), [`eprbp run ${file} --out ${out}`], line);
  }
  t.notRegex((await typed(`eprbp show ${out}/search`)).stdout, /best\.yaml/);
  const judged = await typed(`eprbp run ${file} --finished --report --out ${out}`);
  t.is(judged.code, 1);
  t.regex(judged.stderr, /search {2}2 of 3 runs missing \(rung 1 of 3\): rates-\S+, rates-\S+\n/);
  const [going] = told(judged);
  t.is(going, `eprbp run ${file} --out ${out}`);
  await runHere(file, out);
  const [run] = readdirSync(join(out, 'search')).filter((name) => name.startsWith('rates'));
  // as a terminal shows it, and by its hash alone
  for (const name of [shortId(run, 24), run.slice(-8)])
    t.regex((await typed(`eprbp show ${out}/search/${name}`)).stdout, new RegExp(`/${run}\\n`));
  const over = await typed(`eprbp run ${file} --finished --out ${out}`);
  t.is(over.code, 0);
  t.deepEqual(told(over), []);
  t.regex((await typed(`eprbp ls -o ${out}`)).stdout, /\nsearch {6}3 {5}3 {15}0 /);
  t.true(existsSync(join(out, 'search/best.yaml')));
});

test.serial(
  'a sweep that is interrupted is told as one; a search whose rung is done and not the next is not over',
  async (t) => {
    const work = workspace(t);
    const [file, out] = [writeSpec(work, spec), join(work, 'out')];
    const controller = new AbortController();
    const told = runHere(file, out, {
      signal: controller.signal,
      environment: { argv: ['run', file] },
    });
    controller.abort(new Error('killed'));
    await t.throwsAsync(told, { message: 'killed' });
    const rest = () => typed(`eprbp run ${file} --finished --out ${out}`);
    t.is((await rest()).code, 1);
    for (const i of [1, 2, 3]) await runHere(file, out, { shard: { index: i, of: 3 } });
    const { code, stderr } = await rest();
    t.is(code, 1, stderr);
    // of the second rung the third shard has no run
    t.regex(stderr, /2 of 3 runs missing \(rung 2 of 3\)/);
  },
);

test('a command is typed again without some of its options, in every form that they have', (t) => {
  const options = commands.find(({ usage }) => usage.startsWith('run '))!.options!;
  for (const [name, { words, takesValue }] of Object.entries(LEFT_OUT)) {
    const { alias, nargs } = options[name];
    t.deepEqual([...words], [`--${name}`, ...(alias === undefined ? [] : [`-${String(alias)}`])]);
    t.is(takesValue, nargs === 1, name);
  }
  const words = ['run', '-o', 'a b', 'x.yaml', '--shard=1/3', '-j4', '--finished', '-s', 'name=n', '--', '-y.yaml'];
  t.is(
    retyped(words, ['out', 'shard', 'finished', 'jobs'], ['--out', 'w']),
    'eprbp run x.yaml -s name=n --out w -- -y.yaml',
  );
  t.is(retyped(words, []), "eprbp run -o 'a b' x.yaml --shard=1/3 -j4 --finished -s name=n -- -y.yaml");
});

test('what failed is run again by the whole command, wherever options may stand, without those that exclude it', (t) => {
  const failed = { failed: [{}], finished: [] } as unknown as ExperimentResult;
  const line = (...argv: string[]) => commandForFailed([failed], argv);
  t.is(line('run', '-q', '--', 'a.yaml'), 'eprbp run -q --rerun failed -- a.yaml');
  t.is(line('run', 'a.yaml', '--finished', '--rerun=failed'), 'eprbp run a.yaml --rerun failed');
  t.is(line('run', 'a.yaml', '--rerun', 'failed', '-o', 'x'), 'eprbp run a.yaml -o x --rerun failed');
});
