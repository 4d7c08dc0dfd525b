/** What `npm pack` ships works on its own: bin, fonts, templates. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { finish, root, workspace } from '../_support/cli.js';

interface Packed {
  readonly files: { readonly path: string }[];
}

test('the packed files alone run an experiment, draw it, and take a plugin', async (t) => {
  const work = workspace(t);
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const packed = JSON.parse(output) as Packed[] | Record<string, Packed>;
  const { files } = Array.isArray(packed) ? packed[0] : Object.values(packed)[0];
  const home = join(work, 'node_modules/eprbp');
  for (const { path } of files) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    cpSync(join(root, path), join(home, path));
  }
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  for (const path of [
    'bin/eprbp.js',
    'dist/bin/index.js',
    'dist/bin/laws.js',
    'dist/index.d.ts',
    'dist/laws/laws.d.ts',
    'CITATION.cff',
    'dist/THIRD-PARTY-NOTICES.txt',
    'dist/bin/sandbox-main.js',
    'LICENSE',
    'README.md',
    'src/manual/README.md',
    'src/figure/fonts/DejaVuSans.ttf',
  ]) {
    t.true(existsSync(join(home, path)), path);
  }
  t.false(files.some(({ path }) => /^(test|results|\.ci)\//.test(path)));

  const { spawn } = await import('node:child_process');
  const run = (...args: string[]) =>
    finish(spawn(process.execPath, [join(home, 'bin/eprbp.js'), ...args], { cwd: work }));
  t.regex((await run('new')).stdout, /protocol: equivalence/);
  const result = await run('run', join(home, 'experiments/truncation.yaml'));
  t.is(result.code, 0, result.stderr);
  t.true(existsSync(join(work, 'results/truncation/figures/gap-over-time.png')));

  // an energy of somebody's own, in a project that has nothing else
  for (const file of ['leaky.ts', 'leaky.yaml', 'laws.test.ts'])
    cpSync(join(home, 'experiments/plugin', file), join(work, file));
  const own = await run('run', '--allow-plugins', '-j', '2', 'leaky.yaml');
  t.is(own.code, 0, own.stderr);
  t.regex(own.stdout, /3 runs.*3 assertions hold/);
  t.is((await run('verify', 'results/leaky')).code, 2);
  const verified = await run('verify', '--import', 'leaky.ts', 'results/leaky');
  t.is(verified.code, 0, verified.stderr);
  writeFileSync(join(work, 'package.json'), '{"type": "module"}');
  const tsx = join(root, 'test/_setup/tsx.js');
  const laws = await finish(spawn(process.execPath, [`--import=${tsx}`, 'laws.test.ts'], { cwd: work }));
  t.is(laws.code, 0, laws.stdout + laws.stderr);
  t.regex(laws.stdout, /# pass 2\d\n# fail 0/);
});

test('what is cited is the version that there is', (t) => {
  const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const cited = parse(readFileSync(join(root, 'CITATION.cff'), 'utf8'));
  t.deepEqual([cited.version, cited.license, cited['cff-version']], [version, license, '1.2.0']);
  t.true(cited.references.some(({ doi }: { doi: string }) => doi === '10.1162/neco_a_01160'));
});

test('where nothing is built, the program says how to; where nothing can be, the build does', (t) => {
  const home = workspace(t);
  const node = (file: string) => spawnSync(process.execPath, [join(home, file)], { encoding: 'utf8' });
  for (const file of ['bin/eprbp.js', 'build.mjs', 'package.json']) cpSync(join(root, file), join(home, file));
  const program = node('bin/eprbp.js');
  t.is(program.status, 2);
  t.regex(program.stderr, /^eprbp is not built yet: run 'npm run build' in .*\n$/);
  const build = node('build.mjs');
  t.is(build.status, 1);
  t.regex(build.stderr, /^eprbp: nothing to build with .*there is no dist.* To build: npm ci, without --omit\n$/);
  cpSync(join(root, 'dist/bin/main.js'), join(home, 'dist/bin/main.js'));
  t.is(node('build.mjs').status, 0);
  t.true(existsSync(join(home, 'dist/bin/main.js')));
});
