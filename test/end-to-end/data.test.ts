/** Data from files in specs: found from the spec, read when planned, part of a run's identity, and told when it is bad. */
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { parse } from 'yaml';
import { csvIn, eprbp, filesIn, quick, recordIn, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { idxBytes, realData } from '../_support/data.js';
import { inProcess, runHere } from '../_support/in-process.js';

const network = { energy: 'hopfield', layers: [4, 5, 2], activation: 'tanh' };
const images = idxBytes(
  [6, 2, 2],
  Array.from({ length: 24 }, (_, i) => (i * 37) % 256),
);
const labels = idxBytes([6], [0, 1, 1, 0, 1, 0]);
const csv = Array.from({ length: 6 }, (_, i) => `${i},${(i * 7) % 5},${i % 3},${(i * i) % 7},${i % 2}\n`).join('');
const idxData = { name: 'idx', train: { images: '../data/x.gz', labels: '../data/y' } };
const csvData = { name: 'csv', train: '../data/a.csv', scale: 16 };

/** A spec in specs/ beside files in data/. */
function prepared(work: string, change: object): string {
  mkdirSync(join(work, 'data'), { recursive: true });
  writeFileSync(join(work, 'data/x.gz'), gzipSync(images));
  writeFileSync(join(work, 'data/y'), labels);
  writeFileSync(join(work, 'data/a.csv'), csv);
  return writeSpec(join(work, 'specs'), { ...quick, network, ...change });
}

for (const [what, data] of Object.entries({ idx: idxData, csv: csvData })) {
  test(`${what}: the resolved spec finds its files, and is the same run`, async (t) => {
    const work = workspace(t);
    const first = await inProcess('run', '--out', join(work, 'results'), prepared(work, { data }));
    t.is(first.code, 0, first.stderr);
    const [run] = runsIn(join(work, 'results/quick'));
    const again = await inProcess('run', join(run, 'spec.yaml'), '--out', join(work, 'again'));
    t.is(again.code, 0, again.stderr);
    const [same] = runsIn(join(work, 'again/quick'));
    t.is(recordIn(same).hash, recordIn(run).hash);
    t.is(readFileSync(join(same, 'metrics.csv'), 'utf8'), readFileSync(join(run, 'metrics.csv'), 'utf8'));
  });

  test(`${what}: the contents of files are part of a run's identity, their places are not`, async (t) => {
    const work = workspace(t);
    const spec = prepared(work, { data });
    const hash = async (file: string) =>
      (await inProcess('plan', '--out', join(work, 'results'), file)).stdout.match(/run-[0-9a-f]{8}/)?.[0];
    const base = await hash(spec);
    t.truthy(base);
    renameSync(join(work, 'data'), join(work, 'moved'));
    const text = readFileSync(spec, 'utf8');
    writeFileSync(spec, text.replaceAll('../data/', '../moved/'));
    t.is(await hash(spec), base);
    if (what === 'idx') writeFileSync(join(work, 'moved/y'), idxBytes([6], [1, 1, 1, 0, 1, 0]));
    else appendFileSync(join(work, 'moved/a.csv'), '9,9,9,9,1\n');
    const changed = await hash(spec);
    t.truthy(changed);
    t.not(changed, base);
  });

  test(`${what}: examples and a split are keys like any other, and can be swept`, async (t) => {
    const work = workspace(t);
    const spec = prepared(work, { data: { ...data, split: { test: 2 } }, sweep: { 'data.examples': [1, 2, 4] } });
    t.deepEqual((await runHere(spec, join(work, 'results'))).failed, []);
    const runs = runsIn(join(work, 'results/quick'));
    t.is(runs.length, 3);
    const { data: resolved } = parse(readFileSync(join(runs[0], 'spec.yaml'), 'utf8')) as { data: object };
    t.like(resolved, { split: { test: 2, seed: 1 } });
  });
}

test('every protocol takes the training set whole, in its order, as targets of one hot', async (t) => {
  const work = workspace(t);
  const change = { data: { ...idxData, examples: 3 }, record: { free_state: true } };
  const inline = {
    name: 'inline',
    x: [0, 1, 2].map((i) => [...images.subarray(16 + 4 * i, 20 + 4 * i)].map((byte) => byte / 255)),
    y: [...labels.subarray(8, 11)].map((label) => (label === 0 ? [1, 0] : [0, 1])),
  };
  const protocols: Record<string, object> = {
    equivalence: {},
    gradient: { engines: [quick.engines[0], { id: 'rbp', name: 'rbp', method: 'direct' }] },
    relaxation: { engines: undefined, reference: undefined },
  };
  for (const [protocol, more] of Object.entries(protocols)) {
    const rows = await Promise.all(
      [change.data, inline].map(async (data, i) => {
        const spec = prepared(join(work, `${protocol}${i}`), { ...change, ...more, protocol, data });
        const { code, stderr } = await inProcess('run', '--out', join(work, `${protocol}${i}`, 'results'), spec);
        t.is(code, 0, stderr);
        const [run] = runsIn(join(work, `${protocol}${i}`, 'results/quick'));
        return [csvIn(run, 'metrics.csv'), csvIn(run, 'free_state.csv')];
      }),
    );
    t.deepEqual(rows[0], rows[1], protocol);
  }
});

const bad: Record<string, [change: object, expected: RegExp, files?: Record<string, Uint8Array | string>]> = {
  'a missing file': [
    { data: { ...idxData, train: { ...idxData.train, labels: '../data/z' } } },
    /error .*spec\.yaml:\d+:\d+: data file .*data\/z: no such file/,
  ],
  'a folder': [
    { data: { ...csvData, train: '../data' } },
    /spec\.yaml:\d+:\d+: data file .*data: is a directory, not a file/,
  ],
  'a set that is not fetched': [
    { data: 'kmnist' },
    /spec\.yaml:\d+:\d+: data: kmnist is not in the cache \(.*\); fetch it with 'eprbp data fetch kmnist'/,
  ],
  'images of another size': [
    { data: idxData, network: { ...network, layers: [9, 5, 2] } },
    /spec\.yaml:\d+:\d+: data: an example has images of 2 × 2 = 4 inputs, the network has 9/,
  ],
  'too few outputs': [
    { data: csvData, network: { ...network, layers: [4, 5, 1] } },
    /spec\.yaml:\d+:\d+: data: there are 2 classes, the network has 1 outputs/,
  ],
  'a synthetic set of another size': [
    { data: { name: 'digits-synthetic', side: 14 } },
    /spec\.yaml:\d+:\d+: data: digits-synthetic has 196 inputs, the network has 4\n.*digits-synthetic has 10 classes, the network has 2 outputs/,
  ],
  'a test set and a split': [
    { data: { ...csvData, test: '../data/a.csv', split: { test: 1 } } },
    /spec\.yaml:\d+:\d+: data: test and split\.test exclude each other/,
  ],
  'a split of everything': [
    { data: { ...csvData, split: { test: 6 } } },
    /spec\.yaml:\d+:\d+: data: split keeps 6 examples for the test, of 6: none are left to train on/,
  ],
  'more examples than there are': [
    { data: { ...csvData, split: { test: 2 }, examples: 5 } },
    /spec\.yaml:\d+:\d+: data: examples asks for 5, the training set has 4/,
  ],
  'a file that is cut off': [
    { data: idxData },
    /data\/y: is cut off: 12 bytes, 6 numbers and the header have 14/,
    { y: labels.subarray(0, 12) },
  ],
  'another file': [{ data: idxData }, /data\/y: is no IDX file: it starts with 25504446/, { y: '%PDF-1.4' }],
  'counts that disagree': [
    { data: idxData },
    /data\/y: holds 5 labels for the 6 images of .*x\.gz/,
    { y: idxBytes([5], [0, 1, 0, 1, 0]) },
  ],
  'a label out of range': [
    { data: { ...idxData, classes: 2 } },
    /data\/y: label 2 is 9, there are the classes 0 … 1/,
    { y: idxBytes([6], [0, 1, 9, 0, 1, 0]) },
  ],
  'a ragged line': [
    { data: csvData },
    /data\/a\.csv:2: has 4 cells, the first line has 5/,
    { 'a.csv': '1,2,3,4,0\n1,2,3,4\n' },
  ],
  'a cell that is no number': [
    { data: csvData },
    /data\/a\.csv:2: column 3 must be a number, got '\?'/,
    { 'a.csv': '1,2,3,4,0\n1,2,?,4,1\n' },
  ],
  'an empty file': [{ data: csvData }, /data\/a\.csv: is empty/, { 'a.csv': '' }],
  'a misspelt option': [{ data: { ...csvData, lable: 1 } }, /unknown key 'data\.lable'; did you mean 'label'\?/],
};

for (const [what, [change, expected, files]] of Object.entries(bad)) {
  test(`${what} is exit 2, and nothing is written`, async (t) => {
    const work = workspace(t);
    const spec = prepared(work, change);
    for (const [file, bytes] of Object.entries(files ?? {})) writeFileSync(join(work, 'data', file), bytes);
    const before = filesIn(work);
    const { code, stdout, stderr } = await inProcess('run', '--out', join(work, 'results'), spec);
    t.is(code, 2, stderr);
    t.is(stdout, '');
    t.regex(stderr, expected);
    t.notRegex(stderr, /\n\s+at /);
    t.deepEqual(filesIn(work), before);
  });
}

test('inputs that say nothing and classes that do not occur are warned of, where the whole set is used', async (t) => {
  const work = workspace(t);
  const spec = prepared(work, { data: csvData, network: { ...network, layers: [3, 5, 2] } });
  writeFileSync(join(work, 'data/a.csv'), '1,0,5,0\n2,0,5,1\n3,0,5,1\n');
  const { code, stderr } = await inProcess('plan', '--out', join(work, 'results'), spec);
  t.is(code, 0, stderr);
  t.regex(stderr, /warning quick: data: 2 of 3 inputs are the same in every example: 1, 2 \(from 0\)\n/);
  t.is(
    (await inProcess('plan', '--out', join(work, 'results'), spec, '-s', 'data.image=[1, 3]')).stderr.match(
      /1 of 3 inputs/g,
    )?.length,
    1,
    'a margin may be 0',
  );
  t.is((await inProcess('plan', '--out', join(work, 'results'), spec, '-s', 'data.examples=2')).stderr, '');
  const idx = prepared(work, { data: { ...idxData, classes: 3 }, network: { ...network, layers: [4, 5, 3] } });
  t.regex(
    (await inProcess('plan', '--out', join(work, 'results'), idx)).stderr,
    /warning quick: data: no example of the training set is of class 2\n/,
  );
});

test('60,000 images of 784 bytes are read, checked and used within 250 MB', async (t) => {
  const work = workspace(t);
  const spec = prepared(work, {
    protocol: 'relaxation',
    engines: undefined,
    reference: undefined,
    network: { ...network, layers: [784, 20, 10] },
    data: { name: 'idx', train: { images: 'x', labels: 'y' }, split: { test: 59_990 } },
  });
  const file = openSync(join(work, 'specs/x'), 'w');
  writeSync(file, idxBytes([60_000, 28, 28], []));
  const part = Uint8Array.from({ length: 784 * 600 }, (_, i) => (i * i) % 251);
  for (let i = 0; i < 100; i++) writeSync(file, part);
  closeSync(file);
  writeFileSync(
    join(work, 'specs/y'),
    idxBytes(
      [60_000],
      Uint8Array.from({ length: 60_000 }, (_, i) => i % 10),
    ),
  );
  const { code, stderr } = await eprbp(work, 'run', spec);
  t.is(code, 0, stderr);
  const [run] = runsIn(join(work, 'results/quick'));
  const peak = Number(recordIn(run).environment['peak_rss_bytes']) / 1e6;
  t.log(`peak ${peak.toFixed(0)} MB`);
  t.true(peak < 250, `peak ${peak.toFixed(0)} MB`);
});

test('the digits of MNIST, where this machine has them, give gradients on which EP and RBP agree', async (t) => {
  const [x, y] = ['images-idx3', 'labels-idx1'].map((what) => realData(`mnist-test/t10k-${what}-ubyte.gz`));
  if (x === undefined || y === undefined) {
    t.log('MNIST is not on this machine: set EPRBP_TEST_DATA');
    t.pass();
    return;
  }
  const work = workspace(t);
  copyFileSync(x, join(work, 'x'));
  copyFileSync(y, join(work, 'y'));
  const spec = writeSpec(work, {
    ...quick,
    network: { ...network, layers: [784, 20, 10], init: { name: 'glorot-uniform', gain: 0.5 } },
    data: { name: 'idx', train: { images: 'x', labels: 'y' }, split: { test: 2000 }, examples: 20 },
    free: { step: 0.1, tolerance: 1e-13 },
    engines: [{ id: 'ep', name: 'ep', nudging: 'exact' }, quick.engines[1]],
    assert: [{ engine: 'ep', quantity: 'state', column: 'error_scaled', max: 1e-9 }],
  });
  const { code, stdout, stderr } = await eprbp(work, 'run', spec);
  t.is(code, 0, stdout + stderr);
});
