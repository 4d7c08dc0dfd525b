/** Commands that read results: collect, diff, verify, ls, show, clean. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { stringify } from 'csv-stringify/sync';
import { csvIn, eprbp, quick, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';

const sweep = { ...quick, seeds: 2, sweep: { 'engines.ep.beta': [0.1, 0.01] } };

async function swept(t: ExecutionContext): Promise<string> {
  const work = workspace(t);
  const { failed } = await runHere(writeSpec(work, sweep), join(work, 'results'));
  t.deepEqual(failed, []);
  return work;
}

test('shards, put together, are what one run of it all gives, to the last byte', async (t) => {
  const work = await swept(t);
  const file = join(work, 'spec.yaml');
  for (const i of [1, 2, 3]) {
    const { failed, left } = await runHere(file, join(work, `shard-${i}`), { shard: { index: i, of: 3 } });
    t.deepEqual([failed, left], [[], i === 1 ? 2 : 3]);
  }
  t.is(
    (await inProcess('collect', join(work, 'results/quick'))).stdout,
    `${join(work, 'results/quick/collected.csv')}\n`,
  );
  const shards = [3, 1, 2].map((i) => join(work, `shard-${i}/quick`));
  t.is((await inProcess('collect', ...shards, '--to', join(work, 'all.csv'))).code, 0);
  const all = readFileSync(join(work, 'all.csv'), 'utf8');
  t.is(all, readFileSync(join(work, 'results/quick/collected.csv'), 'utf8'));
  t.is((await inProcess('collect', ...shards, '--to', '-')).stdout, all);
  // every row of every run is there, behind what the run was
  const rows = runsIn(join(work, 'results/quick')).flatMap((run) =>
    csvIn(run, 'metrics.csv').map((row) => {
      const { id, changes } = recordIn(run);
      return [id, changes['engines.ep.beta'], changes['seed'], ...Object.values(row)];
    }),
  );
  t.deepEqual(all.trim().split('\n').slice(1).sort(), stringify(rows).trim().split('\n').sort());
  const { resources } = JSON.parse(readFileSync(join(work, 'all.datapackage.json'), 'utf8'));
  t.is(all.split('\n')[0], resources[0].schema.fields.map(({ name }: { name: string }) => name).join());
  t.deepEqual(
    resources[0].schema.fields.slice(0, 3).map(({ type }: { type: string }) => type),
    ['string', 'number', 'number'],
  );
});

test('collect takes other tables and several protocols, and says what is not there', async (t) => {
  const work = workspace(t);
  const spec = { ...quick, sweep: { protocol: ['equivalence', 'gradient'] }, record: { free_state: true } };
  await runHere(writeSpec(work, spec), join(work, 'results'));
  const both = (await inProcess('collect', join(work, 'results/quick'), '--to', '-')).stdout.trim().split('\n');
  const columns = both[0].split(',');
  t.true(columns.includes('error_scaled') && columns.includes('free_residual'));
  t.true(both.every((line) => line.split(',').length === columns.length));
  t.regex(
    (await inProcess('collect', join(work, 'results/quick'), '--table', 'free_state', '--to', '-')).stdout,
    /^run,protocol,seed,tensor,row/,
  );
  const none = await inProcess('collect', join(work, 'results/quick'), '--table', 'processes');
  t.is(none.code, 2);
  t.regex(none.stderr, /no run has a table 'processes'; there is metrics, free_state/);
});

test('diff is silent where results agree, and names the first number that does not, within a tolerance', async (t) => {
  const work = await swept(t);
  await runHere(join(work, 'spec.yaml'), join(work, 'again'));
  t.deepEqual(await inProcess('diff', join(work, 'results/quick'), join(work, 'again/quick')), {
    code: 0,
    stdout: '',
    stderr: '',
  });
  const [one, two] = runsIn(join(work, 'results/quick'));
  const settings = await inProcess('diff', one, two);
  t.is(settings.code, 1);
  t.regex(settings.stdout, /^seed: 1 \| 2/m);
  t.regex(
    settings.stdout,
    /^metrics\.csv row 1 \(step 0, engine ep, reference rbp, quantity state\): norm: [\d.]+ \| [\d.]+ \(relative \d\.\de-\d\)$/m,
  );
  const file = join(runsIn(join(work, 'again/quick'))[0], 'metrics.csv');
  const lines = readFileSync(file, 'utf8').split('\n');
  const cells = lines[1].split(',');
  cells[5] = String(Number(cells[5]) * (1 + 1e-9));
  lines[1] = cells.join(',');
  writeFileSync(file, lines.join('\n'));
  const changed = await inProcess('diff', join(work, 'results/quick'), join(work, 'again/quick'));
  t.is(changed.code, 1);
  t.regex(changed.stdout, /^\S+: metrics\.csv row 1 \(.*quantity state\): norm: \S+ \| \S+ \(relative 1\.0e-9\)\n$/);
  t.is((await inProcess('diff', join(work, 'results/quick'), join(work, 'again/quick'), '--rtol', '1e-8')).code, 0);
  t.is((await inProcess('diff', join(work, 'results/quick'), join(work, 'nowhere'))).code, 2);
});

test('verify finds a byte that was changed, and a spec that gives other bytes', async (t) => {
  const work = await swept(t);
  const whole = await inProcess('verify', join(work, 'results/quick'));
  t.is(whole.code, 0, whole.stderr);
  t.regex(whole.stdout, /4 runs, all as written/);
  const [run] = runsIn(join(work, 'results/quick'));
  const metrics = join(run, 'metrics.csv');
  const bytes = readFileSync(metrics);
  appendFileSync(metrics, 'x\n');
  const longer = await inProcess('verify', '--no-rerun', run);
  t.is(longer.code, 1);
  t.regex(longer.stderr, /has \d+ bytes, run\.json says \d+ bytes/);
  writeFileSync(metrics, bytes.fill('1', 300, 301));
  const changed = await inProcess('verify', '--no-rerun', run);
  t.is(changed.code, 1);
  t.regex(changed.stderr, /metrics\.csv is not what was written: [0-9a-f]{64}, run\.json has [0-9a-f]{64}/);
  const spec = join(run, 'spec.yaml');
  writeFileSync(spec, readFileSync(spec, 'utf8').replace('steps: 10', 'steps: 9'));
  t.regex((await inProcess('verify', run)).stderr, /spec\.yaml is not that of the run/);
});

test('ls and show say what is there; clean removes what interrupted runs left, and old runs where asked', async (t) => {
  const work = await swept(t);
  t.regex((await inProcess('ls', '--out', join(work, 'results'))).stdout, /quick +4 +4 +0 +\d/);
  t.regex((await inProcess('ls', join(work, 'results/quick'))).stdout, /ep\.beta-0\.1_seed-1-\w+ +completed/);
  const [run] = runsIn(join(work, 'results/quick'));
  t.regex((await inProcess('show', run)).stdout, /status +completed\n[\s\S]*metrics\.csv +\d+ rows/);
  const interrupted = join(work, 'results/quick/ep.beta-9-deadbeef');
  mkdirSync(interrupted);
  writeFileSync(join(interrupted, 'spec.yaml'), '');
  mkdirSync(join(work, 'results/quick/notes'));
  writeFileSync(join(work, 'results/quick/notes/spec.yaml'), 'mine');
  t.is(
    (
      await inProcess(
        'run',
        '--out',
        join(work, 'results'),
        '-q',
        join(work, 'spec.yaml'),
        '-s',
        'sweep={engines.ep.beta: [0.1]}',
      )
    ).code,
    0,
  );
  const dry = await inProcess('clean', '--out', join(work, 'results'), '-n', '--old');
  t.is(dry.stdout.trim().split('\n').length, 3, dry.stdout);
  t.true(existsSync(interrupted));
  t.is((await inProcess('clean', '--out', join(work, 'results'))).code, 0);
  t.false(existsSync(interrupted));
  t.is(runsIn(join(work, 'results/quick')).length, 5, 'the finished ones, and what is not its own');
  t.is((await inProcess('clean', '--out', join(work, 'results'), '--old')).code, 0);
  t.deepEqual(readdirSync(join(work, 'results/quick')).filter((name) => name.startsWith('ep.beta')).length, 2);
  t.true(existsSync(join(work, 'results/quick/notes/spec.yaml')));
});

test('a finished run takes on the titles, assertions and figures of the spec as it is now', async (t) => {
  const work = workspace(t);
  t.is(
    (await inProcess('run', '--out', join(work, 'results'), '-q', writeSpec(work, { ...quick, title: 'old' }))).code,
    0,
  );
  const now = { ...quick, title: 'new', figures: ['gap-over-time'] };
  t.is((await inProcess('run', '--out', join(work, 'results'), '-q', writeSpec(work, now))).code, 0);
  const [run] = runsIn(join(work, 'results/quick'));
  t.like(recordIn(run).spec, { title: 'new', figures: [{ name: 'gap-over-time' }] });
  t.regex(readFileSync(join(run, 'spec.yaml'), 'utf8'), /title: new/);
  t.regex((await inProcess('plot', join(work, 'results/quick'))).stdout, /gap-over-time\.svg/);
});

test('a report is one file that needs no other, with figures, assertions, runs, settings and origin', async (t) => {
  const work = workspace(t);
  const spec = {
    ...sweep,
    title: 'a < b & "c"',
    figures: ['gap-over-time'],
    assert: [
      { engine: 'ep', quantity: 'state', column: 'error_abs', max: 1e-9 },
      {
        slope: 'error_abs',
        over: 'engines.ep.beta',
        engine: 'ep',
        quantity: 'state',
        range: [1e-3, 1],
        min: 0.5,
        max: 1.5,
      },
    ],
  };
  t.is((await eprbp(work, 'run', '-q', '--report', writeSpec(work, spec))).code, 3);
  const file = join(work, 'results/quick/report.html');
  const html = readFileSync(file, 'utf8');
  t.regex(html, /<h1>a &lt; b &amp; &quot;c&quot;<\/h1>/);
  t.regex(html, /<svg [^>]*role="img" aria-labelledby="figure-1-title"[\s\S]{1000,}<\/svg>/);
  t.regex(html, /2 of 6 assertions hold/);
  t.regex(html, /✗<\/span> β = 0\.1, seed = 1: got/);
  t.regex(html, /✓ holds<\/span> <span class="claim">slope of ep state error_abs over engines\.ep\.beta/);
  t.is(html.match(/<tr data-row=/g)!.length, 4);
  t.notRegex(html, /(src|href)="(?!data:|#|\.\.\/index\.html")/);
  const { stdout, code } = await eprbp(work, 'report', 'results/quick');
  t.deepEqual([code, stdout.trim()], [0, file]);
  t.is(readFileSync(file, 'utf8'), html, 'from the results alone');
});

test('results of another build, and a damaged one, are shown as such, done again, or taken where asked', async (t) => {
  const work = workspace(t);
  t.is((await eprbp(work, 'run', '-q', writeSpec(work, sweep))).code, 0);
  const [first, second] = runsIn(join(work, 'results/quick'));
  const file = join(first, 'run.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"build": "\w+"/, '"build": "0123456789abcdef"'));
  writeFileSync(join(second, 'run.json'), '{}');
  const spec = join(work, 'spec.yaml');
  const { stdout: planned } = await eprbp(work, 'plan', spec);
  for (const cached of ['other build', 'damaged', 'yes']) t.regex(planned, new RegExp(`kB +${cached}( |\n)`));
  const listed = await eprbp(work, 'ls', 'results/quick');
  t.is(listed.code, 0);
  t.regex(listed.stdout, /completed .* 0123456789abcdef, not this one\n[\s\S]* damaged /);
  t.regex(listed.stderr, /run\.json: .* missing .*--force/);
  const collected = await eprbp(work, 'collect', 'results/quick', '--to', '-');
  t.is(collected.code, 1);
  t.regex(collected.stderr, /\d+ rows of 3 runs\n.*2 builds of eprbp .*0123456789abcdef[\s\S]*run\.json: /);
  const taken = await eprbp(work, 'run', '--accept-build', spec);
  t.regex(taken.stderr, /1 run of another build of eprbp was taken/);
  t.regex(taken.stderr, /a run was done again: .*run\.json: /);
  t.regex(taken.stdout, /4 runs \(3 from before\)/);
  const again = await eprbp(work, 'run', '-q', spec);
  t.regex(again.stderr, /1 run of another build of eprbp was done again/);
});
