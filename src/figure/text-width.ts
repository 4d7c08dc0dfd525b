import { inert } from '../text.js';
import { advances } from './fonts.js';

/** Width of a line of DejaVu Sans as it is drawn, inert, in the unit of the font size: the same on every machine. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  const { advance, unitsPerEm } = advances(bold);
  let width = 0;
  for (const character of inert(text)) width += isCombining(character) ? 0 : advance(character.codePointAt(0)!);
  return (width * fontSize) / unitsPerEm;
}

/** The words of a text in lines of at most `limit` px; at most `most` lines, the last one ending in … where cut. */
export function wrap(text: string, limit: number, fontSize: number, bold = false, most = 3): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, fontSize, bold) <= limit) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1]} …`];
}

function isCombining(character: string): boolean {
  return /\p{Mn}/u.test(character);
}
