import { readFileSync } from 'node:fs';
import { inert } from '../text.js';

/** The TrueType files that every figure is drawn with; two levels up from both src/figure and dist/figure. */
export const fontFiles = {
  normal: fontFile('DejaVuSans.ttf'),
  bold: fontFile('DejaVuSans-Bold.ttf'),
};

function fontFile(name: string): URL {
  return new URL(`../../src/figure/fonts/${name}`, import.meta.url);
}

/** Advance of each glyph of a font, in units of the font size. */
interface FontMetrics {
  advance(codePoint: number): number;
}

const loaded = new Map<URL, FontMetrics>();

/** Width in px of a line of DejaVu Sans as it is drawn, inert, from the advances in the font file: the same on every machine. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  const file = bold ? fontFiles.bold : fontFiles.normal;
  let font = loaded.get(file);
  if (!font) {
    font = readMetrics(readFileSync(file));
    loaded.set(file, font);
  }
  let width = 0;
  for (const character of inert(text)) width += isCombining(character) ? 0 : font.advance(character.codePointAt(0)!);
  return width * fontSize;
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

/** Reads the tables head, hhea, hmtx and cmap (format 4: the basic multilingual plane) of a TrueType file. */
function readMetrics(file: Buffer): FontMetrics {
  const tables = new Map<string, number>();
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    const entry = 12 + 16 * i;
    tables.set(file.toString('latin1', entry, entry + 4), file.readUInt32BE(entry + 8));
  }
  const unitsPerEm = file.readUInt16BE(tables.get('head')! + 18);
  const metrics = file.readUInt16BE(tables.get('hhea')! + 34);
  const glyphOf = characterMap(file, tables.get('cmap')!);
  return {
    advance(codePoint) {
      const glyph = Math.min(glyphOf(codePoint), metrics - 1);
      return file.readUInt16BE(tables.get('hmtx')! + 4 * glyph) / unitsPerEm;
    },
  };
}

/** Code point to glyph; 0 (the box for what is missing) outside the map. */
function characterMap(file: Buffer, cmap: number): (codePoint: number) => number {
  const count = file.readUInt16BE(cmap + 2);
  const offsets = Array.from({ length: count }, (_, i) => cmap + file.readUInt32BE(cmap + 8 + 8 * i));
  const at = offsets.find((offset) => file.readUInt16BE(offset) === 4)!;
  const segments = file.readUInt16BE(at + 6);
  const [ends, starts, deltas, ranges] = [at + 14, at + 16 + segments, at + 16 + 2 * segments, at + 16 + 3 * segments];
  return (codePoint) => {
    for (let i = 0; i < segments; i += 2) {
      if (codePoint > file.readUInt16BE(ends + i)) continue;
      const start = file.readUInt16BE(starts + i);
      if (codePoint < start) return 0;
      const range = file.readUInt16BE(ranges + i);
      const delta = file.readUInt16BE(deltas + i);
      if (range === 0) return (codePoint + delta) & 0xffff;
      const glyph = file.readUInt16BE(ranges + i + range + 2 * (codePoint - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
