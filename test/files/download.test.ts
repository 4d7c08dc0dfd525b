import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { RunError } from '../../src/errors.js';
import { download, type Wanted } from '../../src/files/download.js';
import { filesIn, workspace } from '../_support/cli.js';
import {
  type Answer,
  alwaysWhole,
  cutOff,
  redirect,
  type Served,
  serve,
  silent,
  stalled,
  whole,
} from '../_support/server.js';

const body = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) % 251));
const wanted: Wanted = { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') };

interface Came {
  readonly folder: string;
  readonly problems: readonly string[];
  readonly servers: readonly Served[];
  /** Why there is no file, if there is none. */
  readonly error: string | undefined;
}

/** Downloads from servers that answer so, the first to try first. `left` is what an earlier attempt has left. */
async function from(
  t: ExecutionContext,
  answers: readonly Answer[],
  { left, timeoutMs = 30_000 }: { left?: Uint8Array; timeoutMs?: number } = {},
): Promise<Came> {
  const folder = workspace(t);
  if (left) writeFileSync(join(folder, 'data.part'), left);
  const servers = await Promise.all(answers.map((answer) => serve(t, { '/data': answer })));
  const problems: string[] = [];
  const urls = servers.map(({ url }) => `${url}/data`);
  const onProblem = (url: string, problem: string) => problems.push(`${urls.indexOf(url)}: ${problem}`);
  const error = await download(urls, join(folder, 'data'), wanted, { timeoutMs, onProblem }).then(
    () => undefined,
    (reason: unknown) => {
      if (reason instanceof RunError) return reason.message;
      throw reason;
    },
  );
  return { folder, problems, servers, error };
}

function isThere(t: ExecutionContext, { folder, error }: Came): void {
  t.is(error, undefined);
  t.deepEqual(filesIn(folder), ['data']);
  t.true(readFileSync(join(folder, 'data')).equals(body));
}

function isNotThere(t: ExecutionContext, { folder, error }: Came): void {
  t.is(error, `no address has ${join(folder, 'data')}`);
  t.false(existsSync(join(folder, 'data')));
}

test('a file comes from the first address', async (t) => {
  const came = await from(t, [whole(body), whole(body)]);
  isThere(t, came);
  t.deepEqual(came.problems, []);
  t.deepEqual(
    came.servers.map(({ requests }) => requests),
    [['GET /data'], []],
  );
});

test('what broke off goes on where it was', async (t) => {
  let first = true;
  const came = await from(t, [
    (response, request) => {
      const answer = first ? cutOff(body, 40_000) : whole(body);
      first = false;
      answer(response, request);
    },
  ]);
  isThere(t, came);
  t.is(came.servers[0].requests.length, 2);
  t.regex(came.servers[0].requests[1], /^GET \/data bytes=[1-9]\d*-$/);
});

test('an address that breaks off again and again is left once it brings nothing more; the next goes on', async (t) => {
  const came = await from(t, [
    (response, request) => cutOff(body, request.headers.range ? 0 : 40_000)(response, request),
    whole(body),
  ]);
  isThere(t, came);
  t.is(came.problems.length, 1);
  t.regex(came.servers[1].requests[0], /^GET \/data bytes=[1-9]\d*-$/);
});

test('what an earlier attempt has left is not fetched again', async (t) => {
  const came = await from(t, [whole(body)], { left: body.subarray(0, 99_000) });
  isThere(t, came);
  t.deepEqual(came.servers[0].requests, ['GET /data bytes=99000-']);
});

test('a server that knows no ranges sends the whole', async (t) => {
  isThere(t, await from(t, [alwaysWhole(body)], { left: body.subarray(0, 99_000) }));
});

test('left-overs that are whole are not fetched at all', async (t) => {
  const came = await from(t, [whole(body)], { left: body });
  isThere(t, came);
  t.deepEqual(came.servers[0].requests, []);
});

test('left-overs of something else are thrown away', async (t) => {
  for (const left of [Buffer.alloc(5000, 7), Buffer.alloc(body.length, 7), Buffer.alloc(body.length + 1, 7)]) {
    isThere(t, await from(t, [whole(body)], { left }));
  }
});

test('another file of the same size is refused by its digest, and nothing of it stays', async (t) => {
  const other = Buffer.from(body).fill(1, 500, 501);
  const digest = createHash('sha256').update(other).digest('hex');
  const came = await from(t, [whole(other)]);
  isNotThere(t, came);
  t.deepEqual(came.problems, [`0: sends another file: its SHA-256 is ${digest}, not ${wanted.sha256}`]);
  t.deepEqual(filesIn(came.folder), []);
  isThere(t, await from(t, [whole(other), whole(body)]));
});

test('an address that has it not is passed over', async (t) => {
  const came = await from(t, [(response) => response.writeHead(404).end(), whole(body)]);
  isThere(t, came);
  t.deepEqual(came.problems, ['0: the server answers 404 Not Found']);
});

test('a shorter file broke off, a longer one is another', async (t) => {
  const came = await from(t, [alwaysWhole(body.subarray(1)), alwaysWhole(Buffer.concat([body, body]))]);
  isNotThere(t, came);
  t.deepEqual(came.problems, [
    '0: broke off after 99999 of 100000 bytes',
    '1: sends more than the 100000 bytes that were published',
  ]);
});

test('an address that says nothing is not waited for, nor one that stops in the middle', async (t) => {
  const came = await from(t, [silent, stalled(body, 1000), whole(body)], { timeoutMs: 1000 });
  isThere(t, came);
  t.deepEqual(came.problems, ['0: sends nothing for 1 s', '1: sends nothing for 1 s']);
});

test('redirects are followed, a few of them, and not away from the web', async (t) => {
  const folder = workspace(t);
  const { url, requests } = await serve(t, {
    '/a': redirect('/b'),
    '/b': redirect('c?d=e'),
    '/c?d=e': whole(body),
    '/loop': redirect('/loop'),
    '/file': redirect('file:///etc/passwd'),
  });
  await download([`${url}/a`], join(folder, 'a'), wanted);
  t.true(readFileSync(join(folder, 'a')).equals(body));
  t.is(requests.length, 3);
  const problems: string[] = [];
  const onProblem = (at: string, problem: string) => problems.push(`${at.slice(url.length)}: ${problem}`);
  await t.throwsAsync(download([`${url}/loop`, `${url}/file`], join(folder, 'b'), wanted, { onProblem }));
  t.deepEqual(problems, ['/loop: redirects more than 5 times', '/file: redirects to file:, which is not the web']);
  t.is(requests.filter((request) => request === 'GET /loop').length, 6);
});

test('a port where nobody listens is told as such', async (t) => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  const problems: string[] = [];
  const onProblem = (_: string, problem: string) => problems.push(problem);
  await t.throwsAsync(download([`http://127.0.0.1:${port}/data`], join(workspace(t), 'data'), wanted, { onProblem }));
  t.is(problems.length, 1);
  t.regex(problems[0], /ECONNREFUSED/);
});

test('a folder that cannot be written is no fault of the address', async (t) => {
  const folder = workspace(t);
  writeFileSync(join(folder, 'taken'), '');
  const { url } = await serve(t, { '/data': whole(body) });
  const error = await t.throwsAsync(download([`${url}/data`], join(folder, 'taken/data'), wanted), {
    instanceOf: RunError,
  });
  t.regex(error!.message, /^cannot write .*taken\/data: /);
});

test('nor is one that cannot be made, where Node would try to for ever', async (t) => {
  const path = '/proc/none/such/data';
  const error = await t.throwsAsync(download(['http://localhost:1/data'], path, wanted), { instanceOf: RunError });
  t.regex(error!.message, /^cannot write \/proc\/none\/such\/data: /);
});

test('progress counts what is there', async (t) => {
  const folder = workspace(t);
  writeFileSync(join(folder, 'data.part'), body.subarray(0, 60_000));
  const { url } = await serve(t, { '/data': whole(body) });
  const seen: number[] = [];
  await download([`${url}/data`], join(folder, 'data'), wanted, { onProgress: (bytes) => seen.push(bytes) });
  t.true(seen[0] > 60_000);
  t.is(seen.at(-1), body.length);
  t.true(seen.every((bytes, i) => i === 0 || bytes > seen[i - 1]));
});
