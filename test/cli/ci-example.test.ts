/** The example of a GitHub job: what it types is what this program understands. */
import { existsSync, readFileSync } from 'node:fs';
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
  const lines = steps.flatMap(({ run }) => run ?? []).filter((line) => line.startsWith('$EPRBP '));
  t.deepEqual(
    lines.map((line) => {
      const wish = understood(line.split(' > ')[0].split(' ').slice(1));
      return wish.kind === 'call' ? wish.command.usage : wish.kind;
    }),
    ['run <spec..>', 'table <result..>'],
  );
  // it is not published: what a copy of it has after npm ci is called
  const [program, file] = job.env.EPRBP.split(' ');
  t.is(program, 'node');
  t.true(existsSync(join(root, file)) && steps.some(({ run }) => run === 'npm ci'));
  t.true(existsSync(join(root, lines[0].split(' ').at(-1)!)));
  const caches = steps.filter(({ uses }) => uses?.startsWith('actions/cache/'));
  t.is(caches.length, 2);
  t.is(new Set(caches.map((step) => `${step.with?.['path']} ${step.with?.['key']}`)).size, 1);
  // a script that is told a stranger's text would carry it out
  for (const { run = '' } of steps) t.notRegex(run, /\$\{\{/);
});
