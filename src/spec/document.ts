import { readFileSync } from 'node:fs';
import { type Document, isMap, LineCounter, type Node, parseDocument } from 'yaml';
import { type Issue, type Location, UserError } from '../errors.js';
import { STDIN } from './stdin.js';

export type Path = readonly (string | number)[];

/** A YAML (or JSON, which is YAML) file: plain data, and where each part of it stands. */
export interface SourceDocument {
  readonly file: string;
  readonly data: unknown;
  /** Position of the value at `path`, or of the nearest thing above it that exists. */
  locate(path: Path): Location;
  /** Position of the key itself (for an unknown one). */
  locateKey(path: Path, key: string): Location;
}

/** A spec beyond that is data in the wrong place. */
const MOST_CHARACTERS = 2_000_000;

/** @throws UserError where the file cannot be read, or is not YAML: all syntax errors and duplicate keys at once. */
export function readSpec(file: string): SourceDocument {
  const text = readText(file);
  if (text.length <= MOST_CHARACTERS) return parseSource(text, file);
  const message = `a spec may have ${MOST_CHARACTERS} characters at most, got ${text.length}`;
  throw new UserError({ where: { file }, message, hint: 'keep data and parameters in files of their own' });
}

/** The same for a file of any size. */
export function readDocument(file: string): SourceDocument {
  return parseSource(readText(file), file);
}

function readText(file: string): string {
  return Buffer.from(readBytes(file)).toString('utf8');
}

/** @throws UserError where the file cannot be read. */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file === STDIN ? process.stdin.fd : file);
  } catch (error) {
    throw new UserError({ where: { file }, message: readProblem(error as NodeJS.ErrnoException) });
  }
}

function readProblem(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'no such file';
  if (error.code === 'EISDIR') return 'is a directory, not a file';
  return `cannot be read: ${error.message}`;
}

/** The same for text that is at hand; `file` names it in messages. */
export function parseSource(text: string, file: string): SourceDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  if (document.errors.length > 0) {
    throw new UserError(
      document.errors.map(({ message, pos }): Issue => ({ where: at(pos[0]), message: firstLine(message) })),
    );
  }
  return {
    file,
    data: plainData(document, at),
    locate: (path) => at(offsetOf(document, path)),
    locateKey(path, key) {
      const map = path.length === 0 ? document.contents : document.getIn(path, true);
      const pair = isMap(map) ? map.items.find((item) => String(item.key) === key) : undefined;
      return at((pair?.key as Node | undefined)?.range?.[0] ?? offsetOf(document, path));
    },
  };
}

/** The data with every alias expanded to a copy of its own: a change in one place is a change in one place. */
function plainData(document: Document, at: (offset: number) => Location): unknown {
  try {
    return copyTree(document.toJS());
  } catch (error) {
    throw new UserError({ where: at(0), message: firstLine((error as Error).message) });
  }
}

/** A deep copy of plain data that shares nothing, not even what the original shares with itself. */
export function copyTree(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyTree);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyTree(inner)]));
}

/** The parser quotes what it did not expect, which may be the rest of the file. */
function firstLine(message: string): string {
  const [line] = message.split('\n');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line;
}

const LONGEST = 200;

function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    if (node?.range) return node.range[0];
  }
  return (document.contents as Node | null)?.range?.[0] ?? 0;
}
