import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as z from 'zod';
import { BACKENDS, BANDS, FORMATS, LIST_KINDS, SIZES, THEMES, TITLES } from '../../src/cli/choices.js';
import { listing } from '../../src/cli/commands/list.js';
import { commands } from '../../src/cli/commands.js';
import { frameOptions } from '../../src/figure/frame.js';
import { eprbp, filesIn, quick, recordIn, root, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

test('every option says whether it takes a value: what does not takes the next word for an argument', (t) => {
  for (const { usage, options = {} } of commands)
    for (const [name, { type }] of Object.entries(options)) t.truthy(type, `${usage} --${name}`);
});

test('list shows everything that is registered, each with a line and described options', async (t) => {
  const all = listing();
  t.deepEqual(Object.keys(all).sort(), [...LIST_KINDS].sort());
  t.deepEqual(
    all.backends.map(({ name }) => name),
    [...BACKENDS],
  );
  const framed = { size: SIZES, theme: THEMES, title: TITLES, band: BANDS };
  for (const [key, words] of Object.entries(framed)) {
    t.deepEqual(frameOptions[key as keyof typeof framed].unwrap().options, [...words] as never, key);
  }
  t.deepEqual(frameOptions.format.unwrap().element.options, [...FORMATS]);
  const { code, stdout } = await inProcess('list');
  t.is(code, 0);
  for (const [kind, entries] of Object.entries(all)) {
    t.true(stdout.includes(`${kind}\n`), kind);
    for (const { name, summary, options } of entries) {
      t.true(stdout.includes(name) && summary.length > 4, name);
      for (const [key, schema] of Object.entries(options)) {
        const { description } = z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' });
        t.truthy(description, `${kind} ${name}: option ${key} is not described`);
      }
    }
  }
  t.regex((await inProcess('list', 'costs')).stdout, /^costs\n {2}mse .*\n {2}cross-entropy .*\n/);
});

test('schema is a JSON Schema of specs that knows every registered name', async (t) => {
  const { code, stdout } = await inProcess('schema');
  t.is(code, 0);
  const schema = JSON.parse(stdout) as { $schema: string; properties: object; additionalProperties: boolean };
  t.regex(schema.$schema, /json-schema/);
  t.false(schema.additionalProperties);
  for (const name of ['hopfield', 'vector-field', 'one-sided', 'direct', 'glorot-uniform', 'gap-over-beta'])
    t.true(stdout.includes(`"${name}"`), name);
});

test('new gives every experiment as a template that validates', async (t) => {
  const work = workspace(t);
  const names = readdirSync(join(root, 'experiments')).filter((file) => file.endsWith('.yaml'));
  t.true(names.length >= 5);
  for (const file of names) {
    const { code, stdout } = await inProcess('new', file.replace('.yaml', ''));
    t.is(code, 0);
    t.regex(stdout, /^# /);
    writeFileSync(join(work, file), stdout);
  }
  const { code, stdout, stderr } = await inProcess('validate', work);
  t.is(code, 0, stderr);
  t.is(stdout.trim().split('\n').length, names.length);
});

test('plan shows the runs of a sweep and writes nothing', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, seeds: [3, 4], sweep: { 'engines.ep.beta': [0.1, 0.01] } });
  const { code, stdout } = await inProcess('plan', '--out', join(work, 'results'), file);
  t.is(code, 0);
  t.regex(stdout, /4 runs/);
  t.regex(stdout, /ep\.beta-0\.1_seed-3-[0-9a-f]{8} +engines\.ep\.beta=0\.1 seed=3 +≤ 20020 +\d+ kB +no/);
  t.deepEqual(filesIn(work), ['spec.yaml']);
});

test('a spec may be JSON, and a folder stands for the specs in it', async (t) => {
  const work = workspace(t);
  writeFileSync(join(work, 'a.json'), JSON.stringify(quick));
  writeSpec(work, { ...quick, name: 'second' }, 'b.yaml');
  const { code, stdout } = await eprbp(work, 'run', '.');
  t.is(code, 0);
  t.regex(stdout, /2 experiments, 2 runs/);
});

test('overrides reach engines by id, plain strings with options and whole maps', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, {
    ...quick,
    data: { name: 'random', examples: 2 },
    network: { ...quick.network, init: 'glorot-uniform' },
  });
  const overrides = [
    'engines.ep.beta=0.5',
    'network.init.gain=0.25',
    'second={steps: 3, step: 0.2}',
    'network.layers=[3, 2]',
    'title=a b',
  ];
  t.is(
    (await inProcess('run', '--out', join(work, 'results'), '-q', file, ...overrides.flatMap((text) => ['-s', text])))
      .code,
    0,
  );
  const { spec } = recordIn(runsIn(join(work, 'results/quick'))[0]);
  t.like(spec, {
    title: 'a b',
    network: { layers: [3, 2], init: { name: 'glorot-uniform', gain: 0.25 } },
    second: { steps: 3, step: 0.2 },
  });
  t.like((spec['engines'] as object[])[0], { beta: 0.5 });
});

test('run.json says what a reader must know, and the data package describes every CSV', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, record: { processes: true, free_state: true }, sweep: { seed: [5] } });
  t.is((await inProcess('run', '--out', join(work, 'results'), '-q', file)).code, 0);
  const [run] = runsIn(join(work, 'results/quick'));
  const record = recordIn(run);
  t.like(record, {
    format: 1,
    name: 'quick',
    status: 'completed',
    changes: { seed: 5 },
    seed: 5,
    free: { status: 'converged' },
  });
  t.deepEqual(Object.keys(record.outputs).sort(), ['free_state.csv', 'metrics.csv', 'processes.csv']);
  for (const key of ['eprbp', 'node', 'cpu', 'git', 'argv', 'started', 'seconds', 'peak_rss_bytes'])
    t.true(key in record.environment, key);
  const described = JSON.parse(readFileSync(join(work, 'results/quick/datapackage.json'), 'utf8'));
  for (const { path, schema, bytes } of described.resources) {
    const text = readFileSync(join(work, 'results/quick', path), 'utf8');
    t.is(text.split('\n')[0], schema.fields.map(({ name }: { name: string }) => name).join(','));
    t.is(Buffer.byteLength(text), bytes);
  }
  t.is(described.resources.length, 3);
});

test('plot draws again what run drew, from the results alone', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, figures: ['gap-over-time'] });
  t.is((await inProcess('run', '--out', join(work, 'results'), '-q', file)).code, 0);
  const figure = join(work, 'results/quick/figures/gap-over-time.svg');
  const before = readFileSync(figure, 'utf8');
  writeFileSync(figure, '');
  const { code, stdout } = await inProcess('plot', join(work, 'results/quick'));
  t.is(code, 0);
  t.is(stdout.trim().split('\n').length, 3);
  t.is(readFileSync(figure, 'utf8'), before);
});

test('--version and --help', async (t) => {
  const work = workspace(t);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  t.is((await eprbp(work, '--version')).stdout.trim(), version);
  const help = await eprbp(work, '--help');
  t.is(help.code, 0);
  for (const command of ['run', 'plan', 'validate', 'schema', 'list', 'new', 'plot'])
    t.regex(help.stdout, new RegExp(`eprbp ${command}`));
});

test('plan tells of runs that no memory holds', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, {
    ...quick,
    sweep: {
      'network.layers': [
        [3, 2],
        [3, 30000, 30000, 2],
      ],
    },
  });
  const { code, stderr } = await inProcess('plan', '--out', join(work, 'results'), file);
  t.is(code, 0, stderr);
  t.regex(stderr, /warning quick: 1 of 2 runs need up to about \d+(\.\d)? GB of memory, and there are \d\.\d\d GB/);
});

test('plan --spectrum comes to rest, shows the ends of the spectrum and warns of a phase two that is too short', async (t) => {
  const work = workspace(t);
  const short = { ...quick, reference: 'exact' };
  const { code, stdout, stderr } = await inProcess(
    'plan',
    '--out',
    join(work, 'results'),
    '--spectrum',
    writeSpec(work, short),
  );
  t.is(code, 0);
  t.regex(stdout, /eigenvalues of −F′ +radius of the map +slowest rate λ +bias of β/);
  t.regex(stdout, /converged in \d+ steps +0\.\d+ … \d\.\d+ +0\.\d+ +ep 0\.\d+/);
  t.regex(stderr, /engines 'ep', 'rbp': second phase too short: e\^\{−λt\} = /);
  t.deepEqual(filesIn(work), ['spec.yaml']);
});
