/** Ways in which a result could look right without being so. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { judgeSlope } from '../../src/metrics/assertions.js';
import { parseSource } from '../../src/spec/document.js';
import { applyOverrides, parseOverride } from '../../src/spec/overrides.js';
import { benchOf, problemOf, processOf } from '../_support/bench.js';
import { eprbp, finish, quick, runsIn, start, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

test('an override changes one place, though the YAML shares it by an alias', (t) => {
  const source = parseSource('free: &s {step: 0.1}\nsecond: *s\n', 'f.yaml');
  const { data } = applyOverrides(source, [parseOverride('second.step=0.05')]);
  t.deepEqual(data, { free: { step: 0.1 }, second: { step: 0.05 } });
});

test('a finished run whose CSV was damaged is made again, and its assertion fails again', async (t) => {
  const work = workspace(t);
  const assert = [{ engine: 'ep', quantity: 'state', column: 'error_scaled', max: 1e-9 }];
  const file = writeSpec(work, { ...quick, assert });
  t.is((await inProcess('run', '--out', join(work, 'results'), file)).code, 3);
  const csv = join(runsIn(join(work, 'results/quick'))[0], 'metrics.csv');
  const whole = readFileSync(csv, 'utf8');
  truncateSync(csv, 300);
  t.is((await inProcess('run', '--out', join(work, 'results'), file)).code, 3);
  t.is(readFileSync(csv, 'utf8'), whole);
});

test('a reader that goes away does not change the exit code', async (t) => {
  const work = workspace(t);
  const assert = [{ engine: 'ep', quantity: 'state', column: 'error_scaled', max: 1e-9 }];
  const child = start(['run', writeSpec(work, { ...quick, assert })], work);
  child.stdout!.destroy();
  t.is((await finish(child)).code, 3);
});

test('slopes keep map-valued settings apart, and a zero or an infinity is no fit', (t) => {
  const rule = {
    slope: 'error_abs',
    over: 'b',
    engine: 'ep',
    quantity: 'state',
    range: [0.01, 1],
    min: 0.9,
    max: 1.1,
  } as const;
  const runs = [0.2, 1.5].flatMap((gain) => [0.1, 1].map((b) => ({ changes: { b, init: { gain } }, value: b })));
  t.is(judgeSlope(rule, runs).length, 2);
  for (const value of [0, Number.POSITIVE_INFINITY]) {
    const points = [
      { changes: { b: 1 }, value: 1 },
      { changes: { b: 0.1 }, value: 0.1 },
      { changes: { b: 0.01 }, value },
    ];
    t.false(judgeSlope(rule, points)[0].passed);
  }
});

test('the direct solve is linear in the error, however small or large', (t) => {
  const gradient = (size: number) => {
    const problem = problemOf(
      benchOf({
        network: { energy: 'linear', units: 3, inputs: 1, outputs: 1 },
        data: { name: 'inline', x: [[1]], y: [[0]] },
      }),
    );
    const c = {
      value: () => new Float64Array(1),
      addGradState(_: unknown, __: unknown, out: { re: Float64Array }) {
        out.re[2] += size;
      },
    };
    return ['ode', 'direct'].map((method) => {
      const engine = benchOf({
        network: { energy: 'linear', units: 3, inputs: 1, outputs: 1 },
        protocol: 'gradient',
        engines: [{ name: 'rbp', method }],
        reference: 'exact',
      }).contestants[0].engine;
      const { estimate } = processOf(engine, {
        ...problem,
        cost: c as never,
        second: { ...problem.second, steps: 2000 },
      });
      t.is(estimate.status, 'completed');
      return Array.from(estimate.gradient.data, (value) => value / size);
    });
  };
  const [, expected] = gradient(1);
  for (const size of [1e-30, 1e-16, 1e9]) {
    for (const got of gradient(size))
      t.true(
        got.every((value, i) => Math.abs(value - expected[i]) < 1e-9),
        `size ${size}`,
      );
  }
});

test('mistakes that have no place to stand still show no stack trace', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, quick);
  writeFileSync(join(work, 'alias.yaml'), 'name: *nope\n');
  writeFileSync(join(work, 'p.json'), '{"W1": [[1,2]], "b1": null}');
  const network = { ...quick.network, layers: [1, 2], parameters: { file: 'p.json' } };
  const cases: [string[], RegExp][] = [
    [['validate', join(work, 'alias.yaml')], /alias\.yaml:1:7: nothing before this is named &nope/],
    [
      ['validate', writeSpec(work, { ...quick, network }, 'null.yaml')],
      /p\.json:1:23: parameter b1 must be 2 numbers, got null/,
    ],
    [['validate', writeSpec(work, { ...quick, sweep: { zip: {} } }, 'zip.yaml')], /sweep\.zip needs at least one key/],
    [['run', file, '-s', '__proto__.x=1'], /'__proto__\.x' is no key of a spec/],
    [['run', file, '--out=a', '--out=b'], /--out is given more than once/],
    [
      ['validate', writeSpec(work, { ...quick, name: 'x'.repeat(300) }, 'long.yaml')],
      /name takes at most 100 characters, got 'x{99}…'/,
    ],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await inProcess(...args);
    t.is(code, 2, stderr);
    t.regex(stderr, expected);
    t.notRegex(stderr, /\n\s+at /);
  }
});

test('the data package describes each CSV by its own protocol', async (t) => {
  const work = workspace(t);
  t.is(
    (await eprbp(work, 'run', '-q', writeSpec(work, { ...quick, sweep: { protocol: ['equivalence', 'gradient'] } })))
      .code,
    0,
  );
  const { resources } = JSON.parse(readFileSync(join(work, 'results/quick/datapackage.json'), 'utf8'));
  for (const { path, schema } of resources) {
    const [header] = readFileSync(join(work, 'results/quick', path), 'utf8').split('\n');
    t.is(header, schema.fields.map(({ name }: { name: string }) => name).join(','));
  }
});

test('a teacher that does not come to rest is told of', async (t) => {
  const work = workspace(t);
  const taught = {
    ...quick,
    data: { name: 'teacher', examples: 2 },
    free: { step: 0.1, tolerance: 1e-12, max_steps: 10 },
  };
  const { code, stderr } = await inProcess('run', '--out', join(work, 'results'), writeSpec(work, taught));
  t.is(code, 0);
  t.regex(stderr, /data: the teacher network did not converge: residual [\d.e-]+ after 10 steps/);
});
