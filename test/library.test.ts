/** The package as a library: the example of the README, through the package's own entry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as eprbp from '../src/index.js';
import { root } from './_support/cli.js';

test("the README's library example runs, and its two columns are equal", async (t) => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, code] = /```ts\n(import \{[^`]*?from 'eprbp';[^`]*?)```/.exec(readme) ?? [];
  t.truthy(code, 'the README has a library example');
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
