/** What is in a data file, unpacked where it is gzip: no more of it than its kind may have, whatever it unpacks to. */
import { constants, gunzipSync } from 'node:zlib';
import { UserError } from '../errors.js';
import { type Encoding, encodingOf, newlinesIn, requireUtf8, startOfCharacter } from '../io/encoding.js';

/** Says from the beginning of unpacked contents how many bytes there should be at most. */
export type Expect = (start: Uint8Array) => number | undefined;

/** More than this is not held in one piece. */
const MOST_BYTES = 2e9;

/** All blocks of a file in one piece, unpacked where they are gzip. @throws UserError */
export function wholeContents(
  blocks: Iterable<Uint8Array>,
  file: string,
  expect: Expect = () => undefined,
): Uint8Array {
  let room = new Uint8Array();
  let bytes = 0;
  for (const block of blocks) {
    // of what says how long it is there is one copy at most, and never room for more than as much again
    if (bytes === 0) room = new Uint8Array((!isGzip(block) && expect(block)) || block.length);
    if (bytes + block.length > MOST_BYTES)
      throw tooMuch(file, `more than ${MOST_BYTES} bytes are not read in one piece`);
    if (bytes + block.length > room.length) room = larger(room, bytes, bytes + block.length);
    room.set(block, bytes);
    bytes += block.length;
  }
  const packed = room.subarray(0, bytes);
  return isGzip(packed) ? unpack(packed, file, expect) : packed;
}

/** The first `bytes` of it with room for as many as are needed, and as many again. */
function larger(room: Uint8Array, bytes: number, needed: number): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(2 * needed);
  next.set(room.subarray(0, bytes));
  return next;
}

/**
 * The text of a file, block by block, in UTF-8: of a gzip file in one block; what its byte order mark says is another
 * encoding is recoded. @throws UserError where it is no text
 */
export function* contents(blocks: Iterable<Uint8Array>, file: string): Generator<Uint8Array> {
  const way = blocks[Symbol.iterator]();
  const rest = { [Symbol.iterator]: () => way };
  let head: Uint8Array = new Uint8Array();
  while (head.length < LEAST_HEAD) {
    const next = way.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  yield* isGzip(head)
    ? texts([wholeContents(followedBy(head, rest), file)], file)
    : texts(followedBy(head, rest), file);
}

/** Enough to tell what a file is. */
const LEAST_HEAD = 512;

function* followedBy(head: Uint8Array, rest: Iterable<Uint8Array>): Generator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** Blocks of whole characters. */
function* texts(blocks: Iterable<Uint8Array>, file: string): Generator<Uint8Array> {
  let encoding: Encoding | undefined;
  let recode: InstanceType<typeof TextDecoder> | undefined;
  let [rest, before]: [Uint8Array, number] = [new Uint8Array(), 0];
  for (const block of blocks) {
    encoding ??= encodingOf(block, file, 'CSV');
    if (encoding === 'utf-8') {
      const piece = rest.length === 0 ? block : Buffer.concat([rest, block]);
      const end = piece[piece.length - 1] < 0x80 ? piece.length : startOfCharacter(piece, piece.length - 1);
      const whole = piece.subarray(0, end);
      requireUtf8(whole, file, before);
      before += newlinesIn(whole);
      rest = piece.slice(end);
      if (end > 0) yield whole;
    } else {
      recode ??= new TextDecoder(encoding, { fatal: true });
      yield recoded(recode, block, file);
    }
  }
  if (recode) yield recoded(recode, undefined, file);
  if (rest.length > 0) requireUtf8(rest, file, before);
  if (rest.length > 0) yield rest;
}

function recoded(decoder: InstanceType<typeof TextDecoder>, block: Uint8Array | undefined, file: string): Uint8Array {
  try {
    return Buffer.from(block === undefined ? decoder.decode() : decoder.decode(block, { stream: true }));
  } catch {
    throw new UserError({ where: { file }, message: `is not ${decoder.encoding.toUpperCase()} text` });
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpack(bytes: Uint8Array, file: string, expect: Expect): Uint8Array {
  const [told, expected] = [toldSize(bytes), expect(beginning(bytes))];
  const most = expected ?? mostUnpacked(bytes.length);
  if (expected === undefined && told > most) throw damagedOrTooMuch(file, told, most);
  try {
    // room for one more byte, or zlib asks for another piece
    const chunkSize = Math.max(LEAST_CHUNK, Math.min(told, most, MOST_RATIO * bytes.length) + 1);
    return gunzipSync(bytes, { chunkSize, maxOutputLength: most + 1 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw unpacksTooFar(file, most);
    const what = code === 'Z_BUF_ERROR' ? 'is cut off' : `is damaged (${message})`;
    throw new UserError({ where: { file }, message: `this gzip file ${what}`, hint: 'fetch it again' });
  }
}

/** Deflate can pack 1032 bytes in one. */
const [LEAST_CHUNK, MOST_RATIO] = [1 << 16, 1032];

/** Numbers as text pack to a tenth or so; sparse ones to a fiftieth. */
const mostUnpacked = (packed: number) => Math.min(MOST_BYTES, 64e6 + 64 * packed);

/** What the last bytes say it unpacks to, modulo 2³². */
function toldSize(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
}

/** The first of the contents of a file that begins so; nothing where that is damaged, which unpacking all of it will tell. */
export function beginning(bytes: Uint8Array): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes.subarray(0, 1024), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array();
  }
}

function damagedOrTooMuch(file: string, told: number, most: number): UserError {
  const message = `this gzip file is damaged, or unpacks to ${told} bytes, of which it may have ${most}`;
  return new UserError({ where: { file }, message, hint: 'fetch it again; if all of it is data, unpack it' });
}

function unpacksTooFar(file: string, most: number): UserError {
  return tooMuch(file, `this gzip file unpacks to more than the ${most} bytes that it may have`);
}

function tooMuch(file: string, message: string): UserError {
  return new UserError({ where: { file }, message, hint: 'if all of it is data, unpack it and split it' });
}
