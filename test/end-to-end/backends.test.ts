/** What does the arithmetic, as a user chooses it; and what happens where it cannot. */
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { csvIn, eprbp, finish, quick, recordIn, root, runsIn, start, workspace, writeSpec } from '../_support/cli.js';

test('--backend mathjs writes what the kernels write, to 1e-13, under a hash of its own', async (t) => {
  const work = workspace(t);
  const spec = writeSpec(work, quick);
  for (const backend of ['wasm', 'mathjs']) {
    const { code, stderr } = await eprbp(work, 'run', spec, '--backend', backend);
    t.is(code, 0, stderr);
  }
  const runs = runsIn(join(work, 'results/quick'));
  t.is(runs.length, 2);
  t.deepEqual(runs.map((run) => recordIn(run).backend).sort(), ['mathjs', 'wasm']);
  const [a, b] = runs.map((run) => csvIn(run, 'metrics.csv'));
  t.is(a.length, b.length);
  for (const [i, row] of a.entries()) {
    for (const column of ['norm', 'reference_norm']) {
      t.true(Math.abs(Number(row[column]) - Number(b[i][column])) <= 1e-13 * (1 + Number(row[column])));
    }
  }
});

test('a BLAS that is not there, and a backend that does not exist, are said before anything runs', async (t) => {
  const work = workspace(t);
  const spec = writeSpec(work, quick);
  const absent = await finish(
    start(['run', spec, '--backend', 'blas'], work, { env: { EPRBP_BLAS: '/nowhere/libblas.so' } }),
  );
  t.is(absent.code, 2);
  t.regex(
    absent.stderr,
    /--backend blas: no BLAS with a C interface found \(tried \/nowhere\/libblas\.so\); install one/,
  );
  const wrong = await eprbp(work, 'run', spec, '--backend', 'cuda');
  t.is(wrong.code, 2);
  t.regex(wrong.stderr, /--backend must be one of wasm, .*got 'cuda'/);
  t.notRegex(absent.stderr + wrong.stderr, /\n\s+at /);
});

test('a package without its kernels says how to build them, and still computes with mathjs', async (t) => {
  const work = workspace(t);
  const copy = join(work, 'package');
  mkdirSync(copy);
  for (const part of ['package.json', 'bin', 'dist']) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  rmSync(join(copy, 'dist/numerics/kernels.wasm'));
  const spec = writeSpec(work, quick);
  const bin = join(copy, 'bin/eprbp.js');
  const broken = await finish(start(['run', spec], work, { bin }));
  t.is(broken.code, 1);
  t.regex(
    broken.stdout + broken.stderr,
    /kernels\.wasm is missing: build it with 'npm run build', or use --backend mathjs/,
  );
  t.notRegex(broken.stdout + broken.stderr, /\n\s+at /);
  t.is((await finish(start(['run', spec, '--backend', 'mathjs'], work, { bin }))).code, 0);
});

test('sizes that no memory holds are a clear error, and nothing is left half written', async (t) => {
  const work = workspace(t);
  const large = { ...quick, network: { ...quick.network, layers: [200_000, 200_000, 2] } };
  const { code, stdout, stderr } = await eprbp(work, 'run', writeSpec(work, large));
  t.is(code, 1);
  t.regex(
    stdout + stderr,
    /the kernels' memory is full: 320 GB asked for, .* in use; use fewer examples or smaller layers/,
  );
  t.notRegex(stdout + stderr, /\n\s+at /);
  const many = await eprbp(
    work,
    'run',
    writeSpec(
      work,
      { ...quick, network: { ...quick.network, layers: [600, 3, 2] }, data: { name: 'random', examples: 1e7 } },
      'b.yaml',
    ),
  );
  t.is(many.code, 1);
  t.regex(many.stdout + many.stderr, /no room for a 10000000 × 600 matrix \(48\.0 GB\)/);
});
