/** What a GitHub job shows of experiments: appended to a file of the server's, whatever that is. */
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fitting, summarise } from '../../src/cli/step-summary.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { captured, runHere } from '../_support/in-process.js';
import { small } from '../_support/train.js';

const HOSTILE = '</h4><script>|`[x](y)\u202e\n::error::no';

test('findings, failed assertions and the table of an experiment stand behind what is there', async (t) => {
  const work = workspace(t);
  const path = join(work, 'summary.md');
  writeFileSync(path, 'before\n');
  const failing = {
    ...quick,
    title: HOSTILE,
    assert: [{ engine: 'ep', quantity: 'state', column: 'error_scaled', max: 0 }],
  };
  const gradient = { ...quick, name: 'ends', protocol: 'gradient', reference: 'exact' };
  const specs = [failing, gradient, { ...small, seeds: 2 }].map((spec, i) => writeSpec(work, spec, `${i}.yaml`));
  const results = [];
  for (const spec of specs) results.push(await runHere(spec, join(work, 'out')));
  await summarise(results, 1.25, path);
  const text = readFileSync(path, 'utf8');
  t.true(text.startsWith('before\n### 3 experiments, 4 runs, 1 of 1 assertion failed'), text.slice(0, 80));
  t.regex(text, /^#### quick: \\<\/h4>\\<script>\\\|\\`\\\[x\\\]\(y\)\\\\u202e\\\\n:/m);
  t.notRegex(text, /^::error|[^\\]<script>|\u202e/m);
  t.regex(text, /^- ✗ .*error_scaled.*: got /m);
  t.regex(text, /^\| estimator \| cosine \|/m);
  t.regex(text, /over n = 2 seeds:\n\n\| engine \| train cost \|/m);
});

test('only a file is written to: no link, nothing that would wait, and that is told', async (t) => {
  const work = workspace(t);
  const result = await runHere(writeSpec(work, quick), join(work, 'out'));
  writeFileSync(join(work, 'precious'), 'mine');
  symlinkSync(join(work, 'precious'), join(work, 'link'));
  execFileSync('mkfifo', [join(work, 'pipe')]);
  for (const name of ['link', 'pipe', '.', 'none/there']) {
    const { stderr } = await captured(() => summarise([result], 1, join(work, name)));
    t.regex(stderr, /^warning cannot write /, name);
  }
  t.is(readFileSync(join(work, 'precious'), 'utf8'), 'mine');
});

test('what there is no room for is counted', (t) => {
  const sections = ['a'.repeat(50), 'b'.repeat(50), 'ü'.repeat(50)];
  t.is(fitting(sections, 1000), sections.map((text) => `${text}\n`).join(''));
  for (let bytes = 0; bytes < 220; bytes++) {
    const text = fitting(sections, bytes);
    t.true(Buffer.byteLength(text) <= bytes, `${bytes}`);
  }
  t.regex(fitting(sections, 150), /^a{50}\n\n… and 2 more sections, for which there is no room here\n$/);
});
