/** Markdown as a terminal shows it: as wide as it may be, headings and code told apart with and without styles. */
import { lexer, type Token, type Tokens } from 'marked';
import { fittedCode } from './markdown-code.js';
import { SOFT, styled, widthOf, wrapped } from './terminal.js';

const INDENT = 2;
const OF_CODE = 4;
const GAP = 2;

/** A document, line by line. @param columns that a line may have, but for code that can end nowhere. */
export function rendered(markdown: string, columns: number): string[] {
  return blocks(lexer(markdown), columns);
}

/** Blocks below each other, an empty line between two. */
function blocks(tokens: readonly Token[], columns: number): string[] {
  return separated(tokens.map((token) => block(token, columns)));
}

function block(token: Token, columns: number): string[] {
  switch (token.type) {
    case 'heading':
      return wrapped(spans(token.tokens, 'bold'), columns);
    case 'list':
      return indented(list(token as Tokens.List, columns - INDENT), INDENT);
    case 'table':
      return indented(grid(token as Tokens.Table, columns - INDENT), INDENT);
    case 'code':
      return indented(fittedCode(token.text, token.lang, columns - OF_CODE), OF_CODE);
    case 'paragraph':
    case 'text':
      return indented(wrapped(spans(token.tokens), columns - INDENT), INDENT);
    default:
      // empty lines, rules, and comments
      return [];
  }
}

function list({ items, ordered, start, loose }: Tokens.List, columns: number): string[] {
  const all = items.map(({ tokens }, i) => {
    const mark = ordered ? `${Number(start) + i}. ` : '- ';
    // blocks are indented by themselves
    const parts = tokens.map((token) => block(token, columns).map((line) => line.slice(INDENT)));
    const lines = loose ? separated(parts) : parts.flat();
    return lines.map((line, j) => (j === 0 ? mark : ' '.repeat(mark.length)) + line);
  });
  return loose ? separated(all) : all.flat();
}

/** Columns as wide as their widest cell, where all have room; else the widest give way, and their cells have several lines. */
function grid({ header, rows }: Tokens.Table, columns: number): string[] {
  const cells = [
    header.map(({ tokens }) => spans(tokens, 'bold')),
    ...rows.map((row) => row.map(({ tokens }) => spans(tokens))),
  ];
  const widest = header.map((_, j) => Math.max(...cells.map((row) => widthOf(row[j].replaceAll(SOFT, '')))));
  const widths = shared(widest, columns - GAP * (header.length - 1));
  const rule = widths.map((width) => '─'.repeat(width)).join(' '.repeat(GAP));
  const lines = cells.map((row) => {
    const parts = row.map((cell, j) => wrapped(cell, widths[j]));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, i) =>
      parts
        .map((lines, j) => padded(lines[i] ?? '', widths[j]))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  });
  return [...lines[0], rule, ...lines.slice(1).flat()];
}

/** Widths that add up to at most `room`: what is narrower than its share stays, the others share what is left. */
function shared(widest: readonly number[], room: number): number[] {
  const order = widest.map((width, j) => ({ width, j })).sort((a, b) => a.width - b.width);
  const widths: number[] = [];
  let left = Math.max(room, widest.length);
  for (const [i, { width, j }] of order.entries()) {
    widths[j] = Math.min(width, Math.floor(left / (order.length - i)));
    left -= widths[j];
  }
  return widths;
}

const padded = (line: string, width: number): string => line + ' '.repeat(Math.max(0, width - widthOf(line)));

/** Text within a line: links by their words, code in bold, or between backticks where nothing is bold. */
function spans(tokens: readonly Token[] = [], style?: 'bold'): string {
  return tokens.map((token) => span(token, style)).join('');
}

function span(token: Token, style?: 'bold'): string {
  switch (token.type) {
    case 'codespan': {
      const text = breakable(token.text);
      const shown = byWord(text, 'bold');
      return shown === text ? `\`${shown}\`` : shown;
    }
    case 'strong':
      return spans(token.tokens, 'bold');
    case 'em':
      return spans(token.tokens, style);
    case 'link':
      return linked(token as Tokens.Link, style);
    case 'image':
      return `(picture: ${token.text})`;
    case 'html':
      return '';
    default: {
      const text = 'text' in token ? String(token.text) : token.raw;
      return style === undefined ? text : byWord(text, style);
    }
  }
}

/** A page of this manual is its name, any other page has its address beside it. */
function linked({ tokens, href }: Tokens.Link, style?: 'bold'): string {
  const text = spans(tokens, style);
  return /^https?:/.test(href) ? `${text} (${href})` : text;
}

/** A long list without blanks may end behind each comma. */
const breakable = (code: string): string => code.replace(/\S{24,}/g, (word) => word.replace(/,(?=.)/g, `,${SOFT}`));

/** Each word by itself: a line may end between two. */
const byWord = (text: string, style: 'bold'): string =>
  text
    .split(/( |\u200b)/)
    .map((word) => (word === '' || word === ' ' || word === SOFT ? word : styled(style, word)))
    .join('');

const indented = (lines: readonly string[], by: number): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(by) + line));

const separated = (parts: readonly (readonly string[])[]): string[] =>
  parts.filter(({ length }) => length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
