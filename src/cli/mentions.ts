/** Where the manual has a word that is the name of no page. */
import { lexer, type Token, type Tokens } from 'marked';
import { page, topics } from './manual.js';

/** What stands under one heading of a page, and has the word. */
export interface Mention {
  readonly topic: string;
  /** The last one above the word. */
  readonly heading: string;
  /** What has it, in plain text: a paragraph, an item, a row of a table, a line of code. */
  readonly passage: string;
}

/** Where a word is explained before where it is used, and that before where it stands. */
const RANKS = ['heading', 'glossary', 'text'] as const;

interface Ranked extends Mention {
  readonly rank: (typeof RANKS)[number];
  /** How many passages have the word. */
  readonly times: number;
}

interface Section {
  readonly topic: string;
  readonly heading: string;
  /** What is said before what is shown. */
  readonly passages: readonly string[];
}

/** The first mention under each heading, those that say most first. @param asked a word or several, or how they begin. */
export function mentions(asked: string): Mention[] {
  const words = inWords(asked);
  if (words === ' ') return [];
  return topics()
    .flatMap(sections)
    .flatMap((section) => mentioned(section, words))
    .sort((a, b) => RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank) || b.times - a.times);
}

function mentioned({ topic, heading, passages }: Section, words: string): Ranked[] {
  const having = passages.filter((passage) => inWords(passage).includes(words));
  if (inWords(heading).includes(words))
    return [{ topic, heading, passage: having[0] ?? passages[0] ?? '', rank: 'heading', times: having.length }];
  if (having.length === 0) return [];
  // an entry of the glossary begins with what it explains
  const entry = having.find((passage) => topic === 'glossary' && inWords(passage).startsWith(words));
  const rank = topic === 'glossary' ? 'glossary' : 'text';
  return [{ topic, heading, passage: entry ?? having[0], rank, times: having.length }];
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Words in small letters, a blank before each: what stands between them does not count. */
const inWords = (text: string): string => ` ${(text.toLowerCase().match(WORD) ?? []).join(' ')}`;

function sections(topic: string): Section[] {
  const all: { heading: string; prose: string[]; code: string[] }[] = [];
  for (const token of lexer(page(topic))) {
    if (token.type === 'heading') all.push({ heading: plain(token.text), prose: [], code: [] });
    else if (token.type === 'code') all.at(-1)?.code.push(...linesOf(token.text));
    else all.at(-1)?.prose.push(...passagesOf(token));
  }
  return all.map(({ heading, prose, code }) => ({ topic, heading, passages: [...prose, ...code] }));
}

const linesOf = (code: string): string[] => code.split('\n').map((line) => line.trim());

function passagesOf(token: Token): string[] {
  switch (token.type) {
    case 'list':
      return (token as Tokens.List).items.map(({ text }) => plain(text));
    case 'table':
      return (token as Tokens.Table).rows.map((cells) =>
        cells.flatMap(({ text }) => (text === '' ? [] : [plain(text)])).join(' · '),
      );
    case 'paragraph':
      return [plain(token.text)];
    default:
      return [];
  }
}

/** Without marks of code, emphasis and links, in one line. */
const plain = (markdown: string): string =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(?<![\w.*`])\*(\p{L}[^*]*)\*/gu, '$1')
    .replace(/`|\*\*/g, '')
    .replace(/\s+/g, ' ');

/** A passage in so many columns: where not all of it has room, what is around the word. */
export function excerpt(passage: string, asked: string, columns: number): string {
  if (passage.length <= columns) return passage;
  const [first] = asked.toLowerCase().match(WORD)!;
  const at = [...passage.matchAll(WORD)].find(([word]) => word.toLowerCase().startsWith(first))?.index ?? 0;
  // a third of the columns before it, from the beginning of a word to the end of one
  const from = at < columns / 2 ? 0 : passage.indexOf(' ', at - Math.floor(columns / 3)) + 1;
  const [before, room] = from === 0 ? ['', columns - 2] : ['… ', columns - 4];
  const rest = passage.slice(from);
  return before + (rest.length <= room ? rest : `${rest.slice(0, rest.lastIndexOf(' ', room))} …`);
}
