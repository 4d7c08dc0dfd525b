/** What an interrupted run continues from: one file beside its tables, there whole or not at all. */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { KINDS } from '../io/kinds.js';
import { readWhole } from '../io/read.js';
import type { WrittenFile } from '../metrics/csv.js';
import { RESULTS_FORMAT } from '../metrics/results.js';
import { build, version } from '../package.js';
import type { TableName } from '../protocol/protocol.js';

/** A run at one moment: how much of every table was on disk, its other files, and the protocol's own state. */
export interface Checkpoint {
  readonly tables: Readonly<Partial<Record<TableName, WrittenFile>>>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly data: Uint8Array;
}

/** The second line of the file. The first is the SHA-256 of all that follows it; the numbers lie behind the second. */
interface Header {
  readonly format: number;
  readonly eprbp: string;
  readonly build: string;
  readonly hash: string;
  readonly tables: Checkpoint['tables'];
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly bytes: number;
}

/** The bytes of the file, in parts. */
export function checkpointBytes(hash: string, { tables, files, data }: Checkpoint): readonly (string | Uint8Array)[] {
  const header: Header = {
    format: RESULTS_FORMAT,
    eprbp: version,
    build,
    hash,
    tables,
    files: [...files].map(([name, contents]) => ({ name, bytes: contents.length })),
    bytes: data.length,
  };
  const body = [Buffer.from(`${JSON.stringify(header)}\n`), ...files.values(), data];
  return [`${sha256(...body)}\n`, ...body];
}

/** The checkpoint at `path`; undefined where there is none. @throws Error saying why it cannot be continued from. */
export function readCheckpoint(path: string, hash: string): Checkpoint | undefined {
  // a link in its place is no checkpoint
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const whole = readWhole(path, KINDS.checkpoint);
  const [digest, body] = cutLine(whole);
  if (sha256(body) !== digest) throw new Error('it is damaged');
  const [line, parts] = cutLine(body);
  const header = JSON.parse(line) as Header;
  if (header.format !== RESULTS_FORMAT || header.eprbp !== version)
    throw new Error(`it was written by version ${header.eprbp}`);
  if (header.build !== build) throw new Error('it was written by another build of this program');
  if (header.hash !== hash) throw new Error('it belongs to another run');
  let at = 0;
  const take = (bytes: number) => {
    at += bytes;
    return new Uint8Array(parts.subarray(at - bytes, at));
  };
  const files = new Map(header.files.map(({ name, bytes }) => [name, take(bytes)]));
  return { tables: header.tables, files, data: take(header.bytes) };
}

function cutLine(bytes: Buffer): [line: string, rest: Buffer] {
  const end = bytes.indexOf('\n');
  return [bytes.toString('utf8', 0, Math.max(0, end)), bytes.subarray(end + 1)];
}

function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
