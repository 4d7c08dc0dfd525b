/** The door: what is no regular file of a size that fits, or no text, is refused by name before it is read. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { decode } from '../../src/io/encoding.js';
import { KINDS } from '../../src/io/kinds.js';
import { readText, readTextBlocks, readWhole } from '../../src/io/read.js';
import { writeNpz } from '../../src/numerics/npz.js';
import { packageRoot } from '../../src/package.js';
import { complaint } from '../_support/data.js';

const folder = mkdtempSync(join(tmpdir(), 'eprbp-read-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

test('what is no regular file is refused without a wait: a folder, a device, a pipe, a socket, nothing', async (t) => {
  const said = (path: string) => complaint(() => readWhole(path, KINDS.spec)).replace(path, 'it');
  mkdirSync(join(folder, 'd'));
  t.is(said(join(folder, 'd')), 'it: is a directory, not a file');
  t.is(said(join(folder, 'none')), 'it: no such file');
  t.regex(said(join(folder, 'x'.repeat(300))), /^it: cannot be read: its name is longer/);
  if (process.platform === 'win32') return;
  t.is(said('/dev/zero'), 'it: is a device, not a file');
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  t.is(said(join(folder, 'pipe')), 'it: is a pipe, not a file');
  const server = createServer();
  await new Promise<void>((done) => server.listen(join(folder, 'socket'), done));
  t.is(said(join(folder, 'socket')), 'it: is a socket, not a file');
  server.close();
});

test('a file larger than its kind may be is refused by its size', (t) => {
  const file = join(folder, 'large');
  writeFileSync(file, '');
  for (const kind of [KINDS.spec, KINDS.parameters, KINDS.figure, KINDS.record]) {
    truncateSync(file, kind.mostBytes + 1);
    t.regex(
      complaint(() => readWhole(file, kind)),
      /may have \d+ bytes at most, got \d+/,
    );
  }
});

test('what is too large for text is named where its beginning tells what it is', (t) => {
  const file = join(folder, 'large.npz');
  writeFileSync(file, writeNpz({ W: { shape: [1], data: Float64Array.of(1) } }));
  truncateSync(file, KINDS.spec.mostBytes + 1);
  t.regex(
    complaint(() => readText(file, KINDS.spec)),
    /is a zip archive .*, not a spec$/,
  );
});

const text = 'name: Größe β\nseed: 1\n';
const utf16 = (littleEndian: boolean) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return littleEndian ? bytes : bytes.swap16();
};

test('text is read in UTF-8 and, with a mark, in UTF-16', (t) => {
  for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16(true), utf16(false)])
    t.is(decode(bytes, 'f'), text);
});

const odd: Record<string, [bytes: Uint8Array, said: string]> = {
  'Latin-1': [
    Buffer.from('a: 1\nb: Größe\n', 'latin1'),
    "f:2:6: is not UTF-8 text: byte 0xf6 ('ö' in Latin-1); save it as UTF-8",
  ],
  'half a character': [
    Buffer.from('a: ü').subarray(0, 4),
    "f:1:4: is not UTF-8 text: byte 0xc3 ('Ã' in Latin-1); save it as UTF-8",
  ],
  'half a surrogate': [
    Buffer.from([0x61, 0xed, 0xa0, 0x80]),
    "f:1:2: is not UTF-8 text: byte 0xed ('í' in Latin-1); save it as UTF-8",
  ],
  'a zero byte': [Buffer.from('a: 1\nb\0'), 'f:2:2: is no text: it has a zero byte here'],
  'UTF-16 without a mark': [utf16(true).subarray(2), 'f: is UTF-16 text without a byte order mark; save it as UTF-8'],
  'UTF-16 of half a unit': [utf16(true).subarray(0, 7), 'f: is not UTF-16LE text; save it as UTF-8'],
  'UTF-32': [
    Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]),
    'f: is UTF-32 text; a spec is expected in UTF-8; save it as UTF-8',
  ],
  gzip: [gzipSync('a: 1'), 'f: is a gzip file, not a spec'],
  npz: [
    writeNpz({ W: { shape: [1], data: Float64Array.of(1) } }),
    'f: is a zip archive (.npz, .zip, .xlsx, .pt), not a spec',
  ],
  npy: [Buffer.from('\x93NUMPY\x01\0v\0{', 'latin1'), 'f: is a NumPy array (.npy), not a spec'],
  PNG: [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'f: is a PNG image, not a spec'],
  PDF: [Buffer.from('%PDF-1.7\n'), 'f: is a PDF document, not a spec'],
  HDF5: [Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'f: is an HDF5 file (.h5, .mat of version 7.3), not a spec'],
  IDX: [Buffer.from([0, 0, 8, 3, 0, 0]), 'f: is an IDX file (as those of MNIST), not a spec'],
};

for (const [what, [bytes, said]] of Object.entries(odd)) {
  test(`${what} is named, not read`, (t) => {
    t.is(
      complaint(() => decode(bytes, 'f', 'a spec')),
      said,
    );
    const file = join(folder, `odd ${what}`);
    writeFileSync(file, bytes);
    t.is(complaint(() => readText(file, KINDS.spec)).replace(file, 'f'), said);
  });
}

test('a table is text to the last byte, though its characters lie across its blocks', async (t) => {
  const file = join(folder, 'table.csv');
  const gather = async () => {
    let all = '';
    for await (const block of readTextBlocks(file, KINDS.table)) all += block;
    return all;
  };
  for (const shift of [0, 1, 2]) {
    const long = 'x'.repeat(shift) + '𝛽ä\n'.repeat(400_000);
    writeFileSync(file, long);
    t.true((await gather()) === long);
  }
  writeFileSync(file, Buffer.concat([Buffer.from('ä\n'.repeat(600_000)), Buffer.from([0x62, 0xfc, 0x0a])]));
  await t.throwsAsync(gather, { message: /table\.csv:600001:2: is not UTF-8 text: byte 0xfc/ });
});

/** Files that are not somebody's: what the system and this package hold, and those that are open already. */
const others: Readonly<Record<string, string>> = {
  'package.ts': 'the package’s own files',
  'figure/fonts.ts': 'the package’s own fonts',
  'cli/commands/new.ts': 'the package’s own templates',
  'cli/manual.ts': 'the package’s own manual',
  'plugin/hooks.ts': 'code that the user lets run, in the place of Node’s loader',
  'plugin/import.ts': 'the same code, to say where it is at fault',
  'backend/blas.ts': '/proc',
  'run/cores.ts': '/proc and /sys',
  'run/environment.ts': 'the package’s own lock file, and /proc',
  'run/holder.ts': '/proc',
  'cli/row-stream.ts': 'tables that this process writes',
};

test('whatever else is read is read through the door', (t) => {
  const src = fileURLToPath(new URL('src/', packageRoot));
  const reads = /\b(readFileSync|readFile|createReadStream|readSync|readvSync)\b|(?<!\.)\bopenSync\(/;
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const found = files.filter((file) => !file.startsWith('io/') && reads.test(readFileSync(join(src, file), 'utf8')));
  t.deepEqual(
    found.filter((file) => !(file in others)),
    [],
  );
  t.deepEqual(
    Object.keys(others).filter((file) => !found.includes(file)),
    [],
    'these need no exception',
  );
});
