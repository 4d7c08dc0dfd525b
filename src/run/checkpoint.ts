/** What an interrupted run continues from: one file beside its tables, there whole or not at all. */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import * as z from 'zod';
import { KINDS } from '../io/kinds.js';
import { readBlocks, readWhole } from '../io/read.js';
import { tables } from '../metrics/columns.js';
import type { WrittenFile } from '../metrics/csv.js';
import { CHECKPOINT_FILE, RESULTS_FORMAT, RUN_FILE, SPEC_FILE } from '../metrics/results.js';
import { build, version } from '../package.js';
import type { Parts } from '../protocol/packed.js';
import type { TableName } from '../protocol/protocol.js';

/** A run at one moment: how much of every table was on disk, its other files, and the protocol's own state. */
export interface Checkpoint {
  readonly tables: Readonly<Partial<Record<TableName, WrittenFile>>>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly data: Parts;
}

const count = z.int().nonnegative();

/**
 * The second line of the file. The first is the SHA-256 of all that follows it, which anyone can compute; the numbers lie
 * behind the second.
 */
const headerSchema = z.object({
  format: z.int(),
  eprbp: z.string(),
  build: z.string(),
  hash: z.string(),
  tables: z.partialRecord(
    z.enum(Object.keys(tables) as TableName[]),
    z.object({ rows: count, bytes: count, sha256: z.string() }),
  ),
  files: z.array(z.object({ name: z.string().refine(isFileOfRun), bytes: count })),
  bytes: count,
});

/** Whether a run may have a file of this name beside its tables. */
export function isFileOfRun(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && !reserved.has(name);
}

/** Names that mean something else in the folder of a run. */
const reserved = new Set<string>([
  RUN_FILE,
  SPEC_FILE,
  CHECKPOINT_FILE,
  ...Object.values(tables).map(({ file }) => file),
]);

/** The bytes of the file, in parts. */
export function checkpointBytes(
  hash: string,
  { tables: written, files, data }: Checkpoint,
): readonly (string | Uint8Array)[] {
  const header: z.input<typeof headerSchema> = {
    format: RESULTS_FORMAT,
    eprbp: version,
    build,
    hash,
    tables: written,
    files: [...files].map(([name, contents]) => ({ name, bytes: contents.length })),
    bytes: data.reduce((sum, { length }) => sum + length, 0),
  };
  const body = [Buffer.from(`${JSON.stringify(header)}\n`), ...files.values(), ...data];
  return [`${sha256(...body)}\n`, ...body];
}

/** The checkpoint at `path`; undefined where there is none. @throws Error saying why it cannot be continued from. */
export function readCheckpoint(
  path: string,
  hash: string,
): (Omit<Checkpoint, 'data'> & { readonly data: Uint8Array }) | undefined {
  // a link in its place is no checkpoint
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const whole = readWhole(path, KINDS.checkpoint);
  const [digest, body] = cutLine(whole);
  if (sha256(body) !== digest) throw new Error('it is damaged');
  const [line, parts] = cutLine(body);
  const header = headerOf(line);
  if (header.hash !== hash) throw new Error('it belongs to another run');
  const said = header.files.reduce((sum, { bytes }) => sum + bytes, header.bytes);
  if (said !== parts.length) throw new Error(`it has ${parts.length} bytes of contents, and says ${said}`);
  let at = 0;
  const take = (bytes: number) => {
    at += bytes;
    return parts.subarray(at - bytes, at);
  };
  const files = new Map(header.files.map(({ name, bytes }) => [name, take(bytes)]));
  return { tables: header.tables, files, data: take(header.bytes) };
}

/** Which run a checkpoint says it is of; undefined where it says nothing. */
export function hashIn(path: string): string | undefined {
  try {
    const [first = new Uint8Array()] = readBlocks(path, KINDS.checkpoint);
    const [, line] = Buffer.from(first).toString('utf8').split('\n', 2);
    const { success, data } = headerSchema.pick({ hash: true }).safeParse(parsed(line));
    return success && /^[0-9a-f]{16}$/.test(data.hash) ? data.hash : undefined;
  } catch {
    return undefined;
  }
}

/** @throws Error */
function headerOf(line: string): z.output<typeof headerSchema> {
  const said = headerSchema.partial().safeParse(parsed(line));
  if (said.success && (said.data.format !== RESULTS_FORMAT || said.data.eprbp !== version))
    throw new Error(`it was written by version ${said.data.eprbp}`);
  const header = headerSchema.safeParse(parsed(line));
  if (!header.success) throw new Error('what it says of its parts is not what a run writes');
  if (header.data.build !== build) throw new Error('it was written by another build of this program');
  return header.data;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
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
