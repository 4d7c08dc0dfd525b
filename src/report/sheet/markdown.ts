import { inMarkdown } from '../../text.js';
import { type Cell, headingsOf, type Sheet } from './sheet.js';

/** One line of headings: Markdown has no more. */
export function markdownOf(sheet: Sheet): string {
  const { caption, names, lines, notes } = sheet;
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const headings = headingsOf(sheet);
  return [
    ...(caption === '' ? [] : [sentence(caption, ':'), '']),
    row(headings.map(plain)),
    row(headings.map((_, i) => (i < names ? '---' : '---:'))),
    ...lines.map((cells) => row(cells.map(cellOf))),
    ...notes.flatMap((note) => ['', sentence(note, '.')]),
  ].join('\n');
}

/** What would make words stand out, or a formula, does not. */
const plain = (text: string): string => inMarkdown(text).replace(/[*_~&$]/g, '\\$&');
const cellOf = ({ text, bold }: Cell): string => (bold ? `**${plain(text)}**` : plain(text));
const sentence = (words: string, end: string): string => plain(`${words[0].toUpperCase()}${words.slice(1)}${end}`);
