/** From bytes to text: UTF-8, or what a byte order mark says, and nothing else. A wrong byte is told with its place. */
import { isUtf8 } from 'node:buffer';
import { UserError } from '../errors.js';
import { signatureOf } from './signature.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const HINT = 'save it as UTF-8';

/** The encoding of bytes that begin so. @throws UserError where they are no text: a known kind of file, or another encoding */
export function encodingOf(bytes: Uint8Array, file: string, expected: string): Encoding {
  const fail = (message: string, hint?: string) =>
    new UserError({ where: { file }, message, ...(hint === undefined ? {} : { hint }) });
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    throw fail(`is UTF-32 text; ${expected} is expected in UTF-8`, HINT);
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const what = signatureOf(bytes);
  if (what !== undefined) throw fail(`is ${what}, not ${expected}`);
  if (bytes.length > 3 && (a === 0) !== (b === 0) && (c === 0) === (a === 0) && (d === 0) === (b === 0))
    throw fail('is UTF-16 text without a byte order mark', HINT);
  return 'utf-8';
}

/** The text of a whole file, without its byte order mark; `file` names it in messages. @throws UserError */
export function decode(bytes: Uint8Array, file: string, expected = 'text'): string {
  const encoding = encodingOf(bytes, file, expected);
  if (encoding === 'utf-8') {
    requireUtf8(bytes, file, 0);
    return new TextDecoder().decode(bytes);
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new UserError({ where: { file }, message: `is not ${encoding.toUpperCase()} text`, hint: HINT });
  }
}

/**
 * Makes sure that bytes, which begin behind `before` lines of a file and in no middle of a character, are text.
 * @throws UserError with the place of the first byte that is not
 */
export function requireUtf8(bytes: Uint8Array, file: string, before: number): void {
  const nul = bytes.indexOf(0);
  const valid = isUtf8(bytes);
  if (valid && nul < 0) return;
  const bad = valid ? bytes.length : firstInvalid(bytes);
  const at = nul >= 0 && nul < bad ? nul : bad;
  const line = before + 1 + newlinesIn(bytes.subarray(0, at));
  const start = bytes.lastIndexOf(NEWLINE, at - 1) + 1;
  const column = 1 + new TextDecoder().decode(bytes.subarray(at === 0 ? 0 : start, at)).length;
  const where = { file, line, column };
  if (at === nul) throw new UserError({ where, message: 'is no text: it has a zero byte here' });
  throw new UserError({ where, message: `is not UTF-8 text: ${named(bytes[at])}`, hint: HINT });
}

const NEWLINE = 0x0a;

export function newlinesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** A byte, and the letter that it mostly is where a file is not UTF-8. */
function named(byte: number): string {
  const letter = byte >= 0xa1 ? ` ('${String.fromCharCode(byte)}' in Latin-1)` : '';
  return `byte 0x${byte.toString(16)}${letter}`;
}

/** Where the first character begins that is none, by halves: what is before it is UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = startOfCharacter(bytes, good + Math.ceil((bad - good) / 2));
    if (middle <= good || middle >= bad) break;
    if (isUtf8(bytes.subarray(good, middle))) good = middle;
    else bad = middle;
  }
  // the last few bytes, one after the other
  for (let at = good; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n)));
    if (length === undefined) return at;
    at += length;
  }
  return bytes.length;
}

/** The start of the character that the byte belongs to. */
export function startOfCharacter(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && at - start < 3 && (bytes[start] & 0xc0) === 0x80) start--;
  return start;
}
