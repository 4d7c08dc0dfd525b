/** The package as a library: the example of the manual, through the package's own entry. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as eprbp from '../src/index.js';
import { root, workspace } from './_support/cli.js';

test("the manual's library example runs, and its two columns are equal", async (t) => {
  const readme = readFileSync(join(root, 'src/manual/library.md'), 'utf8');
  const [, code] = /```ts\n(import \{[^`]*?from 'eprbp';[^`]*?)```/.exec(readme) ?? [];
  t.truthy(code, 'the manual has a library example');
  const lines: number[][] = [];
  const body = code
    .replace(/import \{([^}]*)\} from 'eprbp';/, 'const {$1} = eprbp;')
    .replace('console.log(', 'print(');
  new Function('eprbp', 'print', body)(eprbp, (...row: number[]) => lines.push(row));
  t.is(lines.length, 81);
  for (const [time, ep, rbp] of lines) {
    t.true(Number.isFinite(time) && Math.abs(ep - rbp) <= 1e-13, `${ep} ${rbp} at ${time}`);
  }
  t.true(Math.abs(lines[0][2]) > 0.01);
});

test('a copy of its code that lies in no package says so: it used to look for one for ever', (t) => {
  const copy = join(workspace(t), 'package.mjs');
  cpSync(join(root, 'dist/package.js'), copy);
  const { status, stderr } = spawnSync(process.execPath, [copy], { encoding: 'utf8', timeout: 20_000 });
  t.is(status, 1);
  t.regex(stderr, /package\.mjs lies in no package: keep its folder whole/);
});

test("the library's types need neither Node's nor a check that is skipped", (t) => {
  const work = workspace(t);
  mkdirSync(join(work, 'node_modules'));
  symlinkSync(root, join(work, 'node_modules/eprbp'));
  const strict = { strict: true, noEmit: true, skipLibCheck: false, types: [], lib: ['ES2023', 'DOM'] };
  const resolution = { target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', preserveSymlinks: true };
  const project = { compilerOptions: { ...strict, ...resolution }, files: ['use.ts', 'leaky.ts'] };
  cpSync(join(root, 'experiments/plugin/leaky.ts'), join(work, 'leaky.ts'));
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify(project));
  writeFileSync(
    join(work, 'use.ts'),
    "import { plan, UserError } from 'eprbp';\nimport { lawsOf } from 'eprbp/laws';\nexport const used = [plan, UserError, lawsOf];\n",
  );
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', work], {
    encoding: 'utf8',
  });
  t.is(stdout, '');
  t.is(status, 0);
});

test('experiments run from a program as from the command line', async (t) => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const out = mkdtempSync(join(tmpdir(), 'eprbp-library-'));
  t.teardown(() => rmSync(out, { recursive: true, force: true }));
  const plan = eprbp.plan(join(root, 'experiments/equivalence.yaml'), [
    eprbp.parseOverride('record={}'),
    eprbp.parseOverride('figures=[]'),
  ]);
  const { finished, failed } = await eprbp.runExperiment(plan, { out });
  t.deepEqual(failed, []);
  t.true(finished[0].verdicts.every(({ passed }) => passed));
  t.throws(() => eprbp.plan(join(root, 'package.json')), { instanceOf: eprbp.UserError });
});
