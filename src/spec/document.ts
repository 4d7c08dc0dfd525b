import { Composer, type Document, isScalar, Lexer, LineCounter, Parser, type YAMLError } from 'yaml';
import { type Issue, type Location, UserError } from '../errors.js';
import { decode } from '../io/encoding.js';
import { KINDS } from '../io/kinds.js';
import { type FileKind, readStdin, readText } from '../io/read.js';
import { meant } from '../text.js';
import { readLargeJson } from './large-json.js';
import { MOST_NESTED, type Places, plainData } from './plain-data.js';
import type { Path, SourceDocument } from './source-document.js';
import { STDIN } from './stdin.js';
import { wordsOf } from './yaml-words.js';

/**
 * A spec. What its keys `x-…` hold is there for anchors, and no part of it.
 * @throws UserError where the file cannot be read, or is not YAML: all syntax errors and duplicate keys at once.
 */
export function readSpec(file: string): SourceDocument {
  const document = parseSource(textOf(file, KINDS.spec), file, MOST_SIGNS);
  const { data } = document;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return document;
  return { ...document, data: Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith('x-'))) };
}

/** Words, numbers, brackets, commas and spaces of a spec: as many are read in a second. */
const MOST_SIGNS = 500_000;

/** YAML takes a hundred times the memory of its text. */
const MOST_YAML = 8e6;
const LARGE = 2e5;

/** Parameters; large files of them are JSON, of which tensors are located, not each number. @throws UserError */
export function parseParameters(text: string, file: string): SourceDocument {
  const json = text.length > LARGE ? readLargeJson(text, file) : undefined;
  if (json === undefined && text.length > MOST_YAML) {
    const message = `a parameter file of more than ${MOST_YAML} bytes must be JSON or .npz, and this is no JSON`;
    throw new UserError({ where: { file }, message });
  }
  return json ?? parseSource(text, file);
}

function textOf(file: string, kind: FileKind): string {
  return file === STDIN ? onStdin(kind) : readText(file, kind);
}

let stdin: string | undefined;

/** It comes once, and is looked at for plugins first. */
function onStdin(kind: FileKind): string {
  stdin ??= decode(readStdin(STDIN, kind), STDIN, `a ${kind.what}`);
  return stdin;
}

/** The same for text that is at hand; `file` names it in messages. */
export function parseSource(text: string, file: string, mostSigns = Number.POSITIVE_INFINITY): SourceDocument {
  const lines = new LineCounter();
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const document = compose(lexemes(text, mostSigns, at), text.length, lines, at);
  const { data, places, issues } = plainData(document, (offset) => lines.linePos(offset).line);
  const all = [...document.errors, ...document.warnings.filter(({ code }) => code === 'BAD_DIRECTIVE')];
  // of a line the first counts: the others come from it
  const told = [...new Map(all.reverse().map((error) => [lines.linePos(error.pos[0]).line, error])).values()].reverse();
  if (told.length + issues.length > 0) {
    throw new UserError([
      ...told.slice(0, MOST_TOLD).map((error) => syntaxIssue(error, text, lines, at)),
      ...issues.map(({ at: offset, ...issue }) => ({ where: at(offset), ...issue })),
    ]);
  }
  return { file, data, ...locators(data, places, at, document.contents?.range?.[0] ?? 0) };
}

/** One mistake of syntax often makes others. */
const MOST_TOLD = 10;

function locators(data: unknown, places: WeakMap<object, Places>, at: (offset: number) => Location, start: number) {
  const find = (path: Path): { holder: unknown; offset: number; whole: boolean } => {
    let [holder, offset] = [data, start];
    for (const part of path) {
      const place = places.get(holder as object);
      const next = place && ('items' in place ? place.items[part as number] : place.values.get(String(part)));
      if (next === undefined) return { holder, offset, whole: false };
      offset = next;
      holder = (holder as Record<string | number, unknown>)[part];
    }
    return { holder, offset, whole: true };
  };
  return {
    locate: (path: Path) => at(find(path).offset),
    locateKey(path: Path, key: string) {
      const { holder, offset, whole } = find(path);
      const place = whole ? places.get(holder as object) : undefined;
      return at((place && 'keys' in place ? place.keys.get(key) : undefined) ?? offset);
    },
  };
}

type At = (offset: number) => Location;

/** The parts of a text. @throws UserError where there are too many */
function* lexemes(text: string, most: number, at: At): Generator<string> {
  let [count, offset] = [0, 0];
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > most) {
      const message = `a spec may have ${most} words, numbers and signs at most, and here they are reached`;
      throw new UserError({ where: at(offset), message, hint: KINDS.spec.hint });
    }
    offset += lexeme.length;
    yield lexeme;
  }
}

/** The one document of a text. @throws UserError where there are several, or it is nested too deeply to be read */
function compose(parts: Iterable<string>, length: number, lines: LineCounter, at: At): Document {
  // what is given twice is found, and told better, where the data is made of it
  const composer = new Composer({ uniqueKeys: false, logLevel: 'silent' });
  const all = [...composer.compose(shallow(parts, lines, at), true, length)] as unknown as Document[];
  const [first, second] = all.filter(({ contents, errors }) => !isEmpty(contents) || errors.length > 0);
  if (second !== undefined && first.errors.length === 0) {
    const where = at(second.contents?.range?.[0] ?? 0);
    throw new UserError({
      where,
      message: 'a second document begins here, and a file holds one',
      hint: 'put it into a file of its own',
    });
  }
  const document = first ?? all[0];
  const version = document.directives?.yaml.explicit ? document.directives.yaml.version : '1.2';
  if (version === '1.2') return document;
  throw new UserError({ where: at(0), message: `this is YAML 1.2, got %YAML ${version}`, hint: 'leave this line out' });
}

/** Of a document that is only its line of `---`. */
const isEmpty = (contents: unknown) => contents === null || (isScalar(contents) && contents.source === '');

function* shallow(parts: Iterable<string>, lines: LineCounter, at: At) {
  const parser = new Parser(lines.addNewLine);
  // the parser hands the first line start on with the first token
  lines.addNewLine(0);
  for (const lexeme of parts) {
    yield* parser.next(lexeme);
    if (parser.stack.length <= MOST_NESTED) continue;
    throw new UserError({ where: at(parser.offset), message: `is nested more than ${MOST_NESTED} deep` });
  }
  yield* parser.end();
}

function syntaxIssue(error: YAMLError, text: string, lines: LineCounter, at: (offset: number) => Location): Issue {
  if (error.code === 'BAD_DIRECTIVE')
    return { where: at(error.pos[0]), message: 'a line that begins with % says nothing here', hint: 'leave it out' };
  const { line } = lines.linePos(error.pos[0]);
  const odd = meant(text.slice(lines.lineStarts[line - 1], lines.lineStarts[line]))?.odd;
  const { message, hint } = wordsOf(error);
  const told = odd === undefined ? hint : `this line has ${odd}`;
  return { where: at(error.pos[0]), message, ...(told === undefined ? {} : { hint: told }) };
}
