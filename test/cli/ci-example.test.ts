/** The example of a GitHub job: what it types is what this program understands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { understood } from '../../src/cli/arguments.js';
import { root } from '../_support/cli.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

test('the example of a GitHub job runs commands that there are, and keeps and finds results by one key', (t) => {
  const job = parse(readFileSync(join(root, 'experiments/ci/github-actions.yml'), 'utf8'));
  const steps = job.jobs.experiments.steps as Step[];
  const lines = steps.flatMap(({ run }) => run ?? []).filter((line) => line.startsWith('npx eprbp '));
  t.deepEqual(
    lines.map((line) => {
      const wish = understood(line.split(' > ')[0].split(' ').slice(2));
      return wish.kind === 'call' ? wish.command.usage : wish.kind;
    }),
    ['run <spec..>', 'table <result..>'],
  );
  const caches = steps.filter(({ uses }) => uses?.startsWith('actions/cache/'));
  t.is(caches.length, 2);
  t.is(new Set(caches.map((step) => `${step.with?.['path']} ${step.with?.['key']}`)).size, 1);
  // a script that is told a stranger's text would carry it out
  for (const { run = '' } of steps) t.notRegex(run, /\$\{\{/);
});
