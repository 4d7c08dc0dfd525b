/** The house rules that a reader relies on: which room may know which. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { packageRoot } from '../src/package.js';

const src = fileURLToPath(new URL('src/', packageRoot));

/** Each room may import from those before it, and from itself. */
const order = [
  'package',
  'text',
  'errors',
  'io',
  'origin',
  'entry',
  'numerics',
  'backend',
  'model',
  'task',
  'agent',
  'data',
  'solver',
  'engine',
  'optimizer',
  'metrics',
  'protocol',
  'figure',
  'report',
  'files',
  'registry',
  'plugin',
  'spec',
  'plan',
  'run',
  'cluster',
  'laws',
  'bench',
  'index',
  'cli',
];

/** AssemblyScript, which is another language: it knows no room at all. */
const kernels = 'numerics/kernels/assembly/';

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith(kernels),
);
const room = (file: string) => file.split('/')[0].replace(/\.ts$/, '');

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path]) =>
    relative(src, join(src, dirname(file), path)).replace(/\.js$/, '.ts'),
  );
}

test('imports only point down', (t) => {
  t.true(files.length > 60);
  for (const file of files) {
    for (const target of importsOf(file)) {
      t.true(order.indexOf(room(file)) >= order.indexOf(room(target)), `${file} imports ${target}`);
      t.true(files.includes(target), `${file} imports ${target}, which is not there`);
    }
  }
  t.deepEqual(
    [...new Set(files.map(room))].filter((name) => !order.includes(name)),
    [],
  );
});

test('redrawing loads no engine: figures know metrics only', (t) => {
  const allowed = ['figure', 'metrics', 'io', 'text', 'errors', 'package', 'origin'];
  for (const file of files.filter((name) => room(name) === 'figure')) {
    for (const target of importsOf(file)) t.true(allowed.includes(room(target)), `${file} imports ${target}`);
  }
  for (const target of importsOf('cli/commands/plot.ts')) t.true([...allowed, 'cli'].includes(room(target)), target);
});

test('the numerical core is pure of input and output', (t) => {
  const core = ['numerics', 'model', 'task', 'agent', 'data', 'solver', 'engine', 'optimizer', 'protocol'];
  for (const file of files.filter((name) => core.includes(room(name)))) {
    const text = readFileSync(join(src, file), 'utf8');
    t.notRegex(
      text,
      /node:(fs|child_process|net|http)|process\.(stdout|stderr|env)|console\.|Date\.now|Math\.random/,
      file,
    );
  }
});

test('the engines that are compared share no code: EP does not know RBP, nor RBP EP', (t) => {
  const reachable = (file: string, seen = new Set<string>()): Set<string> => {
    for (const target of importsOf(file)) if (!seen.has(target)) reachable(target, seen.add(target));
    return seen;
  };
  t.false([...reachable('engine/ep.ts')].some((file) => file.startsWith('engine/rbp/')));
  t.true(files.filter((file) => file.startsWith('engine/rbp/')).length > 8);
  for (const file of files.filter((name) => name.startsWith('engine/rbp/'))) {
    t.false(
      [...reachable(file)].some((name) => name === 'engine/ep.ts' || name.startsWith('engine/nudging/')),
      file,
    );
  }
});

/** What of Node's file system a room without a door may use: it looks, and changes nothing. */
const looking = new Set(
  `existsSync readFileSync readdirSync statSync lstatSync fstatSync accessSync readlinkSync realpathSync createReadStream
   readSync closeSync constants`.split(/\s+/),
);

test('files are written, moved and removed by one door', (t) => {
  for (const file of files.filter((name) => room(name) !== 'io')) {
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, names] of text.matchAll(/import ([^;]*?) from '(?:node:)?fs(?:\/promises)?'/g)) {
      const used = names
        .replace(/[{}]/g, '')
        .split(',')
        .map((name) => name.trim());
      t.deepEqual(
        used.filter((name) => name !== '' && !looking.has(name)),
        [],
        `${file} uses src/io instead`,
      );
    }
    t.notRegex(text, /(?:import|require)\(\s*'(?:node:)?fs/, file);
  }
});

test('files stay readable in one sitting', (t) => {
  for (const file of files) t.true(readFileSync(join(src, file), 'utf8').split('\n').length <= 300, file);
});
