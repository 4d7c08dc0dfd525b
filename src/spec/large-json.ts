/** Large files of parameters, which the YAML parser would take minutes and gigabytes for. */
import { type Location, UserError } from '../errors.js';
import { MOST_NESTED } from './plain-data.js';
import type { SourceDocument } from './source-document.js';

/**
 * A JSON text with the places of its first keys; undefined where it is none, and the YAML parser may say why.
 * @throws UserError where a key is given twice, or it is nested too deeply
 */
export function readLargeJson(text: string, file: string): SourceDocument | undefined {
  if (!/^\s*[[{]/.test(text.slice(0, 1000))) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const keys = firstKeys(text, file);
  const start = placeOf(text, file, 0);
  const locate = (key: string | number | undefined): Location => {
    const at = keys.get(String(key));
    return at === undefined ? start : placeOf(text, file, at);
  };
  return { file, data, locate: ([key]) => locate(key), locateKey: ([above], key) => locate(above ?? key) };
}

/** Where the keys of the outermost map stand. The text is JSON. */
function firstKeys(text: string, file: string): Map<string, number> {
  const keys = new Map<string, number>();
  const mark = /["[\]{}]/g;
  let depth = 0;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    const at = found.index;
    if (text[at] !== '"') depth += text[at] === '[' || text[at] === '{' ? 1 : -1;
    else {
      const end = endOfString(text, at);
      mark.lastIndex = end;
      if (depth === 1 && /^\s*:/.test(text.slice(end, end + 20))) {
        const key = JSON.parse(text.slice(at, end)) as string;
        if (keys.has(key)) throw fail(text, file, at, `key '${key.slice(0, 60)}' is given twice`);
        keys.set(key, at);
      }
    }
    if (depth > MOST_NESTED) throw fail(text, file, at, `is nested more than ${MOST_NESTED} deep`);
  }
  return keys;
}

/** Behind the quote that ends the string which begins at a place. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

const fail = (text: string, file: string, at: number, message: string) =>
  new UserError({ where: placeOf(text, file, at), message });

function placeOf(text: string, file: string, at: number): Location {
  let [line, start] = [1, 0];
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1))
    [line, start] = [line + 1, end + 1];
  return { file, line, column: at - start + 1 };
}
