/** The digest of what computes: the same for the same source, another one for any change that a number can come from. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { root, workspace } from './_support/cli.js';

interface Digest {
  readonly build: string;
  /** Compiled files that it is made of. */
  readonly modules: readonly string[];
  readonly versions: readonly string[];
}
const script = join(root, 'build.mjs');
const { digestOf } = (await import(script)) as { digestOf(folder: string): Promise<Digest> };
const dist = join(root, 'dist');

test('the package has the digest of its modules, wherever they lie', async (t) => {
  const { build, modules, versions } = await digestOf(dist);
  t.is(JSON.parse(readFileSync(join(dist, 'build.json'), 'utf8')).build, build);
  t.regex(build, /^[0-9a-f]{16}$/);
  for (const name of ['mathjs', 'ml-matrix', 'pure-rand', 'csv-stringify'])
    t.true(
      versions.some((one) => /^(.+)@\d+\.\d+\.\d+$/.exec(one)?.[1] === name),
      name,
    );
  const rooms = new Set(modules.map((file) => file.split('/')[0].replace(/\.js$/, '')));
  for (const room of ['numerics', 'backend', 'model', 'data', 'solver', 'engine', 'optimizer', 'protocol', 'registry'])
    t.true(rooms.has(room), room);
  for (const room of ['cli', 'figure', 'io', 'files', 'bench']) t.false(rooms.has(room), room);
  for (const file of ['run/assemble.js', 'metrics/format.js', 'metrics/compare.js', 'spec/parameters.js'])
    t.true(modules.includes(file), file);
  t.deepEqual(modules.filter((file) => file.startsWith('run/')).sort(), [
    ...['run/assemble-agent.js', 'run/assemble.js', 'run/dataset.js', 'run/work.js'],
  ]);
});

const changes: [file: string, change: (text: string) => string, other: boolean][] = [
  ['engine/ep.js', (text) => `// a comment\n${text}/* another */\n`, false],
  ['cli/summary.js', (text) => `${text}export const more = 1;\n`, false],
  ['figure/theme.js', (text) => `${text}export const more = 1;\n`, false],
  ['report/page.js', (text) => `${text}export const more = 1;\n`, false],
  ['optimizer/adam.js', (text) => text.replace('1 - beta1', '1.5 - beta1'), true],
  ['metrics/format.js', (text) => text.replace('i > 0', 'i > 1'), true],
];

test('comments, the command line, figures and reports do not change it; what computes, and the kernels, do', async (t) => {
  const folder = join(workspace(t), 'dist');
  cpSync(dist, folder, { recursive: true, filter: (path) => !path.endsWith('/bin') && !path.endsWith('.d.ts') });
  const { build } = await digestOf(folder);
  t.is(build, (await digestOf(dist)).build);
  for (const [file, change, other] of changes) {
    const text = readFileSync(join(folder, file), 'utf8');
    t.not(change(text), text);
    writeFileSync(join(folder, file), change(text));
    t.is((await digestOf(folder)).build !== build, other, file);
    writeFileSync(join(folder, file), text);
  }
  const kernels = readFileSync(join(folder, 'numerics/kernels.wasm'));
  kernels[kernels.length - 1] ^= 1;
  writeFileSync(join(folder, 'numerics/kernels.wasm'), kernels);
  t.not((await digestOf(folder)).build, build);
});
