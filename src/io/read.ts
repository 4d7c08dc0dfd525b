/**
 * The door by which files come in: a regular file (never a device, a pipe or a folder, which could wait or flow for ever),
 * not larger than its kind may be, before a byte of it is read; then its encoding. What is in it is the parser's matter.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { reasonOf, UserError } from '../errors.js';
import { decode, encodingOf, newlinesIn, requireUtf8, startOfCharacter } from './encoding.js';

/** A kind of file: what it is called in messages, and how much of it there may be. */
export interface FileKind {
  readonly what: string;
  readonly mostBytes: number;
  /** What to do with more. */
  readonly hint?: string;
}

const BLOCK_BYTES = 1 << 20;
const LEAST_BYTES = 1 << 10;

/** The contents of a file, block by block; each is valid until the next. @throws UserError */
export function* readBlocks(path: string, kind?: FileKind): Generator<Uint8Array> {
  const { descriptor, bytes } = openRegular(path, kind);
  try {
    yield* blocksOf(descriptor, path, bytes);
  } finally {
    closeSync(descriptor);
  }
}

function* blocksOf(descriptor: number, path: string, bytes = BLOCK_BYTES): Generator<Uint8Array> {
  // of a small file a small one: blocks are zeroed
  const block = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(LEAST_BYTES, bytes + 1)));
  for (;;) {
    const length = reading(path, () => readSome(descriptor, block));
    if (length === 0) return;
    yield block.subarray(0, length);
  }
}

const STDIN = 0;
const WAIT_MS = 10;

/** A pipe may have nothing yet, and say so; on Windows the end of one is an error. */
function readSome(descriptor: number, block: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, block);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    }
  }
}

/** A whole file. @throws UserError */
export function readWhole(path: string, kind: FileKind): Buffer {
  return gathered(readBlocks(path, kind), path, kind);
}

/** All that comes on stdin, whatever it is. @throws UserError */
export function readStdin(name: string, kind: FileKind): Buffer {
  return gathered(blocksOf(STDIN, name), name, kind);
}

function gathered(blocks: Iterable<Uint8Array>, path: string, kind: FileKind): Buffer {
  const parts: Buffer[] = [];
  let bytes = 0;
  for (const block of blocks) {
    bytes += block.length;
    // it may grow while it is read
    if (bytes > kind.mostBytes) throw tooLarge(path, `more`, kind);
    parts.push(Buffer.from(block));
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

/** A whole file as text: UTF-8, or what its byte order mark says. @throws UserError where it is neither */
export function readText(path: string, kind: FileKind): string {
  const expected = `a ${kind.what}`;
  try {
    return decode(readWhole(path, kind), path, expected);
  } catch (error) {
    // what is too large is mostly something else, which its beginning tells
    if (error instanceof TooLarge) requireText(path, expected);
    throw error;
  }
}

function requireText(path: string, expected: string): void {
  const [first = new Uint8Array()] = readBlocks(path);
  encodingOf(first, path, expected);
}

/** A file of JSON, of which nobody knows yet what it holds. @throws UserError */
export function readJson(path: string, kind: FileKind): unknown {
  const text = readText(path, kind);
  try {
    return JSON.parse(text);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new UserError({ where: { file: path }, message: `is not JSON: ${reason.slice(0, LONGEST)}` });
  }
}

const LONGEST = 200;

/** A file of text, block by block; between them other things get their turn. @throws UserError where it is not UTF-8 */
export async function* readTextBlocks(path: string, kind: FileKind): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let [rest, before]: [Uint8Array, number] = [new Uint8Array(), 0];
  for (const block of readBlocks(path, kind)) {
    const piece = rest.length === 0 ? block : Buffer.concat([rest, block]);
    const end = startOfCharacter(piece, piece.length - 1);
    const whole = piece[piece.length - 1] < 0x80 ? piece : piece.subarray(0, end);
    requireUtf8(whole, path, before);
    before += newlinesIn(whole);
    rest = piece.slice(whole.length);
    yield decoder.decode(whole, { stream: true });
    await setImmediate();
  }
  requireUtf8(rest, path, before);
  yield decoder.decode(rest);
}

/** SHA-256 of a file, in hexadecimal digits; other things get their turn meanwhile. @throws UserError */
export async function digestOf(path: string, kind?: FileKind): Promise<string> {
  const hash = createHash('sha256');
  for (const block of readBlocks(path, kind)) {
    hash.update(block);
    await setImmediate();
  }
  return hash.digest('hex');
}

/** Opens a regular file of a size that its kind may have. @throws UserError */
export function openRegular(path: string, kind?: FileKind): { descriptor: number; bytes: number; stat: Stats } {
  // a device may do something when it is opened
  requireRegular(
    path,
    reading(path, () => statSync(path)),
  );
  // and a pipe that nobody writes to would keep open() waiting, should it be one by now
  const descriptor = reading(path, () => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    const stat = reading(path, () => fstatSync(descriptor));
    requireRegular(path, stat);
    if (kind !== undefined && stat.size > kind.mostBytes) throw tooLarge(path, String(stat.size), kind);
    return { descriptor, bytes: stat.size, stat };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** A regular file, without a look at what is in it. @throws UserError where it cannot be read, or its kind is smaller */
export function statRegular(path: string, kind?: FileKind): Stats {
  const { descriptor, stat } = openRegular(path, kind);
  closeSync(descriptor);
  return stat;
}

function requireRegular(path: string, stat: Stats): void {
  if (stat.isFile()) return;
  const message = stat.isDirectory() ? 'is a directory, not a file' : `is a ${oddity(stat)}, not a file`;
  throw new UserError({ where: { file: path }, message });
}

function oddity(stat: Stats): string {
  return stat.isFIFO() ? 'pipe' : stat.isSocket() ? 'socket' : 'device';
}

class TooLarge extends UserError {}

function tooLarge(path: string, got: string, { what, mostBytes, hint }: FileKind): TooLarge {
  const message = `a ${what} may have ${mostBytes} bytes at most, got ${got}`;
  return new TooLarge({ where: { file: path }, message, ...(hint === undefined ? {} : { hint }) });
}

function reading<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UserError({
      where: { file: path },
      message: (error as { code?: string }).code === 'ENOENT' ? 'no such file' : `cannot be read: ${reasonOf(error)}`,
    });
  }
}
