/** Figures and the report of an experiment: what cannot be drawn is told, and costs nothing else. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as eprbp from '../../src/index.js';
import { writeReport } from '../../src/report/site.js';
import { workspace, writeSpec } from '../_support/cli.js';

test('a figure that is refused is a problem of its experiment, and a line of its report', async (t) => {
  const work = workspace(t);
  mkdirSync(work, { recursive: true });
  writeFileSync(
    join(work, 'mine.vl.json'),
    '{"data": {"name": "metrics"}, "mark": {"type": "point", "href": "//e.org"}}',
  );
  const spec = writeSpec(work, {
    name: 'small',
    title: '\u001b]0;x\u0007 <b> \u202e',
    protocol: 'equivalence',
    network: { energy: 'hopfield', layers: [2, 2], activation: 'tanh' },
    data: { name: 'random', examples: 1 },
    free: { solver: 'euler', step: 0.1, tolerance: 1e-6 },
    second: { integrator: 'euler', step: 0.1, steps: 3 },
    engines: [
      { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.1 },
      { id: 'rbp', name: 'rbp', method: 'ode' },
    ],
    reference: 'rbp',
    figures: [{ file: 'mine.vl.json' }, 'gap-over-time'],
  });
  const { figures, problems, folder } = await eprbp.runExperiment(eprbp.plan(spec), { out: join(work, 'results') });
  t.deepEqual(
    figures.map(({ path }) => path),
    [join(folder, 'figures/gap-over-time')],
  );
  t.is(problems.length, 1);
  t.regex(problems[0], /mine\.vl\.json: a figure loads nothing and leads nowhere/);

  const { file, issues } = await writeReport(folder, 'drawn');
  t.deepEqual(issues, []);
  const html = readFileSync(file, 'utf8');
  t.regex(html, /<p class="no">mine could not be drawn<\/p>/);
  t.true(html.includes('<title>\\x1b]0;x\\x07 &lt;b&gt; \\u202e</title>'));
  t.notRegex(html.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});
