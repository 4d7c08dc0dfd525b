import { gunzipSync } from 'node:zlib';
import { UserError } from '../errors.js';

/** All blocks of a file in one piece, unpacked where they are gzip. @throws UserError */
export function wholeContents(blocks: Iterable<Uint8Array>, file: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const block of blocks) parts.push(block.slice());
  const packed = parts.length === 1 ? parts[0] : Buffer.concat(parts);
  return isGzip(packed) ? unpack(packed, file) : packed;
}

/** The blocks of a file as they come; of a gzip file its contents in one block. @throws UserError */
export function* contents(blocks: Iterable<Uint8Array>, file: string): Generator<Uint8Array> {
  const way = blocks[Symbol.iterator]();
  const rest = { [Symbol.iterator]: () => way };
  let head: Uint8Array = new Uint8Array();
  while (head.length < 2) {
    const next = way.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  if (isGzip(head)) yield wholeContents(followedBy(head, rest), file);
  else yield* followedBy(head, rest);
}

function* followedBy(head: Uint8Array, rest: Iterable<Uint8Array>): Generator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpack(bytes: Uint8Array, file: string): Uint8Array {
  try {
    return gunzipSync(bytes, { chunkSize: unpackedSize(bytes) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = code === 'Z_BUF_ERROR' ? 'is cut off' : `is damaged (${message})`;
    throw new UserError({ where: { file }, message: `this gzip file ${what}`, hint: 'fetch it again' });
  }
}

const [LEAST_CHUNK, MOST_RATIO] = [64, 1032];

/** As the last bytes tell, if deflate can pack so much: unpacked in one piece, nothing needs to be copied together. */
function unpackedSize(bytes: Uint8Array): number {
  const told = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  // room for one more byte, or zlib asks for another piece
  return Math.max(LEAST_CHUNK, Math.min(told, MOST_RATIO * bytes.length) + 1);
}
