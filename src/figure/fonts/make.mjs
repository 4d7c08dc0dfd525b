/**
 * `npm run fonts`: what figures need of the TrueType files beside this one. Widths of characters (`advances.json`), and fonts
 * to put into an SVG (`<font>-core.woff2`, `<font>-rest.woff2`): without hints, which screens ignore at these sizes, and
 * without kerning and ligatures, so that a line of text is as wide as its characters.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as fontkit from 'fontkit';
import subsetFont from 'subset-font';

const here = (name) => new URL(name, import.meta.url);

/** What almost every figure makes do with: Latin, Greek, combining marks, indices, arrows and signs of mathematics. */
const CORE = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x300, 0x308],
  [0x391, 0x3c9],
  [0x2010, 0x2026],
  [0x2070, 0x209c],
  [0x2190, 0x2194],
  [0x2200, 0x2265],
];
const isCore = (code) => CORE.some(([from, to]) => code >= from && code <= to);

const advances = { core: CORE };
for (const [weight, name] of [
  ['normal', 'DejaVuSans'],
  ['bold', 'DejaVuSans-Bold'],
]) {
  const file = readFileSync(here(`${name}.ttf`));
  const font = fontkit.create(file);
  const codes = [...font.characterSet].sort((a, b) => a - b);
  advances[weight] = runs(codes.map((code) => [code, font.glyphForCodePoint(code).advanceWidth]));
  advances.unitsPerEm = font.unitsPerEm;
  for (const [part, wanted] of [
    ['core', isCore],
    ['rest', (code) => !isCore(code)],
  ]) {
    const text = String.fromCodePoint(...codes.filter(wanted));
    const options = { targetFormat: 'woff2', noHinting: true, keepFeatures: ['ccmp', 'mark', 'mkmk'] };
    writeFileSync(here(`${name}-${part}.woff2`), await subsetFont(file, text, options));
  }
}
writeFileSync(here('advances.json'), `${JSON.stringify(advances)}\n`);

/** [first code point, advances of it and of those that follow it without a gap], … */
function runs(pairs) {
  const found = [];
  let [at, next] = [undefined, -1];
  for (const [code, advance] of pairs) {
    if (code === next) at.push(advance);
    else found.push((at = [code, advance]));
    next = code + 1;
  }
  return found;
}
