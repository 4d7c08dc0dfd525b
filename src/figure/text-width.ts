import { inert } from '../text.js';
import { advances } from './fonts.js';

/** Width of a line of DejaVu Sans as it is drawn, inert, in the unit of the font size: the same on every machine. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  const { advance, unitsPerEm } = advances(bold);
  let width = 0;
  for (const character of inert(text)) width += isCombining(character) ? 0 : advance(character.codePointAt(0)!);
  return (width * fontSize) / unitsPerEm;
}

/** No line ends between these: within `β = 0.1`, `[1, 2]` and `{every: 2}`, between a number and its %, `seed 1`, `5 seeds`, `max ‖RBP‖₂`. */
const TIED =
  /\s(?=[=%±](?![^\s,;:.)]))|(?<=\s[=±])\s|(?<=\[[^[\]]*,)\s(?=[^[\]]*\])|(?<=\{[^{}]*)\s(?=[^{}]*\})|(?<=\bseed)\s(?=\d)|(?<=\bmax)\s(?=‖)|\s(?=\(°\))|(?<=\d)\s(?=(?:seeds|units|times)\b)/gu;
export const TIE = '\u00a0';

/** The words of a text in lines of at most `limit` px; at most `most` lines, the last one ending in … where cut. */
export function wrap(text: string, limit: number, fontSize: number, bold = false, most = 3): string[] {
  const lines: string[] = [];
  const fits = (word: string) => textWidth(word, fontSize, bold) <= limit;
  const tied = text.replace(TIED, TIE).split(/[^\S\u00a0]+/);
  const words = tied
    .map((word) => word.replaceAll(TIE, ' '))
    .flatMap((word) => (fits(word) ? [word] : word.split(' ')));
  for (const word of words.filter((part) => part !== '').flatMap((one) => pieces(one, limit, fontSize, bold))) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), cut(lines[most - 1], limit, fontSize, bold)];
}

/** A line that goes on, ending in … within the limit. */
function cut(line: string, limit: number, fontSize: number, bold: boolean): string {
  const characters = [...line];
  while (characters.length > 1 && textWidth(`${characters.join('')} …`, fontSize, bold) > limit) characters.pop();
  return `${characters.join('').trimEnd()} …`;
}

/** A word that is longer than a line, in pieces that are not. */
function pieces(word: string, limit: number, fontSize: number, bold: boolean): string[] {
  if (textWidth(word, fontSize, bold) <= limit) return [word];
  const found = [''];
  for (const character of word) {
    const longer = found.at(-1) + character;
    if (textWidth(longer, fontSize, bold) <= limit || found.at(-1) === '') found[found.length - 1] = longer;
    else found.push(character);
  }
  return found;
}

function isCombining(character: string): boolean {
  return /\p{Mn}/u.test(character);
}
