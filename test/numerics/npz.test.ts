import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { readNpy, writeNpy } from '../../src/numerics/npy.js';
import { readNpz, writeNpz } from '../../src/numerics/npz.js';
import { packageRoot } from '../../src/package.js';
import { zipOf } from '../_support/zip.js';

const matrix = { shape: [2, 3], data: Float64Array.of(1, -0, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 5e-324) };
const vector = { shape: [3], data: Float32Array.of(0.5, -1, 3) };
const bytes = { shape: [2], data: Uint8Array.of(7, 255) };

test('what is written is read back to the last bit, of every kind and shape', (t) => {
  t.deepEqual(readNpz(writeNpz({ W1: matrix, 'ep/particles': vector, meta: bytes })), {
    W1: matrix,
    'ep/particles': vector,
    meta: bytes,
  });
  fc.assert(
    fc.property(
      fc.array(fc.nat(4), { maxLength: 3 }),
      fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
      (shape, name) => {
        const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 7);
        t.deepEqual(readNpz(writeNpz({ [`a${name}`]: { shape, data } })), { [`a${name}`]: { shape, data } });
      },
    ),
    { seed: 1, numRuns: 50 },
  );
});

test('the same bytes whenever they are written, numbers on multiples of 64', (t) => {
  const file = writeNpz({ W1: matrix });
  t.deepEqual(writeNpz({ W1: matrix }), file);
  t.true(file.length > 0);
});

function said(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  return 'nothing';
}

const npy = writeNpy(matrix);
const W1 = { name: 'W1.npy', contents: npy };

test('archives are read as any program writes them: deflated, with large sizes, with a comment, with folders', (t) => {
  const expected = { W1: matrix, 'a/b': matrix };
  for (const deflate of [false, true])
    for (const large of [false, true]) {
      const entries = [W1, { ...W1, name: 'a/b.npy' }].map((entry) => ({ ...entry, deflate, large }));
      t.deepEqual(readNpz(zipOf(entries, { large, comment: 'PK made by hand' })), expected);
    }
  t.deepEqual(readNpz(zipOf([])), {});
});

const file = (name: string) => new Uint8Array(readFileSync(new URL(`test/numerics/files/${name}`, packageRoot)));

test('what NumPy has written is read: every real type, both byte orders, both orders of indices, all versions', (t) => {
  const { cube, scalar, neg, bool, ...types } = readNpz(file('types.npz'));
  t.is(Object.keys(types).length, 40);
  for (const [name, { shape, data }] of Object.entries(types)) {
    t.deepEqual([name, [...shape]], [name, [2, 3]]);
    t.deepEqual([name, [...data]], [name, [0, 1, 2, 3, 100, 5]]);
  }
  t.deepEqual([...bool.data], [0, 1, 1, 1, 0, 1]);
  t.deepEqual([[...cube.shape], [...cube.data]], [[2, 3, 4], Array.from({ length: 24 }, (_, i) => i)]);
  t.deepEqual([[...scalar.shape], [...scalar.data]], [[], [7]]);
  const [least, most] = [2 ** -24, 65504];
  t.deepEqual([...neg.data], [-1.5, -0, Infinity, -Infinity, NaN, least, most]);
  for (const { data } of Object.values(readNpz(file('versions.npz')))) t.deepEqual([...data], [0, 1, 2, 3, 100, 5]);
  const { W1: fortran } = readNpz(file('f07-fortran.npz'));
  t.deepEqual([...fortran.shape], [4, 3]);
  t.deepEqual([...readNpy(file('f16-single.npy'), 'it').shape], [4, 3]);
});

const patched = (from: string, to: string) =>
  Buffer.from(Buffer.from(npy).toString('latin1').replace(from, to), 'latin1');

const arrays: Record<string, [bytes: Uint8Array, said: RegExp]> = {
  'no array': [patched('\x93NUMPY', '\x93NUMPI'), /^it is no NumPy array \(\.npy\)$/],
  'an array cut off in its header': [npy.subarray(0, 30), /^it is cut off within its header$/],
  'an array cut off in its numbers': [npy.subarray(0, npy.length - 8), /^it has 40 bytes for 6 numbers of 8$/],
  'another version': [patched('Y\x01', 'Y\x09'), /^it is of version 9 of NumPy’s format, 1 to 3 are read$/],
  'a header that lies about its length': [patched('\x76\0', '\xff\xff'), /cut off within its header/],
  'a shape that lies': [patched('(2, 3)', '(2, 9)'), /^it has 48 bytes for 18 numbers of 8$/],
  'a shape beyond all numbers': [patched('(2, 3), }     ', '(99999999999), }').subarray(0, npy.length), /^it has/],
  'no header': [patched('descr', 'DESCR'), /header that is not NumPy’s/],
  'complex numbers': [patched("'<f8'", "'<c8'"), /^it holds complex numbers \(<c8\), real numbers are expected$/],
  'Python objects': [patched("'<f8'", "'|O' "), /^it holds Python objects \(\|O\)/],
  text: [patched("'<f8'", "'<U2'"), /^it holds text \(<U2\)/],
  bytes: [patched("'<f8'", "'|S8'"), /^it holds text \(\|S8\)/],
  dates: [patched("'<f8', ", "'<M8[s]'"), /^it holds dates/],
  'extended precision': [patched("'<f8', ", "'<f16', "), /^it holds numbers of extended precision \(<f16\)/],
  records: [patched("'<f8'", '[1]  '), /^it holds records/],
  'a number that no float64 is': [
    Buffer.concat([patched("'<f8'", "'<i8'").subarray(0, npy.length - 8), Buffer.from('0100000000002000', 'hex')]),
    /^it holds -?\d+, which no float64 is$/,
  ],
};

for (const [what, [bytes, expected]] of Object.entries(arrays))
  test(`${what}: refused by name`, (t) =>
    t.regex(
      said(() => readNpy(bytes, 'it')),
      expected,
    ));

const whole = zipOf([W1]);
const flipped = (at: number) => Uint8Array.from(whole, (byte, i) => (i === at ? byte ^ 1 : byte));
const zeros = { name: 'W1.npy', contents: new Uint8Array(1_000_000), deflate: true };

const archives: Record<string, [bytes: Uint8Array, said: RegExp]> = {
  'no archive': [Buffer.from('{"W1": [[1]]}'), /^is no \.npz archive, or is cut off/],
  'an archive cut off': [whole.subarray(0, whole.length - 30), /^is no \.npz archive, or is cut off/],
  'an archive without its beginning': [whole.subarray(20), /^is a damaged archive/],
  'a flipped bit': [
    flipped(npy.length),
    /^is a damaged archive: W1\.npy is not what was written \(its CRC-32 is another\)$/,
  ],
  'a flipped bit of somebody': [file('f03-bad-crc.npz'), /is not what was written \(its CRC-32 is another\)$/],
  'one stream of two gigabytes': [
    zipOf([{ ...zeros, says: { bytes: 2_000_000_000 } }]),
    /^unpacks to 2000000000 bytes, 1000000000 are read at most$/,
  ],
  'a stream longer than it says': [zipOf([{ ...zeros, says: { bytes: 100 } }]), /unpacks to more than 100 bytes$/],
  'a stream shorter than it says': [
    zipOf([{ ...zeros, says: { bytes: 2_000_000 } }]),
    /has 1000000 bytes, 2000000 are expected$/,
  ],
  'a stream that is none': [zipOf([{ ...W1, says: { method: 8 } }]), /W1\.npy (cannot be unpacked|has \d+ bytes)/],
  'entries that share their bytes': [
    zipOf(Array.from({ length: 300 }, (_, i) => ({ ...zeros, name: `${i}.npy`, says: { local: 0 } }))),
    /^is a damaged archive: \d+\.npy overlaps another entry$/,
  ],
  'many entries that fill a machine together': [
    zipOf(Array.from({ length: 300 }, (_, i) => ({ ...zeros, name: `${i}.npy`, says: { bytes: 10_000_000 } }))),
    /^unpacks to 3000000000 bytes/,
  ],
  'another method': [zipOf([{ ...W1, says: { method: 12 } }]), /packed by method 12, which is not read/],
  'an encrypted entry': [zipOf([{ ...W1, says: { flags: 1 } }]), /^W1\.npy is encrypted$/],
  'an entry outside': [
    zipOf([{ ...W1, says: { local: 999_999 } }]),
    /^is a damaged archive: a place that it names is not in it$/,
  ],
  'a name twice': [zipOf([W1, W1]), /^has two arrays of the name W1$/],
  'a file of PyTorch': [
    zipOf([{ name: 'archive/data.pkl', contents: Buffer.from('\x80\x02}') }]),
    /no NumPy array .*PyTorch/,
  ],
};

for (const [what, [bytes, expected]] of Object.entries(archives))
  test(`${what}: refused`, (t) =>
    t.regex(
      said(() => readNpz(bytes)),
      expected,
    ));

test('NumPy reads it, where there is NumPy', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'eprbp-npz-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a.npz');
  writeFileSync(file, writeNpz({ W1: matrix, v: vector }));
  const script = `import numpy, sys
a = numpy.load(sys.argv[1])
print(a['W1'].dtype, a['W1'].shape, repr(float(a['W1'][0, 2])), a['v'].dtype, a['v'].tolist())`;
  try {
    const said = execFileSync('python3', ['-c', script, file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    t.is(said.trim(), 'float64 (2, 3) 0.1 float32 [0.5, -1.0, 3.0]');
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    if (code !== 'ENOENT' && !/No module named 'numpy'/.test(String(stderr))) throw error;
    t.log('no Python with NumPy here: not read by it');
    t.pass();
  }
});
