/** Parameters under other names: of a state_dict of PyTorch, or of any file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parse, stringify } from 'yaml';
import { tensor } from '../../src/model/tensor.js';
import { writeNpz } from '../../src/numerics/npz.js';
import { plan } from '../../src/plan/plan.js';
import { relocate } from '../../src/run/folder.js';
import { isOfAgent } from '../../src/spec/schema.js';
import { mapped } from '../../src/spec/tensor-map.js';
import { quick } from '../_support/cli.js';
import { complaint } from '../_support/data.js';

const folder = mkdtempSync(join(tmpdir(), 'eprbp-map-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Arrays of single precision, each number another. */
function arrays(shapes: Shapes) {
  let next = 0;
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, data: Float32Array.from({ length: count }, () => ++next / 7) }];
    }),
  );
}

let count = 0;

/** The run of a network 2-3-1 with parameters from a file. */
function planned(contents: string | Uint8Array, map: unknown, rest: object = {}) {
  const name = `p${count}.${typeof contents === 'string' ? 'json' : 'npz'}`;
  writeFileSync(join(folder, name), contents);
  const spec = join(folder, `s${count++}.yaml`);
  const network = {
    ...quick.network,
    layers: [2, 3, 1],
    parameters: { file: name, ...(map !== undefined && { map }) },
  };
  writeFileSync(spec, stringify({ ...quick, ...rest, network }));
  return plan(spec).runs[0];
}

/** θ as a nested list, of weights [out][in] as PyTorch has them. */
const weight = { first: [2, 3, 4].map((k) => [Math.fround(k / 7), Math.fround(k / 9)]), second: [[1, 2, 3]] };
const bias = { first: [5, 6, 7], second: [8] };
const ours = {
  W1: [0, 1].map((i) => weight.first.map((row) => row[i])),
  b1: bias.first,
  W2: [[1], [2], [3]],
  b2: bias.second,
};

const pairs = (first: string, second: string): Record<string, unknown> => ({
  [`${first}weight`]: weight.first,
  [`${first}bias`]: bias.first,
  [`${second}weight`]: weight.second,
  [`${second}bias`]: bias.second,
});
const reversed = (map: Record<string, unknown>) => Object.fromEntries(Object.entries(map).reverse());

const named: Record<string, Record<string, unknown>> = {
  'of a Sequential': pairs('0.', '2.'),
  'of a list of layers': pairs('layers.0.', 'layers.1.'),
  'of attributes': pairs('fc1.', 'fc2.'),
  'of attributes of other names, in the order of the file': pairs('hidden.', 'decoder.'),
  'of a wrapped model': pairs('module.fc1.', 'module.fc2.'),
  'in another order, numbered': reversed(pairs('fc1.', 'fc2.')),
  'in the order of their letters, where that is not that of their numbers': reversed(pairs('net.9.', 'net.10.')),
};

for (const [what, tensors] of Object.entries(named))
  test(`a state_dict ${what} is read, weights turned round`, (t) => {
    t.deepEqual(planned(JSON.stringify(tensors), 'torch').parameters?.tensors, ours);
  });

test('an archive of single precision, as numpy.savez writes it, into a network of either precision', (t) => {
  const file = writeNpz(arrays({ '0.weight': [3, 2], '0.bias': [3], '2.weight': [1, 3], '2.bias': [1] }));
  for (const precision of ['float64', 'float32']) {
    const { W1, b2 } = planned(file, 'torch', { precision }).parameters!.tensors;
    t.deepEqual(
      W1,
      [0, 1].map((i) => [0, 1, 2].map((j) => Math.fround((2 * j + i + 1) / 7))),
    );
    t.deepEqual(b2, [Math.fround(13 / 7)]);
  }
});

test('a map names each tensor, turned round or not; what it does not name has its own name', (t) => {
  const { tensors } = planned(JSON.stringify({ ...pairs('a.', 'b.'), W2: ours.W2, extra: [1] }), {
    W1: { name: 'a.weight', transpose: true },
    b1: 'a.bias',
    b2: 'b.bias',
  }).parameters!;
  t.deepEqual(tensors, ours);
});

test('weights of a convolution stay as they are', (t) => {
  const tensors = [
    tensor({ name: 'W1', kind: 'input', shape: [1, 1, 1, 2], layer: 1 }),
    tensor({ name: 'b1', kind: 'bias', shape: [1], layer: 1 }),
    tensor({ name: 'W2', kind: 'coupling', shape: [2, 1], layer: 2 }),
    tensor({ name: 'b2', kind: 'bias', shape: [1], layer: 2 }),
  ];
  const from = { 'conv.weight': [[[[1, 2]]]], 'conv.bias': [3], 'fc.weight': [[4, 5]], 'fc.bias': [6] };
  const locate = () => ({ file: 'p.json' });
  const { given } = mapped({ given: { tensors: from, digest: 'd' }, locate }, 'torch', tensors, locate);
  t.deepEqual(given.tensors, { W1: [[[[1, 2]]]], b1: [3], W2: [[4], [5]], b2: [6] });
});

test('a run is another where its map is, and the same spec elsewhere is the same run', (t) => {
  const tensors = { ...pairs('fc1.', 'fc2.'), W1: ours.W1, b1: ours.b1, W2: ours.W2, b2: ours.b2 };
  const maps = [undefined, {}, { b1: 'fc1.bias' }, { W1: { name: 'fc1.weight', transpose: true } }];
  const hashes = maps.map((map) => {
    const file = { ...tensors };
    if (map === undefined)
      for (const name of Object.keys(pairs('fc1.', 'fc2.'))) delete (file as Record<string, unknown>)[name];
    return planned(JSON.stringify(file), map).hash;
  });
  t.is(new Set(hashes).size, maps.length);
  const run = planned(JSON.stringify(pairs('fc1.', 'fc2.')), 'torch');
  t.false(isOfAgent(run.spec));
  const moved = relocate(run.spec, folder, join(folder, 'deep/er'));
  t.like(parse(stringify(moved)), { network: { parameters: { file: `../../p${count - 1}.json`, map: 'torch' } } });
  t.is(planned(JSON.stringify(pairs('fc1.', 'fc2.')), 'torch').hash, run.hash);
});

const bad: Record<string, [tensors: Record<string, unknown>, map: unknown, said: RegExp]> = {
  'a state_dict without a map': [
    pairs('fc1.', 'fc2.'),
    undefined,
    /p\d+\.json:1:\d+: unknown parameter 'fc1\.weight'; expected W1, b1, W2, b2; .*; of a state_dict of PyTorch: write map: torch$/m,
  ],
  'another number of layers': [
    { ...pairs('fc1.', 'fc2.'), 'fc3.weight': [[1]], 'fc3.bias': [1] },
    'torch',
    /s\d+\.yaml:\d+:\d+: map: the network has 2 layers, the file 3: fc1\.weight, fc2\.weight, fc3\.weight; or name each/,
  ],
  'no weights at all': [{ a: [1] }, 'torch', /the network has 2 layers, the file 0: none with weights/],
  'a layer of another width': [
    { ...pairs('fc1.', 'fc2.'), 'fc2.weight': [[1, 2, 3, 4]] },
    'torch',
    /p\d+\.json:1:\d+: parameter fc2\.weight, which is W2, must be 1 × 3, got 1 × 4$/,
  ],
  'weights the other way round': [
    { ...pairs('fc1.', 'fc2.'), 'fc1.weight': ours.W1 },
    'torch',
    /parameter fc1\.weight, which is W1, must be 3 × 2, got 2 × 3; its transpose would fit$/,
  ],
  'no bias': [
    { 'fc1.weight': weight.first, 'fc2.weight': weight.second, 'fc2.bias': [1] },
    'torch',
    /missing parameter 'b1' \(3 numbers\)$/,
  ],
  'a norm between the layers': [
    { ...pairs('fc1.', 'fc2.'), 'norm.weight': [1, 1, 1], 'norm.running_mean': [0, 0, 0] },
    'torch',
    /p\d+\.json:1:\d+: 'norm\.weight' is no weight and no bias of a layer of the network; leave it out[\s\S]*'norm\.running_mean' is/,
  ],
  'a number that is none': [
    {
      ...pairs('fc1.', 'fc2.'),
      'fc1.weight': [
        [1, 2],
        [3, 4],
        [5, 'six'],
      ],
    },
    'torch',
    /p\d+\.json:1:\d+: W1\[1\]\[2\] must be a finite number, got 'six'$/,
  ],
  'a name that the file has not': [
    { ...pairs('fc1.', 'fc2.') },
    { W1: 'fc1.wieght' },
    /s\d+\.yaml:\d+:\d+: map: the file has no tensor 'fc1\.wieght'; did you mean 'fc1\.weight'\?$/,
  ],
  'a name that the network has not': [
    { ...pairs('fc1.', 'fc2.') },
    { W3: 'fc1.weight' },
    /s\d+\.yaml:\d+:\d+: map: unknown parameter 'W3'; did you mean 'W1'\?$/,
  ],
  'a tensor that nobody gives': [
    { ...pairs('fc1.', 'fc2.'), W1: ours.W1 },
    { b1: 'fc1.bias' },
    /missing parameter 'W2' \(3 × 1\); left over in the file: fc1\.weight, fc2\.weight, fc2\.bias$/m,
  ],
  'a map without a turn': [
    { ...pairs('fc1.', 'fc2.') },
    { W1: 'fc1.weight', b1: 'fc1.bias', W2: 'fc2.weight', b2: 'fc2.bias' },
    /parameter fc1\.weight, which is W1, must be 2 × 3, got 3 × 2; its transpose would fit: write \{name: fc1\.weight, transpose: true\}/,
  ],
  'a table that is none': [
    { ...pairs('fc1.', 'fc2.'), 'fc1.weight': [[1, 2], [3], [4, 5]] },
    'torch',
    /parameter fc1\.weight, which is W1, must be 3 × 2, got 3 rows of 1 and 2 numbers$/,
  ],
};

for (const [what, [tensors, map, said]] of Object.entries(bad))
  test(`${what} is told, with what is got and expected`, (t) => {
    t.regex(
      complaint(() => planned(JSON.stringify(tensors), map)),
      said,
    );
  });

test('a network whose layers are no such is told to name each', (t) => {
  const tensors = [
    tensor({ name: 'W', kind: 'coupling', shape: [2, 2], layer: 1 }),
    tensor({ name: 'U', kind: 'input', shape: [2, 2], layer: 1 }),
    tensor({ name: 'b', kind: 'bias', shape: [2], layer: 1 }),
  ];
  const locate = () => ({ file: 's.yaml', line: 3, column: 5 });
  const source = { given: { tensors: {}, digest: 'd' }, locate };
  t.is(
    complaint(() => mapped(source, 'torch', tensors, locate)),
    's.yaml:3:5: map: torch is for layers with one tensor of weights each; write map: {W: …, U: …, b: …}',
  );
});
