import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { readNpz, writeNpz } from '../../src/numerics/npz.js';

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

test('what is no archive, or holds something else, is refused', (t) => {
  const read = (broken: Uint8Array) => t.throws(() => readNpz(broken), { instanceOf: RangeError })!.message;
  t.regex(read(new TextEncoder().encode('{"W1": [[1]]}')), /^is no \.npz archive/);
  const whole = Buffer.from(writeNpz({ W1: matrix }));
  t.regex(read(whole.subarray(0, whole.length - 30)), /^is no \.npz archive/);
  const patched = (from: string, to: string) => Buffer.from(whole.toString('latin1').replace(from, to), 'latin1');
  t.regex(read(patched('\x93NUMPY', '\x93NUMPI')), /W1\.npy is not in NumPy’s format 1\.0/);
  t.regex(read(patched("'<f8'", "'<c8'")), /must hold <f8, <f4 or \|u1 in C order, got .*'<c8'/);
  t.regex(read(patched('(2, 3)', '(2, 9)')), /W1\.npy has 48 bytes for 18 numbers of 8/);
});

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
