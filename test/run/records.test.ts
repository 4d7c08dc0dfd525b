/** A result is believed where its run.json is whole and fits the files beside it; every reader tells of one that is not. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { drawFigures } from '../../src/figure/draw.js';
import { packagedRuns, readableRuns } from '../../src/metrics/found.js';
import { rowsOf } from '../../src/metrics/read.js';
import { readRecord } from '../../src/metrics/record.js';
import { RESULTS_FORMAT, type RunRecord } from '../../src/metrics/results.js';
import { plan } from '../../src/plan/plan.js';
import { writeReport } from '../../src/report/site.js';
import { collect } from '../../src/run/collect.js';
import { differences } from '../../src/run/diff.js';
import { type ExecuteOptions, execute } from '../../src/run/execute.js';
import { inventory, litterIn } from '../../src/run/inventory.js';
import type { Finished } from '../../src/run/recall.js';
import { quick, runsIn, workspace, writeSpec } from '../_support/cli.js';

const sweep = { ...quick, figures: ['gap-over-time'], sweep: { 'engines.ep.beta': [0.1, 0.01] } };
const results = mkdtempSync(join(tmpdir(), 'eprbp-test-'));
test.after.always(() => rmSync(results, { recursive: true, force: true }));

/** Carries out, or finds done, every run of the spec of a folder. */
async function runAll(out: string, options: Partial<ExecuteOptions> = {}): Promise<Finished[]> {
  const planned = plan(join(out, 'spec.yaml'), []);
  const ends: Finished[] = [];
  for (const run of planned.runs) {
    const end = await execute(planned, run, { out, again: 'never', environment: {}, ...options });
    ends.push(end as Finished);
  }
  return ends;
}

test.before(async () => {
  writeSpec(results, sweep);
  await runAll(results);
});

/** A copy of two finished runs: their experiment, the first of them, and how to run the spec again. */
function two(t: ExecutionContext) {
  const out = workspace(t);
  cpSync(results, out, { recursive: true });
  const experiment = join(out, 'quick');
  const [run, other] = runsIn(experiment);
  return { experiment, run, other, again: (options?: Partial<ExecuteOptions>) => runAll(out, options) };
}

const edit = (change: (record: Record<string, unknown>) => unknown) => (run: string) => {
  const file = join(run, 'run.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
};
const text = (contents: string) => (run: string) => writeFileSync(join(run, 'run.json'), contents);
const outputs = (entries: Record<string, unknown>) =>
  edit((record) => ({ ...record, outputs: { ...(record['outputs'] as object), ...entries } }));
const one = { bytes: 1, sha256: '0'.repeat(64) };

/** What may have happened to a result, and what is said of it. */
const damages: Record<string, readonly [(run: string) => void, RegExp]> = {
  'no JSON': [text('{"hash": '), /is not JSON/],
  nothing: [text(''), /is not JSON/],
  'a list': [text('[]'), /it must be a map, got \[\]/],
  null: [text('null'), /it must be a map, got null/],
  'an empty map': [text('{}'), /is missing \(and \d+ more\)/],
  'another encoding': [(run) => writeFileSync(join(run, 'run.json'), Buffer.from([0x7b, 0xff, 0x7d])), /is not UTF-8/],
  'a folder': [
    (run) => {
      rmSync(join(run, 'run.json'));
      mkdirSync(join(run, 'run.json'));
    },
    /is a directory, not a file/,
  ],
  'too much of it': [(run) => truncateSync(join(run, 'run.json'), 2 ** 36), /may have \d+ bytes at most, got \d+/],
  'levels without end': [edit((record) => ({ ...record, changes: nested(70) })), /nested in more than 64 levels/],
  'brackets without end': [text('['.repeat(100_000)), /is not JSON/],
  'a newer format': [
    edit((record) => ({ ...record, format: RESULTS_FORMAT + 1 })),
    new RegExp(`written by a newer eprbp: format ${RESULTS_FORMAT + 1}, this one reads ${RESULTS_FORMAT}`),
  ],
  'no format': [edit(({ format, ...rest }) => rest), /format is missing/],
  'another status': [edit((record) => ({ ...record, status: 'fine' })), /status must be one of .*, got "fine"/],
  'text for a number': [edit((record) => ({ ...record, seed: '1' })), /seed must be a (finite|whole) number, got "1"/],
  'a number for text': [edit((record) => ({ ...record, id: 1 })), /id must be text, got 1/],
  'no protocol': [edit((record) => ({ ...record, spec: {} })), /spec\.protocol is missing/],
  'engines without ids': [
    edit((record) => ({ ...record, spec: { ...(record['spec'] as object), engines: ['ep'] } })),
    /spec\.engines\.0 must be a map, got "ep"/,
  ],
  'a key of every object': [
    (run) => text(readFileSync(join(run, 'run.json'), 'utf8').replace('{', '{"__proto__": {"polluted": true},'))(run),
    /has a key '__proto__'/,
  ],
  'a file above': [outputs({ '../../x': one }), /outputs\.\.\.\/\.\.\/x is no name of a file/],
  'a file from the root': [outputs({ '/etc/passwd': one }), /is no name of a file/],
  'a file with NUL': [outputs({ 'a\0.csv': one }), /outputs\.a\\x00\.csv is no name of a file/],
  'itself for a file': [outputs({ 'run.json': one }), /is no name of a file/],
  'a file that is not there': [outputs({ 'x.csv': one }), /x\.csv: is missing, run\.json says 1 bytes/],
  'a negative size': [outputs({ 'x.csv': { ...one, bytes: -1 } }), /outputs\.x\.csv\.bytes must be at least 0, got -1/],
  'no digest': [outputs({ 'x.csv': { bytes: 1 } }), /outputs\.x\.csv\.sha256 is missing/],
  'a table cut short': [
    (run) => truncateSync(join(run, 'metrics.csv'), 500),
    /metrics\.csv: has 500 bytes, run\.json says \d+/,
  ],
  'a table with more': [
    (run) => appendFileSync(join(run, 'metrics.csv'), '1'),
    /has \d+ bytes, run\.json says \d+ .*--force.*verify/,
  ],
};

function nested(depth: number): object {
  return depth === 0 ? {} : { inner: nested(depth - 1) };
}

for (const [what, [damage, says]] of Object.entries(damages)) {
  test(`a damaged result is told of in a line, the other is read, and a run makes it again: ${what}`, async (t) => {
    const { experiment, run, other, again } = two(t);
    damage(run);
    const found = readableRuns(experiment);
    t.deepEqual(
      found.runs.map(({ folder }) => folder),
      [other],
    );
    t.is(found.problems.length, 1);
    const [{ where, message, hint }] = found.problems;
    t.true((where as { file: string }).file.startsWith(run));
    t.regex(`${(where as { file: string }).file}: ${message}; ${hint}`, says);
    t.false(/[\p{Cc}]/u.test(message));
    t.throws(() => readableRuns(run), { message: says });
    t.is(({} as { polluted?: boolean }).polluted, undefined);
    const [{ runs, problems }] = inventory(experiment);
    t.deepEqual([runs.map(({ record }) => record !== undefined), problems], [[false, true], found.problems]);
    t.deepEqual(litterIn(inventory(experiment)[0], true), [], 'nothing of it is removed');
    if (what === 'a folder') return;
    const redone = new Map((await again()).map((end) => [end.folder, end.redone?.because]));
    t.deepEqual([redone.get(run), redone.get(other)], ['damage', undefined]);
    t.is(readRecord(run).kind, 'record');
  });
}

test('what earlier versions wrote, and what a program that uses the library tells, is believed', async (t) => {
  const { run } = two(t);
  edit(({ build, spectrum, backend_details, ...rest }) => {
    const { field_evaluations, ...free } = rest['free'] as Record<string, unknown>;
    return { ...rest, free, environment: {}, of_a_later_version: 1 };
  })(run);
  t.is(readRecord(run).kind, 'record');
});

test('a run is not finished where there is no run.json, and where there is no folder', (t) => {
  const work = workspace(t);
  writeFileSync(join(work, 'file'), '');
  for (const path of ['.', 'nowhere', 'file']) t.deepEqual(readRecord(join(work, path)), { kind: 'absent' });
});

/** Everything that reads an experiment's results, as the problems that it tells of. */
const readers: Record<string, (experiment: string) => Promise<readonly unknown[]>> = {
  report: async (experiment) => (await writeReport(experiment)).problems,
  collect: async (experiment) => (await collect([experiment], 'metrics', { print: () => {} })).problems,
  diff: async (experiment) => (await differences(experiment, experiment, { rtol: 0, atol: 0 })).problems.slice(1),
};

for (const [reader, read] of Object.entries(readers)) {
  test(`${reader} does what it can, and tells of a table that was cut`, async (t) => {
    const { experiment, run } = two(t);
    truncateSync(join(run, 'metrics.csv'), 500);
    t.is((await read(experiment)).length, 1);
  });
}

test('figures are not drawn from a table that was cut, not even by who asks for it', async (t) => {
  const { experiment, run } = two(t);
  truncateSync(join(run, 'metrics.csv'), 500);
  await t.throwsAsync(drawFigures([run], [{ name: 'gap-over-time' }], join(experiment, 'figures')), {
    message: /metrics\.csv: has 500 bytes, run\.json says \d+ bytes/,
  });
});

/** Changes of metrics.csv that keep its size, or that run.json knows of. */
const tables: Record<string, readonly [(csv: Buffer) => Buffer, RegExp]> = {
  'a NUL': [(csv) => csv.fill(0, 400, 401), /is no text: it has a zero byte here/],
  'no UTF-8': [(csv) => csv.fill(0xff, 400, 401), /is not UTF-8 text/],
  'another header': [(csv) => Buffer.from(csv.toString().replace('step,', 'stop,')), /'stop' is out of place/],
  'columns in another order': [
    (csv) => Buffer.from(csv.toString().replace('step,time', 'time,step')),
    /'step' is out of place/,
  ],
  'a row too wide': [(csv) => Buffer.from(`${csv.toString()}${'1,'.repeat(20)}\n`), /has a row of 21 cells/],
};

for (const [what, [change, message]] of Object.entries(tables)) {
  test(`rows are refused where the table has ${what}`, async (t) => {
    const { run } = two(t);
    const csv = change(readFileSync(join(run, 'metrics.csv')));
    writeFileSync(join(run, 'metrics.csv'), csv);
    outputs({ 'metrics.csv': { ...one, bytes: csv.length } })(run);
    const found = readRecord(run);
    if (found.kind !== 'record') return t.fail();
    await t.throwsAsync(
      async () => {
        for await (const _ of rowsOf(found, 'metrics.csv'));
      },
      { message },
    );
  });
}

test('columns that an older program did not have are no damage', async (t) => {
  const { run } = two(t);
  const csv = readFileSync(join(run, 'metrics.csv'), 'utf8').replace(/,[^,\n]*$/gm, '');
  writeFileSync(join(run, 'metrics.csv'), csv);
  outputs({ 'metrics.csv': { ...one, bytes: csv.length } })(run);
  const found = readRecord(run) as { folder: string; record: RunRecord };
  for await (const { header } of rowsOf(found, 'metrics.csv')) t.is(header.at(-1), 'cosine');
});

const paths = [
  '../../x/metrics.csv',
  '/etc/passwd',
  'x',
  'x/y/z.csv',
  './metrics.csv',
  '../metrics.csv',
  'x/..',
  'x\0/m.csv',
];
const packages: [string, string][] = [
  ...paths.map((path): [string, string] => [path, JSON.stringify({ resources: [{ path }] })]),
  ['no JSON', '{'],
  ['null', 'null'],
  ['no list', '{"resources": {}}'],
];

for (const [what, contents] of packages) {
  test(`a data package is believed where its paths stay inside: ${what.replace('\0', '\\0')}`, async (t) => {
    const { experiment } = two(t);
    writeFileSync(join(experiment, 'datapackage.json'), contents);
    t.is(packagedRuns(experiment).folders, undefined);
    const { runs, problems } = readableRuns(experiment);
    t.deepEqual([runs.length, problems.length], [2, 1]);
    t.regex(problems[0].message, /is not used: every run that is in the folder counts/);
    t.deepEqual(litterIn(inventory(experiment)[0], true), []);
  });
}

test('a finished run of another build is done again, or taken where that is asked for', async (t) => {
  const { run, other, again } = two(t);
  const byFolder = (ends: readonly Finished[]) =>
    [run, other].map((folder) => {
      const { cached, redone, record } = ends.find((end) => end.folder === folder)!;
      return [cached, redone?.because, record.build];
    });
  for (const build of ['0123456789abcdef', undefined]) {
    edit((record) => ({ ...record, build }))(run);
    const taken = await again({ acceptBuild: true });
    t.deepEqual(byFolder(taken), [
      [true, undefined, build],
      [true, undefined, 'source'],
    ]);
    t.deepEqual(byFolder(await again()), [
      [false, 'build', 'source'],
      [true, undefined, 'source'],
    ]);
  }
});
