import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { eprbp, quick, root, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';

test('the tables in results/README.md are what their commands make of their experiments', async (t) => {
  const work = workspace(t);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const specsOf = (script: string) =>
    [...scripts[script].matchAll(/experiments\/([\w-]+)\.yaml/g)].map(([, name]) => name);
  const specs = [...new Set([...specsOf('estimators'), ...specsOf('field')])];
  const files = specs.map((name) => join(root, `experiments/${name}.yaml`));
  t.is((await eprbp(work, 'run', '-q', '-s', 'figures=[]', ...files)).code, 0);
  const page = readFileSync(join(root, 'results/README.md'), 'utf8');
  for (const [script, mark] of [
    ['estimators', 'table'],
    ['field', 'field'],
  ]) {
    const [, options] = /eprbp\.js table (.*) --into results\/README\.md$/.exec(scripts[script])!;
    t.deepEqual(
      [...options.matchAll(/results\/([\w-]+)/g)].map(([, name]) => name),
      specsOf(script),
    );
    const { code, stdout } = await eprbp(work, 'table', ...options.split(' '));
    t.is(code, 0);
    t.is(new RegExp(`<!-- ${mark}: begin -->\\n([\\s\\S]*)<!-- ${mark}: end -->`).exec(page)![1], stdout);
  }
});

const gradient = {
  ...quick,
  protocol: 'gradient',
  reference: 'exact',
  sweep: { 'engines.ep.beta': [0.1, 0.01] },
  second: { step: 0.1, steps: 300 },
};

test('table --into puts it in its place, and leaves the rest of the page alone', async (t) => {
  const work = workspace(t);
  await runHere(writeSpec(work, gradient), join(work, 'results'));
  writeFileSync(join(work, 'page.md'), 'before\n<!-- table: begin -->\nold\n<!-- table: end -->\nafter\n');
  t.is((await inProcess('table', join(work, 'results/quick'), '--into', join(work, 'page.md'))).code, 0);
  const page = readFileSync(join(work, 'page.md'), 'utf8');
  t.regex(
    page,
    /^before\n<!-- table: begin -->\n\*\*Hopfield 3-4-2, tanh\*\*, K = 300 where none is said\n\n\| estimator \| cosine \|/,
  );
  // the error of the larger β, and the slope between the two
  t.regex(page, /\n\| EP one-sided, β = 0.1 \| \S+( − \S+)? \| \d\.\de-\d \| (0\.9|1\.0)\d \| 301 \| \d+\.\d kB \|\n/);
  t.regex(page, /\n\| RBP \| 1 \| \d\.\de-\d+ \| {2}\| 301 \| /);
  t.true(page.endsWith('\n<!-- table: end -->\nafter\n'));
});

test('a table of what has none, or to where there is no place: a mistake that is named', async (t) => {
  const work = workspace(t);
  await runHere(writeSpec(work, quick), join(work, 'results'));
  await runHere(writeSpec(work, { ...gradient, name: 'ends' }, 'ends.yaml'), join(work, 'results'));
  writeFileSync(join(work, 'bare.md'), 'no place\n');
  const results = (name: string) => join(work, 'results', name);
  for (const [args, expected] of [
    [[results('ends'), results('quick')], /table: .*quick.* is of another protocol than gradient/],
    [[results('none')], /results\/none: no such folder/],
    [
      [results('ends'), '--into', join(work, 'bare.md')],
      /bare\.md: no place for a table; put it between <!-- table: begin --> and/,
    ],
    [[results('ends'), '--into', join(work, 'none.md')], /none\.md: no such file/],
  ] as [string[], RegExp][]) {
    const { code, stdout, stderr } = await inProcess('table', ...args);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, expected);
  }
  t.is(readFileSync(join(work, 'bare.md'), 'utf8'), 'no place\n');
});

test('run, report, show and table say one thing of trainings over their seeds', async (t) => {
  const work = workspace(t);
  const spec = writeSpec(work, {
    name: 'trained',
    protocol: { name: 'train', epochs: 3, batch: 8, optimizer: { name: 'sgd', rates: 0.5 } },
    seeds: 2,
    network: { energy: 'hopfield', layers: [2, 4, 2], activation: 'shifted-sigmoid' },
    data: { name: 'two-moons', examples: 24, test: 20, split: { validation: 20 } },
    free: { step: 0.5, tolerance: 1e-4, max_steps: 200 },
    second: { step: 0.5, steps: 10 },
    engines: [{ id: 'mlp', name: 'backprop', output: 'activation' }],
    sweep: { 'protocol.optimizer.rates': [0.001, 2] },
  });
  const ran = await eprbp(work, 'run', '--report', spec);
  t.is(ran.code, 0, ran.stderr);
  const { stdout: told } = await eprbp(work, 'table', 'results/trained');
  const { stdout: shown } = await eprbp(work, 'show', 'results/trained');
  const page = readFileSync(join(work, 'results/trained/report.html'), 'utf8');
  const lines = told.split('\n').filter((line) => line.startsWith('| backprop'));
  t.is(lines.length, 2);
  t.is(lines.filter((line) => line.endsWith('| by validation |')).length, 1);
  t.regex(told, /^At the epoch of the best validation, /);
  t.regex(ran.stdout, /\n {2}at the epoch of the best validation, /);
  const rows = page.replaceAll(/<td[^>]*>/g, '<td>').replaceAll(/<\/?strong>/g, '');
  for (const line of lines) {
    const cells = line
      .split('|')
      .map((cell) => cell.trim())
      .filter((cell) => cell !== '')
      // the choice is bold
      .map((cell) => cell.replaceAll('**', ''));
    t.regex(cells[2], /^[\d.]+ ± [\d.]+$/);
    for (const text of [ran.stdout, shown]) t.true(text.replaceAll(/ {2,}/g, '|').includes(cells.join('|')), text);
    t.true(rows.includes(`<tr><td>${cells.slice(0, 4).join('</td><td>')}</td>`), page);
  }
});
