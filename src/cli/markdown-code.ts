/** Code in so many columns: what is longer goes on in further lines, which mean the same where they are copied from a terminal. */
import { widthOf } from './terminal.js';

interface Language {
  /** What begins a comment behind code. */
  readonly comment: RegExp;
  /** Where a line may end: a blank behind what says that it goes on. */
  readonly breaks: RegExp;
  /** What says so at the end of a line, where nothing else does. */
  readonly goesOn: string;
}

const yaml: Language = { comment: /\s+(# .*)$/, breaks: /(?<=[,{[])\s/g, goesOn: '' };
const ts: Language = { comment: /\s+(\/\/ .*)$/, breaks: /(?<=[,{(]|=>)\s/g, goesOn: '' };
const sh: Language = { comment: /\s+(# .*)$/, breaks: /\s(?=-|&&|\|)/g, goesOn: ' \\' };

const LANGUAGES: Readonly<Record<string, Language>> = { yaml, ts, sh };

const FURTHER = '    ';

/** Lines of a block of code. Those of a language that is not known, and those that can end nowhere, stay as they are. */
export function fittedCode(code: string, language: string | undefined, columns: number): string[] {
  const known = language === undefined ? undefined : LANGUAGES[language];
  const lines = code.split('\n');
  return known === undefined ? lines : lines.flatMap((line) => fitted(line, known, columns));
}

function fitted(line: string, language: Language, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const [indent] = /^\s*/.exec(line)!;
  const [, mark, said] = /^\s*(#|\/\/|\/?\*+) (.*)$/.exec(line) ?? [];
  if (mark !== undefined) return commentLines(indent, mark, said, columns);
  const [behind, comment] = language.comment.exec(line) ?? [];
  if (behind === undefined) return codeLines(line, indent, language, columns);
  const code = line.slice(0, -behind.length);
  // beside it where there is room, else above it
  const beside = `${code}  ${comment}`;
  if (widthOf(beside) <= columns) return [beside];
  const [own, ...words] = comment.split(' ');
  return [...commentLines(indent, own, words.join(' '), columns), ...fitted(code, language, columns)];
}

/** Each with the mark of a comment: that of one that goes on behind that of one that begins. */
function commentLines(indent: string, mark: string, said: string, columns: number): string[] {
  const further = mark.startsWith('/*') ? ' *' : mark;
  const lines: string[] = [];
  let line = indent + mark;
  for (const [i, word] of said.split(' ').entries()) {
    if (i > 0 && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = indent + further;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function codeLines(line: string, indent: string, language: Language, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const { breaks, goesOn } = language;
  const places = [...line.matchAll(breaks)]
    .map(({ index }) => index)
    .filter((place) => place > line.search(/\S/) + FURTHER.length && !isQuoted(line.slice(0, place)));
  const room = columns - goesOn.length;
  const at = places.filter((place) => widthOf(line.slice(0, place)) <= room).at(-1) ?? places[0];
  if (at === undefined) return [line];
  const rest = indent + FURTHER + line.slice(at + 1);
  return [line.slice(0, at) + goesOn, ...codeLines(rest, indent, language, columns)];
}

/** Whether a text goes on after so much of a line. */
const isQuoted = (before: string): boolean =>
  ["'", '"', '`'].some((quote) => (before.split(quote).length - 1) % 2 === 1);
