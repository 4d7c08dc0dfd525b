/** Files of parameters, by what they hold and not by what they are called. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { stringify } from 'yaml';
import { writeNpz } from '../../src/numerics/npz.js';
import { packageRoot } from '../../src/package.js';
import { plan } from '../../src/plan/plan.js';
import type { Plan } from '../../src/plan/run-plan.js';
import { quick } from '../_support/cli.js';
import { complaint } from '../_support/data.js';

const folder = mkdtempSync(join(tmpdir(), 'eprbp-parameters-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const field = (name: string) => fileURLToPath(new URL(`test/numerics/files/${name}`, packageRoot));
let count = 0;

function planWith(layers: readonly number[], contents: string | Uint8Array, name: string): Plan {
  writeFileSync(join(folder, name), contents);
  const spec = join(folder, `spec-${count++}.yaml`);
  writeFileSync(spec, stringify({ ...quick, network: { ...quick.network, layers, parameters: { file: name } } }));
  return plan(spec);
}

const W1 = { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) };
const b1 = { shape: [3], data: Float64Array.of(1, 2, 3) };

test('an archive is read whatever it is called, in Fortran order too', (t) => {
  t.is(planWith([2, 3], writeNpz({ W1, b1 }), 'weights.json').runs.length, 1);
  t.is(planWith([4, 3, 2], readFileSync(field('f07-fortran.npz')), 'weights').runs.length, 1);
});

test('a shape that fits transposed is said so', (t) => {
  t.regex(
    complaint(() => planWith([3, 2], writeNpz({ W1, b1: { shape: [2], data: Float64Array.of(1, 2) } }), 'p.npz')),
    /p\.npz: parameter W1 must be 3 × 2, got 2 × 3; its transpose would fit$/,
  );
  t.regex(
    complaint(() => planWith([2, 3], '{"W1": [[1, 2, 3], [4, 5, 6]], "b1": [[1], [2], [3]]}', 'p.json')),
    /p\.json:1:\d+: parameter b1 must be 3 numbers, got 3 × 1; its transpose would fit$/,
  );
  t.regex(
    complaint(() => planWith([2, 3], writeNpz({ W1: { ...W1, shape: [1, 2, 3] }, b1 }), 'p.npz')),
    /parameter W1 must be 2 × 3, got 1 × 2 × 3$/,
  );
});

test('filters of another shape are told the order of their indices, and how that of another library is turned into it', (t) => {
  const [out, into, height, width] = [2, 3, 4, 5];
  const spec = (contents: Uint8Array | string) => {
    writeFileSync(join(folder, 'filters'), contents);
    const layers = [[into, 9, 9], { channels: out, kernel: 3 }, 2];
    const network = { energy: 'hopfield', layers, activation: 'tanh', parameters: { file: 'filters' } };
    writeFileSync(join(folder, 'filters.yaml'), stringify({ ...quick, network }));
    return complaint(() => plan(join(folder, 'filters.yaml')));
  };
  const archive = (shape: readonly number[]) =>
    spec(writeNpz({ W1: { shape, data: new Float64Array(shape.reduce((a, b) => a * b)) } }));
  const said = /W1 must be 2 × 3 × 3 × 3, got /;
  for (const [shape, hint] of [
    [[3, 3, into, out], /these are \[height\]\[width\]\[in\]\[out\]: numpy\.transpose\(w, \(3, 2, 0, 1\)\)/],
    [[into, out, 3, 3], /these are \[in\]\[out\]\[height\]\[width\]: numpy\.transpose\(w, \(1, 0, 2, 3\)\)/],
    [[out, into, height, width], /its indices are \[out\]\[in\]\[height\]\[width\]\n/],
    [[out, into * 9], /its indices are \[out\]\[in\]\[height\]\[width\]\n/],
  ] as const) {
    t.regex(archive(shape), said);
    t.regex(archive(shape), hint);
  }
  const plane = [
    [1, 2, 3],
    [1, 2, 3],
    [1, 2],
  ];
  t.regex(
    spec(JSON.stringify({ W1: [[plane, plane], [plane]] })),
    /got uneven lists: W1\[0\]\[0\] is 3 rows of 2 and 3 numbers/,
  );
});

const refused: Record<string, [contents: string | Uint8Array, said: RegExp]> = {
  'one array': [readFileSync(field('f16-single.npy')), /is one NumPy array \(\.npy\), .*; save them by numpy\.savez/],
  'a flipped bit': [readFileSync(field('f03-bad-crc.npz')), /is a damaged archive: .*CRC-32/],
  'an image': [Buffer.from('\x89PNG\r\n', 'latin1'), /is a PNG image, not parameters$/],
  gzip: [gzipSync('{}'), /is a gzip file, not parameters$/],
  'a list': ['[1, 2]', /must be a map of tensors/],
  'JSON cut off': ['{"W1": [[1, 2], [3', /:1:\d+: a bracket is opened and never closed/],
  'deep nesting': [`{"W1": ${'['.repeat(1e5)}${']'.repeat(1e5)}}`, /nested more than 100 deep/],
};

for (const [what, [contents, said]] of Object.entries(refused)) {
  test(`${what} in place of parameters is named`, (t) => {
    t.regex(
      complaint(() => planWith([4, 3, 2], contents, `${what}.dat`)),
      said,
    );
    t.regex(
      complaint(() => planWith([4, 3, 2], contents, `${what}.dat`)),
      new RegExp(`^.*${what}\\.dat`),
    );
  });
}
