/** THE list of what is read: with what is right, how it is made wrong, and who reads it. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse, stringify } from 'yaml';
import { datasetNamed } from '../../src/cli/inspected.js';
import { RunError, UserError } from '../../src/errors.js';
import { buildOwn } from '../../src/figure/own.js';
import { openSource } from '../../src/figure/source.js';
import { foundRuns } from '../../src/metrics/found.js';
import { readRows } from '../../src/metrics/read.js';
import { dataPackage } from '../../src/metrics/sidecar.js';
import { layered } from '../../src/model/layered.js';
import { writeNpy } from '../../src/numerics/npy.js';
import { writeNpz } from '../../src/numerics/npz.js';
import type { Random } from '../../src/numerics/random.js';
import { plan } from '../../src/plan/plan.js';
import { checkpointBytes, readCheckpoint } from '../../src/run/checkpoint.js';
import { collect } from '../../src/run/collect.js';
import { differences } from '../../src/run/diff.js';
import { inventory } from '../../src/run/inventory.js';
import { holderOf, LOCK_FOLDER, sweepLocks } from '../../src/run/lock.js';
import { runExperiment } from '../../src/run/schedule.js';
import { verifyFiles } from '../../src/run/verify.js';
import { parseOverride } from '../../src/spec/overrides.js';
import { readParameterFile } from '../../src/spec/parameter-file.js';
import { parameterIssues } from '../../src/spec/parameters.js';
import { mapped } from '../../src/spec/tensor-map.js';
import { quick, root } from '../_support/cli.js';
import { idxBytes } from '../_support/data.js';
import { bench, small, trainBench, trained } from '../_support/train.js';
import { zipOf } from '../_support/zip.js';
import { below, changedBytes, changedText, changedTree, oddKey, oddValue, oneOf } from './mutate.js';

export interface Reader {
  /** How often it is tried, of the sum of all. */
  readonly weight: number;
  /** Where the file lies that it reads, in the folder of the fuzzer. */
  readonly file: string;
  /** Something wrong. */
  make(random: Random): string | Uint8Array;
  /** Reads it. @throws UserError with places, RunError */
  read(path: string, random: Random): unknown;
  /** The command that reads such a file. */
  readonly command?: readonly string[];
}

const samples: readonly unknown[] = [
  quick,
  {
    ...quick,
    seeds: 2,
    sweep: {
      'engines.ep.beta': { from: 0.1, to: 1, count: 3 },
      zip: { 'free.step': [0.1, 0.2], 'second.step': [0.1, 0.2] },
    },
  },
  ...readdirSync(join(root, 'experiments'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(readFileSync(join(root, 'experiments', file), 'utf8')) as unknown),
];

function spec(random: Random): string {
  const text = stringify(changedTree(random, oneOf(random, samples)), { aliasDuplicateObjects: false });
  return random.uniform() < 0.2 ? changedText(random, text) : text;
}

const swept: readonly string[] = [
  ...[
    'engines.ep.beta',
    'network.activation',
    'free',
    'sweep',
    'seeds',
    'engines.9.x',
    'a..b',
    '.',
    'name',
    'data.x.0',
  ],
  ...['__proto__.x', 'constructor.prototype.x', 'network.layers.0', 'sweep.free.step', 'x-a'],
];

function overrides(random: Random): string[] {
  return Array.from({ length: random.uniform() < 0.7 ? 0 : 1 + below(random, 2) }, () => {
    const value = oddValue(random);
    const key = random.uniform() < 0.8 ? oneOf(random, swept) : oddKey(random);
    const text = `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
    return random.uniform() < 0.2 ? changedText(random, text) : text;
  });
}

const W1 = { shape: [3, 4], data: Float64Array.from({ length: 12 }, (_, i) => i / 7) };
const b1 = { shape: [4], data: Float32Array.of(1, 2, 3, 4) };
const json = {
  W1: [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [0.5, 1e-3, -1, 0],
  ],
  b1: [1, 2, 3, 4],
};
const stateDict = {
  '0.weight': [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
    [0.5, 1e-3, -1],
  ],
  '0.bias': json.b1,
};
const shapes = layered([3, 4]).parameters;

const tables: readonly string[] = [
  '1,2,0\n3,4,1\n5,6,0\n',
  'a,b,class\n1,2.5,x\n-3e2,4,"y, z"\n5,6,x\n',
  '1;2,5;a\n3;4,5;b\n',
  '# made by hand\n1\t2\tyes\n3\t4\tno\n',
  'á,b,ç\r\n1,2,ü\r\n3,4,ß\r\n',
  `${Array.from({ length: 300 }, (_, i) => `${i},${i / 3},${i % 3}`).join('\n')}\n`,
];
const csvOptions: readonly string[] = [
  ...[
    'data.label=0',
    'data.header=true',
    'data.header=false',
    'data.delimiter=;',
    'data.scale=255',
    'data.label=class',
  ],
  ...[
    'data.examples=1',
    'data.image=[1, 2]',
    'data.missing=drop',
    'data.drop=[0]',
    'data.decimal=","',
    'data.comment="#"',
  ],
];
const packed = (random: Random, text: string | Uint8Array) =>
  random.uniform() < 0.2 ? gzipSync(text) : Buffer.from(text);

const archives: readonly Uint8Array[] = [
  writeNpz({ W1, b1 }),
  zipOf(
    Object.entries({ W1, b1 }).map(([name, array]) => ({
      name: `${name}.npy`,
      contents: writeNpy(array),
      deflate: true,
    })),
  ),
  zipOf([{ name: 'W1.npy', contents: writeNpy(W1), large: true }], { large: true, comment: 'PK' }),
  ...['types', 'versions', 'f07-fortran'].map((name) => readFileSync(join(root, `test/numerics/files/${name}.npz`))),
];

const examples: readonly Uint8Array[] = [
  writeNpz({ x: W1, labels: { shape: [3], data: Uint8Array.of(0, 1, 1) } }),
  zipOf(
    Object.entries({
      x_train: { shape: [2, 1, 3, 2], data: new Float32Array(12) },
      y_train: { shape: [2], data: b1.data.slice(0, 2) },
    }).map(([name, array]) => ({ name: `${name}.npy`, contents: writeNpy(array), deflate: true })),
  ),
  readFileSync(join(root, 'test/numerics/files/types.npz')),
];
const npzOptions: readonly string[] = [
  ...['data.labels=y_train', 'data.labels={offset: -3}', 'data.labels={column: 1}', 'data.y=y_train', 'data.x=f8_C'],
  ...['data.transpose=true', 'data.channels=last', 'data.standardise=true', 'data.test={x: x}', 'data.test=false'],
  ...['data.split={test: 1}', 'data.examples=1', 'data.classes=3', 'data.scale=255'],
];

/** Of these bytes an archive whose sums are right: what is in it has to be judged. */
const wrapped = (bytes: Uint8Array) => zipOf([{ name: 'W1.npy', contents: bytes, deflate: true }]);

const figure = {
  data: { name: 'metrics' },
  mark: 'line',
  transform: [{ calculate: 'datum.error_abs * 2', as: 'twice' }, { filter: "datum.quantity == 'params'" }],
  encoding: {
    x: { field: 'engine', type: 'nominal' },
    y: { field: 'twice', type: 'quantitative', scale: { type: 'log' } },
    color: { field: 'run' },
  },
  config: { legend: { orient: 'bottom' } },
};

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const tree = (random: Random, base: unknown) => {
  const text = JSON.stringify(changedTree(random, base));
  return random.uniform() < 0.3 ? changedBytes(random, Buffer.from(text ?? '')) : (text ?? '');
};

async function readAll(path: string): Promise<number> {
  let count = 0;
  for await (const block of readRows(path)) count += block.rows.length;
  return count;
}

/** What a run has left, as furnish() finds it. */
interface Made {
  readonly record: object & { readonly hash: string; readonly outputs: object };
  readonly resources: object;
  readonly rows: Buffer;
  readonly checkpoint: Uint8Array;
}
let made: Made;

const OUT = { results: 'results/fuzzed', other: 'other/fuzzed', run: 'run' };

/** All that reads what a run.json says. */
async function consult(folder: string): Promise<void> {
  const { runs, problems } = foundRuns(folder);
  for (const run of runs) {
    const single = run.folder;
    for (const file of Object.keys(run.record.outputs))
      if (file.endsWith('.csv')) await collect([single], file.slice(0, -4), { print: () => {} });
    await differences(single, single, { rtol: 0, atol: 0 });
    await verifyFiles(run);
    openSource([single]);
  }
  if (problems.length > 0) throw new UserError(problems);
}

/** The first line of a file, and what lies behind it. */
function headed(bytes: Uint8Array): { head: string; rest: Buffer } {
  const whole = Buffer.from(bytes);
  const end = whole.indexOf('\n');
  return { head: whole.toString('utf8', 0, end), rest: whole.subarray(end + 1) };
}

const trainingState = trained({ protocol: { ...small.protocol, checkpoint_every: 2 } }).checkpoints[0].data;

/** A checkpoint whose sum is right though what it says is not: as a stranger would write it. */
function resigned(random: Random): Uint8Array {
  if (random.uniform() < 0.3) return changedBytes(random, made.checkpoint);
  const { head, rest } = headed(headed(made.checkpoint).rest);
  const header = changedTree(random, JSON.parse(head));
  const changed = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), rest]);
  return Buffer.concat([Buffer.from(`${sha256(changed)}\n`), changed]);
}

export const readers: Readonly<Record<string, Reader>> = {
  spec: {
    weight: 20,
    file: 'spec.yaml',
    make: spec,
    read: (path, random) => plan(path, overrides(random).map(parseOverride)).runs.length,
    command: ['validate'],
  },
  'spec bytes': {
    weight: 10,
    file: 'spec.yaml',
    make: (random) => changedBytes(random, Buffer.from(stringify(oneOf(random, samples.slice(0, 4))))),
    read: (path) => plan(path).runs.length,
    command: ['validate'],
  },
  'csv data': {
    weight: 15,
    file: 'table.csv',
    make: (random) => {
      const made = changedBytes(random, Buffer.from(oneOf(random, tables)));
      return packed(random, made);
    },
    read: (path, random) => datasetNamed(path, random.uniform() < 0.5 ? [] : [oneOf(random, csvOptions)]).train.count,
    command: ['data', 'inspect'],
  },
  idx: {
    weight: 10,
    file: 'images-idx',
    make: (random) => {
      const [type, width] = oneOf(random, [
        [8, 1],
        [9, 1],
        [11, 2],
        [12, 4],
        [13, 4],
        [14, 8],
      ]);
      const shape = oneOf(random, [[2, 2, 2], [6], [4, 3], [1, 1, 1, 1]]);
      const array = idxBytes(shape, Array(width * shape.reduce((a, b) => a * b, 1)).fill(7), type);
      const made =
        random.uniform() < 0.7 ? changedBytes(random, array) : array.subarray(0, below(random, array.length + 1));
      return random.uniform() < 0.3 ? changedBytes(random, packed(random, made)) : packed(random, made);
    },
    read: (path, random) => datasetNamed(path, random.uniform() < 0.7 ? [] : ['data.transpose=true']).train.count,
    command: ['data', 'inspect'],
  },
  'examples in npz': {
    weight: 8,
    file: 'examples.npz',
    make: (random) => {
      const whole = oneOf(random, examples);
      return random.uniform() < 0.7 ? changedBytes(random, whole) : whole;
    },
    read: (path, random) => datasetNamed(path, random.uniform() < 0.5 ? [] : [oneOf(random, npzOptions)]).train.count,
    command: ['data', 'inspect'],
  },
  npz: {
    weight: 12,
    file: 'p.npz',
    make: (random) => changedBytes(random, oneOf(random, archives)),
    read: (path) => parameterIssues(readParameterFile(path), shapes).length,
  },
  npy: {
    weight: 8,
    file: 'q.npz',
    make: (random) => {
      const made = changedBytes(random, writeNpy(oneOf(random, [W1, b1])));
      return random.uniform() < 0.8 ? wrapped(made) : made;
    },
    read: (path) => parameterIssues(readParameterFile(path), shapes).length,
  },
  'parameters in JSON': {
    weight: 10,
    file: 'p.json',
    make: (random) => tree(random, oneOf(random, [json, stateDict])),
    read: (path, random) => {
      const source = readParameterFile(path);
      const map = oneOf(random, [undefined, 'torch', { W1: '0.bias', b1: '0.weight' }] as const);
      const issues = parameterIssues(map ? mapped(source, map, shapes, () => ({ file: path })) : source, shapes);
      if (issues.length > 0) throw new UserError(issues);
    },
  },
  'own figure': {
    weight: 8,
    file: 'mine.vl.json',
    make: (random) => tree(random, figure),
    read: async (path) => buildOwn(openSource([join(path, '..', OUT.results, OUT.run)]), path),
  },
  'results csv': {
    weight: 5,
    file: 'rows.csv',
    make: (random) => changedBytes(random, made.rows),
    read: readAll,
  },
  'run.json': {
    weight: 8,
    file: `${OUT.other}/${OUT.run}/run.json`,
    make: (random) => tree(random, made.record),
    read: async (path) => {
      inventory(join(path, '../../..'));
      await consult(join(path, '..'));
    },
  },
  'datapackage.json': {
    weight: 4,
    file: `${OUT.results}/datapackage.json`,
    make: (random) => tree(random, made.resources),
    read: async (path) => {
      inventory(join(path, '../..'));
      await consult(join(path, '..'));
    },
  },
  checkpoint: {
    weight: 4,
    file: 'checkpoint.bin',
    make: resigned,
    read: (path) => readCheckpoint(path, made.record.hash)?.data.length,
  },
  'state of a training': {
    weight: 2,
    file: 'training.bin',
    make: (random) => {
      const { head, rest } = headed(trainingState);
      if (random.uniform() < 0.2) return changedBytes(random, trainingState);
      return Buffer.concat([Buffer.from(`${JSON.stringify(changedTree(random, JSON.parse(head)))}\n`), rest]);
    },
    read: (path) => {
      const { protocol, bench: fresh } = trainBench({});
      try {
        protocol.run(bench(fresh, { resume: readFileSync(path) })).next();
      } catch (error) {
        throw error instanceof RunError ? new RunError(`${path}: ${error.message}`) : error;
      }
    },
  },
  lock: {
    weight: 2,
    file: `${LOCK_FOLDER}/key.0badc0de-1-2`,
    make: (random) => changedBytes(random, Buffer.from('12 on somewhere\nsilent for 30 s at most\n')),
    read: (path) => {
      const folder = join(path, '../..');
      holderOf(folder, 'key');
      sweepLocks(folder);
    },
  },
};

/** What they need beside the file that is wrong: a finished run, twice, and a folder for each file. */
export async function furnish(work: string): Promise<void> {
  for (const { file } of Object.values(readers)) mkdirSync(join(work, file, '..'), { recursive: true });
  const file = join(work, 'made.yaml');
  const record = { free_state: true, gradients: true };
  writeFileSync(file, stringify({ ...quick, name: 'made', protocol: 'gradient', reference: 'exact', record }));
  const { finished } = await runExperiment(plan(file), { out: work, signal: new AbortController().signal });
  const folders = [OUT.results, OUT.other].map((folder) => join(work, folder, OUT.run));
  for (const folder of folders) cpSync(finished[0].folder, folder, { recursive: true });
  const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
  const [resources] = [dataPackage('fuzzed', {}, [{ folder: folders[0], record: finished[0].record }])];
  made = {
    record: json(join(folders[0], 'run.json')),
    resources: JSON.parse(resources),
    rows: readFileSync(join(folders[0], 'metrics.csv')),
    checkpoint: checkpointOf(finished[0].record.hash),
  };
}

function checkpointOf(hash: string): Uint8Array {
  const written = { gradient: { rows: 2, bytes: 300, sha256: sha256(Buffer.from('')) } };
  const files = new Map([['a.bin', Uint8Array.of(1, 2, 3)]]);
  const parts = checkpointBytes(hash, { tables: written, files, data: [Uint8Array.of(4, 5)] });
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}
