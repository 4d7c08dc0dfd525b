/** Plugins: what comes in, what is refused and where it says so, and what they are to the identity of a run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { importPlugin } from '../../src/plugin/import.js';
import type { Plugin } from '../../src/plugin/plugin.js';
import { specJsonSchema } from '../../src/spec/schema.js';
import { quick, recordIn, runsIn, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

const work = mkdtempSync(join(tmpdir(), 'eprbp-test-'));
test.after.always(() => rmSync(work, { recursive: true, force: true }));

function written(path: string, text: string): string {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
  return join(work, path);
}

const cost = (name: string, more = '') => `import { defineCost, mse } from 'eprbp';
${more}
export const one = defineCost({ name: '${name}', summary: 'half of it', options: {}, create: () => mse });
`;

/** Files of a plugin that cannot be imported, the first being its own, and what is said. */
const broken: Readonly<Record<string, { files: Record<string, string>; says: RegExp }>> = {
  'a syntax error': {
    files: { 'a.ts': 'interface A {\n  b: number;\n}\nexport const a: A = = 3;\n' },
    says: /a\.ts:4:\d+: (Unexpected|Expression expected)/,
  },
  'a syntax error in JavaScript that it imports': {
    files: { 'a.js': "import './b.js';\n", 'b.js': '\n\nexport const a = = 3;\n' },
    says: /b\.js:3: is broken: SyntaxError/,
  },
  'what throws': {
    files: { 'a.ts': 'interface A {\n  b: number;\n}\nconst a: A | undefined = undefined;\nexport const b = a!.b;\n' },
    says: /a\.ts:5:\d+: is broken: TypeError: Cannot read/,
  },
  'what throws no error': { files: { 'a.mjs': "throw 'a text';" }, says: /a\.mjs: is broken: a text/ },
  'a file that is not there': {
    files: { 'a.ts': "\nimport './none.js';\n" },
    says: /a\.ts:2:8: imports \.\/none\.js, and there is no such file/,
  },
  'a package that is not there': {
    files: { 'a.ts': "\nimport 'none-such';\n" },
    says: /a\.ts:2:\d+: imports none-such, which is not installed beside it; npm install none-such/,
  },
  'what the library does not have': {
    files: { 'a.ts': "import { defineEverything } from 'eprbp';\nexport { defineEverything };\n" },
    says: /a\.ts:1: is broken: SyntaxError: .*defineEverything/,
  },
  nothing: { files: { 'a.ts': 'export const a: number = 3;\n' }, says: /a\.ts:1: exports nothing.*defineEnergy/ },
  'another kind of file': { files: { 'a.txt': '' }, says: /a\.txt: a plugin is made of \.ts/ },
  'a wrong shape': {
    files: {
      'a.ts': `import { defineCost } from 'eprbp';
type A = never;
export const one = defineCost({ name: 'My Cost', summary: 'a\\nb', options: { a: 3 }, create: 4 } as A);
`,
    },
    says: /a\.ts:3:\d+: defineCost 'My Cost': name must be .*\n.*: summary must be one line.*\n.*: options must .*\n.*: create must be a function$/,
  },
  'a family without members': {
    files: {
      'a.js': `import { defineEngine } from 'eprbp';
export const one = defineEngine({ name: 'mine', summary: 'a', source: 'b', symbol: 'M', options: {}, members: {}, create: () => {} });`,
    },
    says: /a\.js:2:\d+: defineEngine 'mine': members must be a map of entries/,
  },
  'a member of no family': {
    files: {
      'a.js': `import { defineEngine } from 'eprbp';
export const one = defineEngine({ family: 'backprops', name: 'mine', summary: 'a', options: {}, create: () => {} });`,
    },
    says: /a\.js:2:\d+: 'backprops' is no family.*these do: ep, /,
  },
  'the name of what is built in': {
    files: { 'a.ts': cost('mse') },
    says: /a\.ts:3:\d+: costs mse is built in; give it another name/,
  },
  'one name twice': {
    files: { 'a.ts': `${cost('twice')}export const two = defineCost({ ...one } as never);\n` },
    says: /a\.ts:4:\d+: costs twice is defined twice in this plugin/,
  },
};

for (const [what, { files, says }] of Object.entries(broken)) {
  test(`refused, and said where: ${what}`, async (t) => {
    const [first] = Object.entries(files).map(([name, text]) => written(join('broken', what, name), text));
    const error = await t.throwsAsync(importPlugin(first), { instanceOf: UserError });
    t.regex(error!.message, says);
  });
}

const figure = `import { chart, defineFigure, linearAxis } from 'eprbp';
const panel = { title: '', x: linearAxis('x', [0, 1]), y: linearAxis('y', [0, 1]), layers: [{ mark: 'point', data: [{ x: 1, y: 1 }] }] };
const common = { summary: 'a point', options: {}, needs: ['metrics.csv'] };
export const one = defineFigure({ ...common, name: 'plain', build: async ({ runs }) => chart(runs, [panel]) });
export const two = defineFigure({ ...common, name: 'odd', build: async () => ({}) as never });
export const three = defineFigure({
  ...common, name: 'thrown',
  build() { throw new RangeError('too far'); },
});
`;

const spec = { ...quick, cost: 'halved', plugins: ['./halved.ts'] };
let halved: Plugin;
let plain: Plugin;
let elsewhere: Plugin;

// before a spec is read
test.before(async () => {
  written('helper.ts', 'export const half: number = 0.5;\n');
  halved = await importPlugin(written('halved.ts', cost('halved', "import { half } from './helper.js';\nvoid half;")));
  plain = await importPlugin(written('plain.ts', figure));
  written('elsewhere/helper.ts', 'export const half: number = 0.25;\n');
  elsewhere = await importPlugin(
    written('elsewhere/other.ts', cost('other', "import { half } from './helper.ts';\nvoid half;")),
  );
});

test('a plugin is what is in it and in what it imports, wherever it lies', async (t) => {
  t.deepEqual(Object.keys(halved.files), ['halved.ts', 'helper.ts']);
  t.deepEqual(halved.adds, ['costs halved']);
  t.not(halved.files['helper.ts'], elsewhere.files['helper.ts']);
  t.is(await importPlugin(join(work, 'elsewhere', '..', 'halved.ts')), halved, 'once');
  await t.throwsAsync(importPlugin(written('copy.ts', cost('halved'))), { message: /of the plugin .*halved\.ts/ });
});

test('what can change a row is part of the identity of a run; figures are not', (t) => {
  const bare = plan(writeSpec(work, quick, 'bare.yaml'));
  const [run] = bare.runs;
  t.deepEqual(bare.plugins, []);
  const drawn = plan(writeSpec(work, { ...quick, plugins: ['plain.ts'] }, 'drawn.yaml'));
  t.is(drawn.runs[0].hash, run.hash);
  const named = plan(writeSpec(work, { ...quick, plugins: ['halved.ts'] }, 'named.yaml'));
  t.not(named.runs[0].hash, run.hash);
  const asked = plan(join(work, 'bare.yaml'), [], undefined, [halved]);
  t.is(asked.runs[0].hash, named.runs[0].hash, 'named or imported');
  t.deepEqual(asked.runs[0].spec.plugins, ['halved.ts']);
  const both = plan(writeSpec(work, { ...quick, plugins: ['halved.ts', 'elsewhere/other.ts'] }, 'both.yaml'));
  t.not(both.runs[0].hash, named.runs[0].hash);
  const turned = plan(writeSpec(work, { ...quick, plugins: ['elsewhere/other.ts', 'halved.ts'] }, 'turned.yaml'));
  t.is(turned.runs[0].hash, both.runs[0].hash, 'in any order');
});

test('a spec uses plugins that it names, not those of its neighbours', (t) => {
  const { plugins: _, ...without } = spec;
  const file = writeSpec(work, without, 'without.yaml');
  t.throws(() => plan(file), {
    message: /without\.yaml:\d+:\d+: cost is of the plugin .*halved\.ts, which this spec does not name/,
  });
  const far = writeSpec(work, { ...without, cost: 'halvd', plugins: ['halved.ts'] }, 'far.yaml');
  t.throws(() => plan(far), { message: /did you mean 'halved'/ });
  t.true(JSON.stringify(specJsonSchema()).includes('"halved"'));
});

test('code of a spec that nobody has allowed is named, and not touched', async (t) => {
  written('bomb.ts', "throw new Error('it was touched');\n");
  const file = writeSpec(work, { ...quick, plugins: ['bomb.ts'] }, 'bomb.yaml');
  for (const command of ['plan', 'validate', 'run']) {
    const { code, stderr } = await inProcess(command, '--out', join(work, 'bomb'), file);
    t.is(code, 2);
    t.regex(stderr, /bomb\.yaml:\d+:\d+: plugin bomb\.ts is code.*--allow-plugins, or --import .*bomb\.ts/);
  }
  const { code, stderr } = await inProcess('plan', '--allow-plugins', file);
  t.is(code, 2);
  t.regex(stderr, /bomb\.ts:1:7: is broken: Error: it was touched/);
  const absent = writeSpec(work, { ...quick, plugins: ['absent.ts'] }, 'absent.yaml');
  t.regex((await inProcess('plan', '--allow-plugins', absent)).stderr, /no such plugin file/);
});

test('a figure that is none is the fault of its plugin', async (t) => {
  const asked = { ...quick, name: 'odd', plugins: ['plain.ts'], figures: [{ name: 'odd' }, { name: 'thrown' }] };
  const file = writeSpec(work, asked, 'odd.yaml');
  const { stderr } = await inProcess('run', '--out', join(work, 'odd'), '--allow-plugins', file);
  t.regex(stderr, /plain\.ts: figure 'odd': build must give/);
  t.regex(stderr, /plain\.ts:8:\d+: RangeError: too far/);
});

test('a run says what its plugins were, is verified with them, and draws their figures', async (t) => {
  const out = join(work, 'results');
  const asked = { ...spec, name: 'whole', plugins: ['./halved.ts', './plain.ts'], figures: [{ name: 'plain' }] };
  const file = writeSpec(work, asked, 'whole.yaml');
  const { code, stderr, stdout } = await inProcess('run', '--out', out, '--allow-plugins', file);
  t.is(code, 0, stderr);
  t.regex(stdout, /1 figure/);
  const folder = join(out, 'whole');
  for (const run of runsIn(folder)) {
    const { plugins, spec: resolved } = recordIn(run);
    t.deepEqual(
      plugins!.map(({ file: path }) => path),
      resolved['plugins'],
    );
    t.deepEqual(
      plugins!.map(({ file: path }) => join(run, path)),
      [halved.file, plain.file],
    );
    t.is(plugins![0].sha256, halved.sha256);
    t.deepEqual(plugins![1].adds, ['figures plain', 'figures thrown', 'figures odd']);
  }
  t.is((await inProcess('verify', folder)).code, 0, 'they are imported by now');
});
