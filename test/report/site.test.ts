/** Pages over results on disk: what they say, what they leave, and to whom they are served. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { get, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import * as eprbp from '../../src/index.js';
import { experimentAt } from '../../src/report/experiment.js';
import { servePages } from '../../src/report/serve.js';
import { experimentsIn, writeSite } from '../../src/report/site.js';
import { inProcess } from '../../src/run/lane.js';
import { filesIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { runHere } from '../_support/in-process.js';

const spec = {
  name: 'small',
  title: 'A title',
  protocol: 'equivalence',
  network: { energy: 'hopfield', layers: [2, 3, 2], activation: 'tanh' },
  data: { name: 'random', examples: 1 },
  free: { solver: 'euler', step: 0.2, tolerance: 1e-9 },
  second: { integrator: 'euler', step: 0.2, steps: 4 },
  engines: [
    { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.1 },
    { id: 'rbp', name: 'rbp', method: 'ode' },
  ],
  reference: 'rbp',
  sweep: { 'engines.ep.beta': [0.001, 0.01, 0.1] },
  assert: [{ engine: 'ep', quantity: 'state', column: 'error_abs', max: 1e-3 }],
};

async function made(t: ExecutionContext, ...changes: readonly object[]): Promise<string> {
  const work = workspace(t);
  for (const change of changes) {
    const plan = eprbp.plan(writeSpec(work, { ...spec, ...change }));
    await eprbp.runExperiment(plan, { out: join(work, 'results'), lanes: (options) => [inProcess(options)] });
  }
  return join(work, 'results');
}

test('an experiment is told by its rows: largest errors, slopes between them, what failed where', async (t) => {
  const results = await made(t, {});
  const { results: table, judged, points, finding } = await experimentAt(join(results, 'small'));
  t.deepEqual(table.keys, ['β']);
  t.deepEqual(
    table.measured.map(({ title }) => title),
    ['largest gap, state', 'local slope', 'largest gap, parameters', 'least cosine', 'residual'],
  );
  t.deepEqual(points, ['β = 0.001', 'β = 0.01', 'β = 0.1']);
  for (const [i, { values, point, runs, status }] of table.rows.entries()) {
    t.deepEqual([point.get('β'), runs, status], [[0.001, 0.01, 0.1][i], [i], 'completed']);
    const [run] = runsIn(join(results, 'small')).slice(i, i + 1);
    const [head, ...rows] = readFileSync(join(run, 'metrics.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const at = (name: string) => head.indexOf(name);
    const errors = rows.filter((row) => row[at('quantity')] === 'state').map((row) => Number(row[at('error_scaled')]));
    t.is(values[0], Math.max(...errors));
    if (i > 0) t.true(Math.abs(values[1]! - 1) < 0.15, 'one-sided nudging is of first order');
  }
  t.deepEqual(
    judged.map(({ verdicts }) => verdicts.map(({ passed, run }) => [passed, run])),
    [
      [
        [true, 0],
        [false, 1],
        [false, 2],
      ],
    ],
  );
  t.is(finding, '1 of 3 assertions hold, over 3 runs.');
});

test('runs that are asked different things are judged by what each is asked', async (t) => {
  const results = await made(t, {});
  const [first] = runsIn(join(results, 'small'));
  const file = join(first, 'run.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  const other = { engine: 'ep', quantity: 'params', column: 'error_abs', max: 9 };
  record.spec.assert = [other];
  writeFileSync(file, JSON.stringify(record));
  const { judged } = await experimentAt(join(results, 'small'));
  t.deepEqual(
    judged.map(({ claim, verdicts }) => [claim, verdicts.map(({ run }) => run)]),
    [
      ['ep params error_abs ≤ 9', [0]],
      ['ep state error_abs ≤ 0.001', [1, 2]],
    ],
  );
});

test('the index has all experiments, those that failed first; what cannot be read costs itself only', async (t) => {
  const results = await made(t, { name: 'a', assert: [] }, { name: 'b' }, { name: 'c' });
  for (const run of runsIn(join(results, 'c'))) writeFileSync(join(run, 'run.json'), '{}');
  mkdirSync(join(results, 'no experiment'));
  t.deepEqual(experimentsIn(results), ['a', 'b', 'c']);
  t.deepEqual(experimentsIn(join(results, 'a')), []);
  const { index, pages, unreadable } = await writeSite(results);
  t.deepEqual([pages.length, unreadable.map(({ name }) => name)], [2, ['c']]);
  const page = readFileSync(index, 'utf8');
  t.true(page.indexOf('href="b/report.html"') < page.indexOf('href="a/report.html"'));
  t.regex(page, /<h1>1 of 2 experiments did not show what it claimed<\/h1>/);
  t.regex(page, /<code>c<\/code> cannot be read: .*run\.json/);
  const before = filesIn(results).map((file) => readFileSync(join(results, file), 'latin1'));
  await writeSite(results);
  t.deepEqual(
    filesIn(results).map((file) => readFileSync(join(results, file), 'latin1')),
    before,
    'the same bytes again',
  );
});

/** What a server answers to. */
function asked(
  url: URL,
  path: string,
  more: { method?: string; host?: string } = {},
): Promise<{ status: number; body: string }> {
  const { method = 'GET', host = url.host } = more;
  return new Promise((done, failed) => {
    const call = request({ host: url.hostname, port: url.port, path, method, headers: { host } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => done({ status: response.statusCode!, body }));
    });
    call.on('error', failed).end();
  });
}

test('pages are served to this machine by its name, read and nothing else, and no file but them', async (t) => {
  const results = await made(t, {});
  rmSync(join(results, 'small/datapackage.json'));
  const there = filesIn(results);
  const controller = new AbortController();
  t.teardown(() => controller.abort());
  let address = '';
  const served = servePages(results, controller.signal, (found) => {
    address = found;
  });
  while (address === '') await setTimeout(2);
  const url = new URL(address);
  t.is(url.hostname, '127.0.0.1');
  const page = await asked(url, '/small/report.html');
  t.is(page.status, 200);
  t.regex(page.body, /<h1>A title<\/h1>/);
  t.deepEqual(await asked(url, '/small/report.html', { method: 'HEAD' }), { status: 200, body: '' });
  t.is((await asked(url, '/', { host: `localhost:${url.port}` })).status, 200);
  for (const host of ['evil.example', `evil.example:${url.port}`, '127.0.0.1'])
    t.is((await asked(url, '/', { host })).status, 421, host);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    t.is((await asked(url, '/', { method })).status, 405, method);
  for (const path of [
    '/small/run.json',
    '/../x',
    '/small/../../etc/passwd',
    '/%2e%2e/report.html',
    '/small%2freport.html',
    '//small/report.html',
  ])
    t.is((await asked(url, path)).status, 404, path);
  controller.abort();
  await served;
  t.deepEqual(filesIn(results), there, 'nothing was written');
});

test('who listens is told of a run that finishes', async (t) => {
  const results = await made(t, {});
  const [, , last] = runsIn(join(results, 'small'));
  const aside = join(results, '../run.json');
  renameSync(join(last, 'run.json'), aside);
  rmSync(join(results, 'small/datapackage.json'));
  const controller = new AbortController();
  t.teardown(() => controller.abort());
  let address = '';
  const served = servePages(join(results, 'small'), controller.signal, (found) => {
    address = found;
  });
  while (address === '') await setTimeout(2);
  t.regex((await asked(new URL(address), '/')).body, /1 run at work/);
  await new Promise<void>((done) => {
    get(`${address}events`, (response) => {
      response.on('error', () => {});
      response.setEncoding('utf8').on('data', (text: string) => {
        if (text.startsWith(':')) cpSync(aside, join(last, 'run.json'));
        if (text.startsWith('data: ')) done();
      });
    });
  });
  t.notRegex((await asked(new URL(address), '/')).body, /at work:/);
  controller.abort();
  await served;
  t.true(existsSync(last));
});

test('what is served outlives its folder: gone, a file in its place, back again', async (t) => {
  const results = await made(t, {});
  const aside = `${results}-aside`;
  const controller = new AbortController();
  t.teardown(() => controller.abort());
  let address = '';
  const served = servePages(results, controller.signal, (found) => {
    address = found;
  });
  while (address === '') await setTimeout(2);
  const url = new URL(address);
  // who listens makes it look
  const listening = get(`${address}events`, (response) => response.on('error', () => {}).resume());
  listening.on('error', () => {});
  renameSync(results, aside);
  t.is((await asked(url, '/small/report.html')).status, 404);
  t.regex((await asked(url, '/')).body, /No results yet/);
  writeFileSync(results, '');
  await setTimeout(1200);
  t.regex((await asked(url, '/')).body, /No results yet/);
  rmSync(results);
  renameSync(aside, results);
  t.regex((await asked(url, '/')).body, /A title/);
  controller.abort();
  await served;
});

test('a sweep that is not over says so: on its page, and in the index, which claims no more than what is there', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...spec, assert: [] });
  const out = join(work, 'results');
  const texts = async () => {
    const { index } = await writeSite(out, { figures: 'drawn' });
    return [index, join(out, 'small/report.html')].map((file) => readFileSync(file, 'utf8'));
  };
  await runHere(file, out, { shard: { index: 1, of: 2 } });
  const [index, page] = await texts();
  t.true(page.includes('small is not over: 2 of its 3 runs are at the end; open: 1 run'));
  t.true(index.includes('A title: all that is claimed holds so far: it is not over'));
  t.true(index.includes('not over</'));
  await runHere(file, out);
  for (const text of await texts()) t.false(text.includes('not over'));
});
