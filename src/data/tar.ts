import { UserError } from '../errors.js';

/** Headers, and contents, fill whole blocks of this. */
const BLOCK = 512;
const PLAIN = ['0', '\0', ''];

/**
 * The plain files of a tar archive by their paths, as views of its bytes: POSIX ustar, as GNU and pax write it too, of which
 * records about other entries are passed over.
 * @throws UserError where it is something else, damaged, or cut off.
 */
export function readTar(bytes: Uint8Array, file: string): ReadonlyMap<string, Uint8Array> {
  const fail = (message: string) => new UserError({ where: { file }, message, hint: 'fetch it again' });
  const entries = new Map<string, Uint8Array>();
  for (let at = 0; ; ) {
    const header = bytes.subarray(at, at + BLOCK);
    // two blocks of zeros end it; an archive without them has ended, too
    if (header.length === 0 || header.every((byte) => byte === 0)) return entries;
    if (header.length < BLOCK) throw fail(`is cut off: a header of ${BLOCK} bytes at ${at} has ${header.length}`);
    if (octal(header, 148, 8) !== checksum(header)) {
      throw fail(at === 0 ? 'is no tar archive' : `is damaged: what should be a header at byte ${at} is none`);
    }
    const path = [text(header, 345, 155), text(header, 0, 100)].filter((part) => part !== '').join('/');
    const size = octal(header, 124, 12);
    const contents = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (contents.length < size) {
      throw fail(`is cut off: of ${path} there are ${contents.length} bytes, ${size} are expected`);
    }
    if (PLAIN.includes(text(header, 156, 1))) entries.set(path, contents);
    at += BLOCK + BLOCK * Math.ceil(size / BLOCK);
  }
}

function text(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('latin1');
}

/** NaN where it is no number: sizes from 8 GB on are written otherwise. */
function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** The sum of its bytes, its own field as spaces. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
}
