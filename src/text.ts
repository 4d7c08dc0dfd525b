/**
 * Text that may come from a stranger's file, as it leaves the program: nothing in it acts on a terminal, a build log or a
 * line of a report.
 */

/**
 * Control characters, line and paragraph separators, format characters (direction of text, zero width, tags), surrogates
 * without a partner, and what Unicode never assigns.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/**
 * What build servers take for a command in the log of a job: `::error` at the start of a line and `##[` anywhere (GitHub),
 * `##vso[` (Azure), `##teamcity[`.
 */
const ORDERS = /^\s*:(?=:[a-z])|#(?=#\w*\[)/gi;

/**
 * One line of text that shows and does nothing: each character that would act is shown as `\x1b`, `\u202e`. What is inert
 * already stays as it is.
 */
export function inert(text: string): string {
  return text.replace(ACTING, escaped).replace(ORDERS, (found) => found.slice(0, -1) + escaped(found.slice(-1)));
}

/** The same for text of several lines: line ends and tabs stay. */
export function inertLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(inert).join('\t'))
    .join('\n');
}

/** JSON that shows and does nothing, and means the same: what would act is written as JSON writes it. */
export function inertJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  // line ends are those of the indentation: JSON has none in its strings, nor `::` at the start of a line
  return text
    .replace(ACTING, (character) => (character === '\n' ? character : jsonEscaped(character)))
    .replace(ORDERS, jsonEscaped);
}

/** Words in Markdown: a cell of a table ends where it ends, and nothing in it is a tag, a link or code. */
export function inMarkdown(text: string): string {
  return inert(text).replace(/[\\|<`[\]]/g, '\\$&');
}

/** `1 run`, `2 runs`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/**
 * A value as YAML has it within a line, as it is typed in a spec or after -s: `[0.5, 0.2]`, `{name: adam, rate: 0.1}`.
 * @param leaf how a number, a word or nothing is written
 */
export function flowText(value: unknown, leaf: (value: unknown) => string = plainText): string {
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, leaf)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return leaf(value);
  const pairs = Object.entries(value).map(([key, own]) => `${plainText(key)}: ${flowText(own, leaf)}`);
  return `{${pairs.join(', ')}}`;
}

/** Words that YAML takes for words stand as they are, others in quotes: `even-odd`, `'1e-3'`, `'yes: 1'`. */
function plainText(value: unknown): string {
  if (typeof value !== 'string' || (WORD.test(value) && !NO_WORD.test(value))) return String(value);
  return value.search(ACTING) >= 0 ? inertJson(value) : `'${value.replaceAll("'", "''")}'`;
}

const WORD = /^[\p{L}_./](?:[ :]?[\p{L}\p{N}_./+-])*$/u;
const NO_WORD = /^(?:null|true|false|yes|no|on|off|\.(?:\d.*|nan|inf))$/i;

/** The start of a text that is too long to be read in a message. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // not in the middle of a pair
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The id of a run in so many characters at most: its end, the start of its hash, tells it from others. */
export function shortId(id: string, most: number): string {
  const end = id.slice(id.lastIndexOf('-'));
  return id.length <= most ? id : `${id.slice(0, Math.max(1, most - 1 - end.length))}…${end}`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  if (code === 0x0a) return '\\n';
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

function jsonEscaped(characters: string): string {
  return Array.from({ length: characters.length }, (_, i) => characters.charCodeAt(i))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}

/** A value in a message, so that it can be told what it is: odd spaces are seen, and its start is enough. */
export function quoted(text: string, most = 100): string {
  return `'${shortened(text, most).replace(/[^\P{Zs} ]/gu, escaped)}'`;
}

/** Characters that a page or an editor puts in place of those that are meant: [which, what they are, what is meant]. */
const LOOKALIKES: readonly [RegExp, string, string | ((character: string) => string)][] = [
  [/\u2212/g, 'a minus sign', '-'],
  [/[\u2010-\u2015]/g, 'a dash', '-'],
  [/[\u00a0\u2007\u202f]/g, 'a no-break space', ' '],
  [/[\u2000-\u2006\u2008-\u200a\u205f\u3000]/g, 'a space of another width', ' '],
  [/[\u200b-\u200d\u2060\ufeff]/g, 'a character without width', ''],
  [/[\u2018\u2019]/g, 'a typographic quote', "'"],
  [/[\u201c\u201d]/g, 'a typographic quote', '"'],
  [/[\uff01-\uff5e]/g, 'a full-width character', (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)],
];

/** What is meant by text that has such characters, and the first of them by name: `a minus sign (U+2212)`. */
export function meant(text: string): { readonly plain: string; readonly odd: string } | undefined {
  const found = LOOKALIKES.filter(([which]) => text.search(which) >= 0);
  if (found.length === 0) return undefined;
  const [[which, what]] = found;
  const code = text.charCodeAt(text.search(which)).toString(16).toUpperCase().padStart(4, '0');
  const plain = found.reduce((rest, [each, , instead]) => rest.replace(each, instead as string), text).trim();
  return { plain, odd: `${what} (U+${code})` };
}

/** A command as it is typed to any POSIX shell, which takes each word as it is, whatever is in it. */
export const shellCommand = (words: readonly string[]): string => words.map(shellWord).join(' ');

const shellWord = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
