/** Batches and archives in the binary format of CIFAR-10, made up byte by byte. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { cifarArchive } from '../../src/data/cifar.js';
import { published } from '../../src/data/published.js';
import type { DataFile } from '../../src/data/source.js';
import { readTar } from '../../src/data/tar.js';
import { UserError } from '../../src/errors.js';
import { fetchSet } from '../../src/files/fetch-set.js';
import { plan } from '../../src/plan/plan.js';
import { workspace } from '../_support/cli.js';
import { complaint, numbersOf, reader, sourceOf } from '../_support/data.js';
import { serve, whole } from '../_support/server.js';

const PIXELS = 3072;

/** A header as POSIX has it, its checksum over spaces, and the contents up to whole blocks. */
function tarEntry(path: string, contents: Uint8Array, type = '0', prefix = ''): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write('0000644\0', 100);
  header.write(`${contents.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write('ustar\0' + '00', 257);
  header.write(prefix, 345);
  const sum = header.reduce((a, b) => a + b, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, contents, Buffer.alloc((512 - (contents.length % 512)) % 512)]);
}
const END = Buffer.alloc(1024);

/** Record i has label `labels[i]`, and pixels that tell batch, record, channel, row and column. */
const pixel = (batch: number, i: number, at: number) => (31 * batch + 7 * i + at) % 256;
const batchOf = (batch: number, labels: readonly number[]) =>
  Buffer.concat(
    labels.map((label, i) => Buffer.from([label, ...Array.from({ length: PIXELS }, (_, at) => pixel(batch, i, at))])),
  );

const folder = 'cifar-10-batches-bin';
const train = [batchOf(1, [3, 9]), batchOf(2, [0])];
const archive = gzipSync(
  Buffer.concat([
    tarEntry(`${folder}/`, Buffer.alloc(0), '5'),
    tarEntry('././@LongLink', Buffer.from('a name of a hundred letters'), 'L'),
    tarEntry(`${folder}/data_batch_2.bin`, train[1]),
    tarEntry('data_batch_1.bin', train[0], '0', folder),
    tarEntry(`${folder}/readme.html`, Buffer.from('<p>')),
    tarEntry(`${folder}/test_batch.bin`, batchOf(3, [7])),
    END,
  ]),
);
const file: DataFile = { set: 'cifar10', path: 'it.tar.gz' };

test('an archive comes from a server once, and is read: batches in their order, channel after channel', async (t) => {
  const real = published.find(({ name }) => name === 'cifar10')!;
  t.is(real.files[0].bytes, 170052171);
  const cache = workspace(t);
  const { url, requests } = await serve(t, { '/kriz/it.tar.gz': whole(archive) });
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const set = { ...real, mirrors: [`${url}/kriz/`], files: [{ path: 'it.tar.gz', bytes: archive.length, sha256 }] };
  for (let i = 0; i < 2; i++) await fetchSet(set, cache);
  t.deepEqual(requests, ['GET /kriz/it.tar.gz']);
  const bytes = readFileSync(join(cache, 'cifar10/it.tar.gz'));
  const { train: learned, test: tested } = cifarArchive(file).load(reader({ 'it.tar.gz': bytes }, 1000));
  t.deepEqual([learned.count, learned.inputs, learned.outputs, tested!.count], [3, PIXELS, 10, 1]);
  t.deepEqual(learned.planes, [3, 32, 32]);
  t.deepEqual([...learned.labels!, ...tested!.labels!], [3, 9, 0, 7]);
  t.deepEqual([learned.classes![3], learned.classes![9]], ['cat', 'truck']);
  const { x, y } = numbersOf(learned);
  for (const [row, [batch, i]] of [
    [1, 0],
    [1, 1],
    [2, 0],
  ].entries()) {
    t.true(x[row].every((value, at) => value === pixel(batch, i, at) / 255));
    t.is(y[row].indexOf(1), learned.labels![row]);
  }
});

testProp(
  'an archive or a batch cut anywhere is an error, or all that was asked for is there',
  [fc.nat()],
  (t, n) => {
    const plain = Buffer.concat([tarEntry('data_batch_1.bin', train[0]), tarEntry('test_batch.bin', train[1]), END]);
    const cut = n % plain.length;
    const said = complaint(() => cifarArchive(file).load(reader({ 'it.tar.gz': plain.subarray(0, cut) })));
    const ends = plain.length - END.length - ((512 - (train[1].length % 512)) % 512);
    if (cut < ends) t.regex(said, /is cut off: |has no (data|test)_batch/, `cut at ${cut}`);
    else t.is(said, 'no complaint');
    const packed = n % archive.length;
    t.not(
      complaint(() => cifarArchive(file).load(reader({ 'it.tar.gz': archive.subarray(0, packed) }))),
      'no complaint',
    );
  },
  { seed: 1987, numRuns: 100 },
);

const wrong: Record<string, [bytes: Uint8Array, message: RegExp]> = {
  'a batch that ends in a record': [
    Buffer.concat([tarEntry('data_batch_1.bin', train[0].subarray(0, 5000)), END]),
    /^it\.tar\.gz: data_batch_1\.bin is cut off: 5000 bytes, and an image of 3 × 32 × 32 and its label have 3073 \(1 have 3073, 2 have 6146\)$/,
  ],
  'an empty batch': [
    Buffer.concat([tarEntry('data_batch_1.bin', Buffer.alloc(0)), END]),
    /data_batch_1\.bin is empty, records of 3073 bytes are expected/,
  ],
  'a label of no class': [
    Buffer.concat([tarEntry('data_batch_1.bin', batchOf(1, [1, 10])), END]),
    /data_batch_1\.bin has label 10 in record 1, a class 0 … 9 is expected/,
  ],
  'an archive without batches': [
    Buffer.concat([tarEntry('notes', Buffer.from('x')), END]),
    /has no data_batch_1\.bin … among its 2 files/,
  ],
  'no archive': [Buffer.alloc(2000, 7), /is no tar archive/],
  'garbage behind a file': [
    Buffer.concat([tarEntry('data_batch_1.bin', train[0]), Buffer.alloc(600, 9)]),
    /is damaged: what should be a header at byte 7168 is none/,
  ],
};
for (const [what, [bytes, message]] of Object.entries(wrong)) {
  test(`${what} is refused, with what there is and what is expected`, (t) => {
    const withTest = Buffer.concat([
      bytes.length > 1024 ? bytes.subarray(0, -1024) : bytes,
      tarEntry('test_batch.bin', train[1]),
      END,
    ]);
    const given = /garbage|no archive/.test(what) ? bytes : withTest;
    t.regex(
      complaint(() => cifarArchive(file).load(reader({ 'it.tar.gz': given }))),
      message,
    );
  });
}

test('a tar is read as it was written, names of two fields and all', (t) => {
  const made = Buffer.concat([
    tarEntry('b', Buffer.from('bee'), '0', 'a/long/way'),
    tarEntry('c', Buffer.alloc(512, 1)),
  ]);
  t.deepEqual(
    [...readTar(made, 'it')].map(([path, bytes]) => [path, bytes.length]),
    [
      ['a/long/way/b', 3],
      ['c', 512],
    ],
  );
});

test('batches of one’s own feed a network of three channels; one cut short is told at its file', (t) => {
  const work = workspace(t);
  writeFileSync(join(work, 'a.bin'), train[0]);
  writeFileSync(join(work, 'b.bin.gz'), gzipSync(train[1]));
  writeFileSync(join(work, 'short.bin'), train[0].subarray(0, 6145));
  const planned = (data: string, layers: string) => {
    const lines = [
      'name: own',
      'protocol: relaxation',
      `network: {energy: hopfield, layers: ${layers}, activation: tanh}`,
    ];
    writeFileSync(join(work, 'spec.yaml'), [...lines, `data: ${data}`, ''].join('\n'));
    return plan(join(work, 'spec.yaml'));
  };
  const image = '[[3, 32, 32], {channels: 2, kernel: 5, stride: 9}, 10]';
  t.is(planned('{name: cifar, train: [a.bin, b.bin.gz], test: a.bin}', image).runs.length, 1);
  const complaints = (data: string, layers: string) =>
    t.throws(() => planned(data, layers), { instanceOf: UserError })!.message;
  t.regex(
    complaints('{name: cifar, train: [short.bin]}', image),
    /short\.bin: is cut off: 6145 bytes, .* 2 have 6146\)/,
  );
  // the file that it is, and not the first of them
  t.regex(complaints('{name: cifar, train: [a.bin, short.bin]}', image), /^\S*short\.bin: is cut off: /);
  t.regex(complaints('{name: cifar, train: [a.bin], test: short.bin}', image), /^\S*short\.bin: is cut off: /);
  t.regex(
    complaints('{name: cifar, train: [a.bin]}', '[[1, 32, 96], {channels: 2, kernel: 5}, 10]'),
    /images of 3 × 32 × 32 = 3072 inputs, the network has images of 1 × 32 × 96 = 3072 inputs/,
  );
  t.is(sourceOf({ name: 'cifar', train: ['a.bin'] }).tested, false);
});
