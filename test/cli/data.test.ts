import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { published } from '../../src/data/published.js';
import { cacheFolder } from '../../src/files/cache.js';
import { fetchSet } from '../../src/files/fetch-set.js';
import { registry } from '../../src/registry.js';
import { filesIn, finish, quick, start, workspace, writeSpec } from '../_support/cli.js';
import { idxBytes, realData } from '../_support/data.js';
import { alwaysWhole, serve, stalled, whole } from '../_support/server.js';

/** Runs `eprbp data …` with a cache of the test's own. */
const data = (work: string, ...args: string[]) =>
  finish(start(['data', ...args], work, { env: { EPRBP_CACHE: join(work, 'cache') } }));

const optdigits = published.find(({ name }) => name === 'optdigits')!;
const [training] = optdigits.files;

/** optdigits as UCI has it, where this machine has it under a header. */
function optdigitsBodies(t: ExecutionContext): Record<string, Uint8Array> | undefined {
  const paths = optdigits.files.map(({ path }) => realData(`optdigits/${path}`));
  if (paths.includes(undefined)) {
    t.log('optdigits is not on this machine: set EPRBP_TEST_DATA');
    return undefined;
  }
  const body = (path: string) => {
    const text = readFileSync(path);
    return text[0] === 0x42 ? text.subarray(text.indexOf('\n') + 1) : text;
  };
  return Object.fromEntries(optdigits.files.map(({ path }, i) => [`/uci/${path}`, body(paths[i]!)]));
}

test('the cache is EPRBP_CACHE, or eprbp in the XDG cache, or in ~/.cache', (t) => {
  t.is(cacheFolder({ EPRBP_CACHE: '/a', XDG_CACHE_HOME: '/b' }), '/a');
  t.is(cacheFolder({ XDG_CACHE_HOME: '/b' }), join('/b', 'eprbp'));
  t.is(cacheFolder({ XDG_CACHE_HOME: 'b' }), cacheFolder({}));
  t.regex(cacheFolder({ EPRBP_CACHE: '', XDG_CACHE_HOME: '' }), /[/\\]\.cache[/\\]eprbp$/);
});

test('data list names every source, and tells what is not here', async (t) => {
  const { code, stdout } = await data(workspace(t), 'list');
  t.is(code, 0);
  for (const name of Object.keys(registry.data)) t.true(stdout.includes(name), name);
  for (const { name } of published) t.regex(stdout, new RegExp(`^${name} .*not here \\(\\d+\\.\\d MB\\)$`, 'm'));
});

test('what cannot be fetched is told with what to put where, and nothing of it is there', async (t) => {
  const work = workspace(t);
  const { url } = await serve(t, { '/a/optdigits.tra': alwaysWhole(Buffer.alloc(training.bytes)) });
  const { code, stdout, stderr } = await data(
    work,
    'fetch',
    'optdigits',
    '--mirror',
    `${url}/a/`,
    '--mirror',
    `${url}/b`,
  );
  t.is(code, 1);
  t.is(stdout, '');
  const lines = stderr.trim().split('\n');
  t.is(lines[0], 'error optdigits could not be fetched:');
  t.regex(
    lines[1],
    new RegExp(`^  ${url}/a/optdigits\\.tra: sends another file: its SHA-256 is [0-9a-f]{64}, not ${training.sha256}$`),
  );
  t.is(lines[2], `  ${url}/b/optdigits.tra: the server answers 404 Not Found`);
  t.is(lines[3], `get these files in another way and put them into ${join(work, 'cache/optdigits')}/:`);
  t.deepEqual(
    lines.slice(4),
    optdigits.files.map(({ path, bytes, sha256 }) => `  ${path}  ${bytes} bytes, SHA-256 ${sha256}`),
  );
  t.deepEqual(filesIn(join(work, 'cache')), []);
});

test('optdigits is fetched once, found by specs, and refused where it was changed', async (t) => {
  const bodies = optdigitsBodies(t);
  if (bodies === undefined) {
    t.pass();
    return;
  }
  const work = workspace(t);
  const spec = writeSpec(work, {
    ...quick,
    network: { energy: 'hopfield', layers: [64, 5, 10], activation: 'sigmoid' },
    data: { name: 'optdigits', examples: 3 },
  });
  const validate = () => finish(start(['validate', spec], work, { env: { EPRBP_CACHE: join(work, 'cache') } }));
  t.regex(
    (await validate()).stderr,
    /optdigits is not in the cache \(.*no such file\); fetch it with 'eprbp data fetch optdigits'/,
  );
  const answers = Object.fromEntries(Object.entries(bodies).map(([path, body]) => [path, whole(body)]));
  const { url, requests } = await serve(t, answers);
  const fetched = await data(work, 'fetch', 'optdigits', '--mirror', `${url}/uci/`);
  t.is(fetched.code, 0, fetched.stderr);
  t.is(fetched.stdout, `${join(work, 'cache/optdigits')}\n`);
  t.regex(fetched.stderr, /optdigits\/optdigits\.tra {2}563639 bytes, SHA-256 as published\n/);
  t.deepEqual(filesIn(join(work, 'cache')), ['optdigits/optdigits.tes', 'optdigits/optdigits.tra']);
  const again = await data(work, 'fetch', 'optdigits', '--mirror', `${url}/uci/`, '-q');
  t.deepEqual([again.code, again.stderr, requests.length], [0, '', 2]);
  t.regex((await data(work, 'list')).stdout, /^optdigits .* in the cache$/m);
  t.is((await validate()).code, 0);
  writeFileSync(join(work, 'cache/optdigits/optdigits.tes'), '1,2,3\n');
  const changed = await validate();
  t.is(changed.code, 2);
  t.regex(
    changed.stderr,
    /optdigits\.tes: is not the file of optdigits that was published: its SHA-256 is [0-9a-f]{64}; fetch it again/,
  );
  t.regex(
    (await data(work, 'fetch', 'optdigits', '--mirror', `${url}/uci/`)).stderr,
    /tra .*\(was there\)\n.*tes .* as published\n/,
  );
});

test('a set is fetched file by file; what no mirror has ends it', async (t) => {
  const folder = workspace(t);
  const files = [1, 2, 3].map((n) => ({ path: `f${n}`, bytes: 4, sha256: 'fe'.repeat(32) }));
  const { url, requests } = await serve(t, {});
  const set = { ...optdigits, name: 'mine', mirrors: [`${url}/`], files };
  const error = await t.throwsAsync(fetchSet(set, folder));
  t.true(error!.message.includes('f1  4 bytes') && error!.message.includes('f3  4 bytes'));
  t.deepEqual(requests, ['GET /f1']);
});

test('an interrupted fetch keeps what has come, and goes on from there', async (t) => {
  const work = workspace(t);
  const body = Buffer.alloc(training.bytes, 1);
  const { url, requests } = await serve(t, { '/optdigits.tra': stalled(body, 50_000) });
  const part = join(work, 'cache/optdigits/optdigits.tra.part');
  const env = { EPRBP_CACHE: join(work, 'cache') };
  const child = start(['data', 'fetch', 'optdigits', '--mirror', `${url}/`], work, { env });
  const ended = finish(child);
  while (!existsSync(part) || statSync(part).size < 50_000) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  t.is(code, 130);
  t.regex(stderr, /interrupted by SIGINT; what has come is kept, and the next fetch goes on/);
  t.is(statSync(part).size, 50_000);
  t.deepEqual(requests, ['GET /optdigits.tra']);
});

const misuses: Record<string, [args: string[], expected: RegExp]> = {
  'no data command': [[], /error which data command\?/],
  'an unknown set': [['fetch', 'mnits'], /error there is no data set 'mnits' to fetch; did you mean 'mnist'\?/],
  'a set that needs no fetching': [['fetch', 'xor'], /there is no data set 'xor' to fetch; there is 'mnist'/],
  'a mirror that is none': [
    ['fetch', 'mnist', '--mirror', 'here'],
    /--mirror must be an http or https address, got 'here'/,
  ],
  'nothing of that name': [
    ['inspect', 'digits-syntetic'],
    /'digits-syntetic' is no file and no data set; did you mean 'digits-synthetic'\?/,
  ],
  'an option that it has not': [
    ['inspect', 'xor', '-s', 'data.nois=1'],
    /-s data\.nois=1: unknown key 'data\.nois'; did you mean 'noise'\?/,
  ],
  'what depends on a network': [
    ['inspect', 'random', '-s', 'data.examples=2'],
    /'random' is drawn for a network; inspect the spec that names it/,
  ],
};

for (const [what, [args, expected]] of Object.entries(misuses)) {
  test(`${what} is a mistake of the user`, async (t) => {
    const work = workspace(t);
    const { code, stdout, stderr } = await data(work, ...args);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, expected);
    t.deepEqual(filesIn(work), []);
  });
}

test('inspect shows counts, classes, values, constant inputs and images', async (t) => {
  const work = workspace(t);
  const args = ['-s', 'data.examples=50', '-s', 'data.test=20', '-s', 'data.side=14'];
  const { code, stdout } = await data(work, 'inspect', 'digits-synthetic', ...args, '--sheet', 'sheet.png');
  t.is(code, 0);
  t.regex(
    stdout,
    /^train {2}50 examples, 14 × 14 images, 10 classes\n {2}values {4}0 … 1, mean 0\.\d+\n {2}constant {2}\d+ of 196 inputs\n/,
  );
  t.regex(stdout, / {2}class +0 +1 +2 +3 +4 +5 +6 +7 +8 +9\n {2}count( +5){10}\n/);
  t.regex(stdout, /\ntest {2}20 examples/);
  t.regex(stdout, /@@/);
  t.is(readFileSync(join(work, 'sheet.png')).subarray(1, 4).toString(), 'PNG');
  const asJson = await data(work, 'inspect', 'digits-synthetic', ...args, '--json');
  const { train, test: held } = JSON.parse(asJson.stdout) as Record<string, Record<string, unknown>>;
  t.like(train, {
    examples: 50,
    inputs: 196,
    outputs: 10,
    image: [14, 14],
    min: 0,
    max: 1,
    histogram: new Array(10).fill(5),
  });
  t.is(held['examples'], 20);
});

test('inspect reads one file by what is in it, and the data of a spec', async (t) => {
  const work = workspace(t);
  writeFileSync(join(work, 'x.gz'), gzipSync(idxBytes([3, 2, 2], [0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11])));
  writeFileSync(join(work, 'y'), idxBytes([3], [0, 1, 1]));
  writeFileSync(join(work, 'a.csv'), 'a,b,kind\n1,2,cat\n1,4,dog\n1,6,cat\n');
  const images = await data(work, 'inspect', 'x.gz');
  t.regex(
    images.stdout,
    /^train {2}3 examples, 2 × 2 images, 0 outputs\n {2}values {4}0 … 11, mean 4\.5\n {2}constant {2}1 of 4 inputs\n/,
  );
  const csv = await data(work, 'inspect', 'a.csv', '--sheet', 'sheet.png');
  t.regex(
    csv.stdout,
    /3 examples, 2 inputs, 2 classes\n.*\n {2}constant {2}1 of 2 inputs\n {2}class {2}cat {2}dog\n {2}count {2}2 {4}1\n$/,
  );
  t.regex(csv.stderr, /sheet\.png is not written: these are no images/);
  t.false(existsSync(join(work, 'sheet.png')));
  mkdirSync(join(work, 'specs'));
  const spec = writeSpec(join(work, 'specs'), {
    ...quick,
    network: { energy: 'hopfield', layers: [4, 3, 2], activation: 'tanh' },
    data: { name: 'idx', train: { images: '../x.gz', labels: '../y' } },
  });
  t.regex((await data(work, 'inspect', spec, '-s', 'data.scale=11')).stdout, /0 … 1, mean 0\.4091/);
});
