/**
 * The door by which files come in: a regular file (never a device, a pipe or a folder, which could wait or flow for ever),
 * not larger than its kind may be, before a byte of it is read; then its encoding. What is in it is the parser's matter.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { reasonOf, UserError } from '../errors.js';

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
    // of a small file a small one: blocks are zeroed
    const block = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(LEAST_BYTES, bytes + 1)));
    for (;;) {
      const length = reading(path, () => readSync(descriptor, block));
      if (length === 0) return;
      yield block.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A whole file. @throws UserError */
export function readWhole(path: string, kind: FileKind): Buffer {
  const parts: Buffer[] = [];
  let bytes = 0;
  for (const block of readBlocks(path, kind)) {
    bytes += block.length;
    // it may grow while it is read
    if (bytes > kind.mostBytes) throw tooLarge(path, bytes, kind);
    parts.push(Buffer.from(block));
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

/** A whole file as text: UTF-8, or what its byte order mark says. @throws UserError where it is neither */
export function readText(path: string, kind: FileKind): string {
  return decode(readWhole(path, kind), path);
}

/** Text of a file's bytes; `file` names it in messages. @throws UserError where it is not UTF-8, nor UTF-16 with a mark */
export function decode(bytes: Uint8Array, file: string): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new UserError({
      where: { file },
      message: `is not ${encoding.toUpperCase()} text`,
      hint: 'save it as UTF-8',
    });
  }
}

/** Opens a regular file of a size that its kind may have. @throws UserError */
export function openRegular(path: string, kind?: FileKind): { descriptor: number; bytes: number } {
  // a pipe that nobody writes to would keep open() waiting
  const descriptor = reading(path, () => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    const stat = reading(path, () => fstatSync(descriptor));
    if (!stat.isFile()) throw new UserError({ where: { file: path }, message: notRegular(stat) });
    if (kind !== undefined && stat.size > kind.mostBytes) throw tooLarge(path, stat.size, kind);
    return { descriptor, bytes: stat.size };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function notRegular(stat: { isDirectory(): boolean; isFIFO(): boolean; isSocket(): boolean }): string {
  if (stat.isDirectory()) return 'is a directory, not a file';
  return `is a ${stat.isFIFO() ? 'pipe' : stat.isSocket() ? 'socket' : 'device'}, not a file`;
}

function tooLarge(path: string, bytes: number, { what, mostBytes, hint }: FileKind): UserError {
  const message = `a ${what} may have ${mostBytes} bytes at most, got ${bytes}`;
  return new UserError({ where: { file: path }, message, ...(hint === undefined ? {} : { hint }) });
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
