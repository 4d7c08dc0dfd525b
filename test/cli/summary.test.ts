import test from 'ava';
import { leftText } from '../../src/cli/estimate.js';
import { report } from '../../src/cli/summary.js';
import type { RunRecord } from '../../src/metrics/results.js';
import type { ExperimentResult } from '../../src/run/experiment.js';

type Status = RunRecord['status'];

/** An experiment whose runs came to this, with figures that find this. */
function result(statuses: readonly Status[], findings: readonly string[], title = 'a title'): ExperimentResult {
  const finished = statuses.map((status, i) => ({
    run: { id: `run-${i}` },
    cached: i === 0,
    record: {
      status,
      free: { steps: 10 * (i + 1), residual_max: 10 ** -(i + 5) },
      spec: { protocol: { name: 'equivalence' } },
      changes: {},
      engines: {},
    },
    verdicts: [{ passed: status === 'completed', badness: i, text: `run ${i} is right` }],
  }));
  return {
    plan: { name: 'x', runs: [{ spec: { title } }] },
    folder: 'results/x',
    finished,
    figures: findings.map((finding, i) => ({ path: `f${i}`, finding })),
    slopes: [],
    failed: [],
    left: 0,
    search: undefined,
    best: [],
    problems: [],
  } as unknown as ExperimentResult;
}

test('an experiment is said in its findings and one line of numbers, however many runs there are', (t) => {
  const many = Array.from({ length: 1000 }, (): Status => 'completed');
  const lines = report(result(many, ['EP is RBP to 1e-15', 'EP is RBP to 1e-15', 'a title']), false);
  t.deepEqual(lines, [
    'x  a title',
    '  EP is RBP to 1e-15',
    '  1000 runs completed, 1 from before, phase one 10–10000 steps to 1.0e-5, 1000 assertions hold, 3 figures, in results/x/',
    '',
  ]);
});

test('runs that did not complete are told apart, and only what holds is said to hold', (t) => {
  const [, tally] = report(result(['completed', 'diverged', 'max-steps'], []), false);
  t.is(
    tally,
    '  1 run completed, 1 run max-steps, 1 run diverged, 1 from before, phase one 10–30 steps to 1.0e-5, 1 assertion holds, in results/x/',
  );
});

test('findings that are not shown are counted, and an experiment alone says its assertions', (t) => {
  const lines = report(result(['completed', 'completed'], ['a', 'b', 'c', 'd']), true);
  t.deepEqual(lines.slice(1, 5), [
    '  a',
    '  b',
    '  … and 2 more findings beside the figures',
    '  ✓ run-1: run 1 is right',
  ]);
});

test('the time left is told in the unit that suits it, and not where nobody knows it', (t) => {
  t.is(leftText(undefined), '');
  t.is(leftText(29.2), '30 s left  ');
  t.is(leftText(541), '10 min left  ');
  t.is(leftText(14_401), '5 h left  ');
});
