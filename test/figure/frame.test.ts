/** What is the same for every figure: its size on paper, its title, theme, fonts and files. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import test from 'ava';
import { captionText, readCaption } from '../../src/figure/caption.js';
import { type FigureRequest, figures } from '../../src/figure/figures.js';
import { advances, fontFaces, fontFiles, withFonts, withoutFonts } from '../../src/figure/fonts.js';
import { frameOptions } from '../../src/figure/frame.js';
import { renderPdf } from '../../src/figure/pdf.js';
import { drawPicture } from '../../src/figure/picture.js';
import { openSource } from '../../src/figure/source.js';
import { placed } from '../_support/svg.js';
import { allDrawn, metrics, scratch, writeRun } from './fixture.js';
import { trainings } from './trainings.js';

const run = (spec: Record<string, unknown> = {}) =>
  writeRun(scratch(), 'run', { spec, files: { 'metrics.csv': metrics() } });
const request = { name: 'gap-over-time' } as const satisfies FigureRequest;
const drawn = (more: object = {}, source = openSource([run()])) => drawPicture(source, { ...request, ...more });

test('no option of a figure is called as one of its frame', (t) => {
  for (const { name, options } of Object.values(figures)) {
    for (const key of Object.keys(frameOptions)) t.false(key in options, `${name}: ${key}`);
  }
});

test('title: what it finds and the facts below; the title of the experiment; none', async (t) => {
  const texts = async (title?: 'finding' | 'plain' | 'none') => {
    const { svg } = await drawn({ format: ['svg'], ...(title && { title }) });
    return placed(svg).texts.map(({ text }) => text);
  };
  const { finding } = await drawn({ format: ['svg'] });
  const head = (words: readonly string[]) => words.join(' ');
  t.true(head(await texts()).includes(finding));
  t.true(head(await texts()).includes('dt = 0.1'));
  t.true((await texts('plain')).includes('A title'));
  t.false(head(await texts('none')).includes('A title') || head(await texts('none')).includes('dt = 0.1'));
});

test('a PDF has the size of its paper, its fonts inside, no picture, no date, and the same bytes twice', async (t) => {
  const [first, second] = [await drawn({ format: ['pdf'] }), await drawn({ format: ['pdf'] })];
  const pdf = Buffer.from(first.others.pdf as Uint8Array);
  t.true(pdf.equals(second.others.pdf as Uint8Array));
  const text = pdf.toString('latin1');
  t.regex(text, /\/MediaBox \[0 0 240\.94\d* \d/);
  // a font for the title, one for the rest, each with its file
  t.is(text.match(/\/FontFile2 /g)?.length, 2);
  t.is(text.match(/\/BaseFont \/[A-Z]{6}\+DejaVuSans/g)?.length, 4);
  t.notRegex(text, /\/Subtype \/Image/);
  t.is(text.match(/\(D:19700101000000Z\)/g)?.length, 2);
  t.notRegex(text, /\(D:20/);
});

test('in a PDF accents stand above their letters', async (t) => {
  const content = async (text: string) => {
    const svg = `<svg width="10mm" height="10mm" viewBox="0 0 30 30"><text font-size="10px" fill="#000000" transform="translate(5,20)">${text}</text></svg>`;
    const pdf = Buffer.from(await renderPdf(svg, '', [30, 30]));
    const streams = [...pdf.toString('latin1').matchAll(/stream\n(\x78[\s\S]*?)\nendstream/g)].map(([, stream]) =>
      inflateSync(Buffer.from(stream, 'latin1')).toString('latin1'),
    );
    return streams.find((stream) => stream.includes('BT'))!;
  };
  const places = (stream: string) =>
    [...stream.matchAll(/([\d.-]+) ([\d.-]+) Tm\n?<(\w+)> Tj/g)].map(([, , y]) => Number(y));
  const [letter, accent] = places(await content('S\u0304'));
  t.is(places(await content('S')).length, 1);
  t.true(Math.abs(accent - letter) > 1, `${letter} ${accent}`);
});

test('without the optional packages a PDF is refused in a sentence', async (t) => {
  const absent = () => {
    throw new Error("Cannot find module 'pdfkit'");
  };
  const error = await t.throwsAsync(renderPdf('<svg/>', '', [1, 1], absent));
  t.regex(error?.message ?? '', /format pdf is drawn by the packages pdfkit and svg-to-pdfkit.*npm install/);
});

test('widths of characters are those of the fonts, and what an SVG brings along has them too', (t) => {
  const fontkit = createRequire(import.meta.url)('fontkit');
  for (const [weight, file] of Object.entries(fontFiles)) {
    const font = fontkit.create(readFileSync(file));
    const { unitsPerEm, advance } = advances(weight === 'bold');
    t.is(unitsPerEm, font.unitsPerEm);
    const wrong = font.characterSet.filter(
      (code: number) => advance(code) !== font.glyphForCodePoint(code).advanceWidth,
    );
    t.deepEqual(wrong, []);
    const embedded = new Set<number>();
    for (const part of ['core', 'rest']) {
      const { characterSet } = fontkit.create(readFileSync(new URL(file.href.replace('.ttf', `-${part}.woff2`))));
      for (const code of characterSet) embedded.add(code);
    }
    t.deepEqual(
      font.characterSet.filter((code: number) => !embedded.has(code)),
      [],
    );
  }
});

test('an SVG brings the fonts that it needs, in the part that it needs, and is the same without them', async (t) => {
  const { svg } = await drawn({ format: ['svg'] });
  t.is(withoutFonts(withFonts(svg)), svg);
  const faces = (text: string) => text.match(/@font-face/g)?.length;
  t.is(faces(withFonts(svg)), 2);
  t.is(faces(withFonts((await drawn({ format: ['svg'], title: 'none' })).svg)), 1);
  const cyrillic = await drawn({ format: ['svg'], title: 'plain' }, openSource([run({ title: 'Название' })]));
  t.is(faces(withFonts(cyrillic.svg)), 4);
  t.is(faces(fontFaces(svg, cyrillic.svg)), 4);
});

test('theme screen takes the colours of the page in the SVG alone', async (t) => {
  const files = await allDrawn([run()], [request, { ...request, theme: 'screen' }], join(scratch(), 'figures'));
  const [print, screen] = files.map(({ svg }) => readFileSync(svg, 'utf8'));
  t.regex(print, /fill="#ffffff"/);
  t.notRegex(screen.replace(/<style>[^<]*/, ''), /#(111111|ffffff|444444|000000)/);
  t.regex(screen, /prefers-color-scheme:dark/);
  t.true(readFileSync(files[0].png!).equals(readFileSync(files[1].png!)));
});

test('the Vega-Lite spec of a figure draws it again', async (t) => {
  const [made] = await allDrawn([run()], [{ ...request, format: ['vega'] }], join(scratch(), 'figures'));
  t.is(made.png, undefined);
  const again = await drawPicture(openSource([run()]), { file: made.vega!, size: 'one-column', format: ['svg'] });
  const texts = (svg: string) => placed(svg).texts.map(({ text }) => text);
  t.deepEqual(texts(again.svg), texts(readFileSync(made.svg, 'utf8')));
});

test('a figure of the user’s own is as wide as it comes, or as it is asked for; its title stays unless there shall be none', async (t) => {
  const file = join(scratch(), 'mine.vl.json');
  const encoding = { x: { field: 'time', type: 'quantitative' }, y: { field: 'norm', type: 'quantitative' } };
  writeFileSync(
    file,
    JSON.stringify({ title: 'Mine', data: { name: 'metrics' }, mark: 'point', encoding, width: 400 }),
  );
  const mine = (more: object = {}) => drawPicture(openSource([run()]), { file, format: ['svg'], ...more });
  t.true(placed((await mine()).svg).widthMm > 141);
  const { svg, finding } = await mine({ size: 'one-column' });
  t.is(finding, 'Mine');
  const { widthMm, texts } = placed(svg);
  t.is(widthMm, 85);
  for (const { text, size } of texts) t.true(size >= 6.5, `${text} ${size}`);
  t.true(texts.some(({ text }) => text === 'Mine'));
  t.false(placed((await mine({ title: 'none' })).svg).texts.some(({ text }) => text === 'Mine'));
  await t.throwsAsync(mine({ size: 'huge' }), { message: /size/ });
});

test('pictures of filters are square, and two in a row of a column', async (t) => {
  const runs = trainings(scratch(), [1]);
  const { svg } = await drawPicture(openSource(runs), { name: 'filters', format: ['svg'] });
  for (const [, width, height] of svg.matchAll(/<image[^>]* width="([\d.]+)" height="([\d.]+)"/g)) t.is(width, height);
  t.regex(svg, /<image/);
});

test('a caption is read as it was written, whatever its paragraphs begin with', (t) => {
  const path = join(scratch(), 'a.caption.md');
  for (const finding of ['1. one', '# two', '- three', '> four', 'a*b_c `d` <e> $f$ [g](h)', '\\\\']) {
    writeFileSync(path, captionText({ finding, caption: finding }));
    t.deepEqual(readCaption(path), { finding, caption: finding });
  }
});
