/** Figures that a stranger may have written: nothing acts, nothing is loaded, and what takes too much costs itself only. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { UserError } from '../../src/errors.js';
import { drawFigures } from '../../src/figure/draw.js';
import type { FigureRequest } from '../../src/figure/figures.js';
import { withoutFonts } from '../../src/figure/fonts.js';
import { drawPicture } from '../../src/figure/picture.js';
import { openSource } from '../../src/figure/source.js';
import { requireHarmless } from '../../src/figure/svg-rule.js';
import { metrics, scratch, writeRun } from './fixture.js';

const runs = [writeRun(scratch(), 'run', { files: { 'metrics.csv': metrics() } })];
const x = { field: 'time', type: 'quantitative' };
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A file of points over time, but for what is given. */
function own(name: string, spec: object | string): { file: string } {
  const file = join(scratch(), `${name}.vl.json`);
  const whole =
    typeof spec === 'string' ? spec : { data: { name: 'metrics' }, mark: 'point', encoding: { x }, ...spec };
  writeFileSync(file, typeof whole === 'string' ? whole : JSON.stringify(whole));
  return { file };
}

const image = (url: unknown) => ({ mark: { type: 'image', url, width: 9, height: 9 } });
const calculated = (calculate: string) => ({
  transform: [{ calculate, as: 'made' }],
  encoding: { x: { field: 'made' } },
});
const nested = (depth: number) => `${'{"layer":['.repeat(depth)}{}${']}'.repeat(depth)}`;

const refused: Record<string, { spec: object | string; says: RegExp }> = {
  'a file as an image': { spec: image('/etc/hostname'), says: /loads nothing and leads nowhere, got \/etc\/hostname/ },
  'a file by its address': { spec: image('file:///etc/hostname'), says: /loads nothing/ },
  'an image from the web': { spec: image('https://example.org/x.png'), says: /loads nothing/ },
  'an SVG as an image, which may load others': {
    spec: image('data:image/svg+xml;base64,PHN2Zy8+'),
    says: /loads nothing/,
  },
  'an image whose address is made': { spec: image({ expr: "'//example' + '.org'" }), says: /got \/\/example.org/ },
  'an image whose address is a cell': {
    spec: { ...image(undefined), encoding: { url: { field: 'engine' } } },
    says: /loads nothing and leads nowhere, got ep/,
  },
  'a link that is a script': { spec: { mark: { type: 'point', href: 'javascript:alert(1)' } }, says: /leads nowhere/ },
  'a link by encoding': { spec: { encoding: { href: { value: 'https://example.org' } } }, says: /leads nowhere/ },
  'a link by config': { spec: { config: { point: { href: 'https://example.org' } } }, says: /leads nowhere/ },
  'a link by style': {
    spec: { mark: { type: 'point', style: 'a' }, config: { style: { a: { href: 'mailto:a@b' } } } },
    says: /leads nowhere/,
  },
  'a paint from the web': {
    spec: { mark: { type: 'bar', fill: 'url(https://e.org/#a)' } },
    says: /may not hold fill=/,
  },
  'a paint from the web in other letters': {
    spec: { mark: { type: 'bar', stroke: 'u\\72l(//e.org)' } },
    says: /stroke=/,
  },
  'a background from the web': { spec: { background: 'url(//e.org)' }, says: /may not hold fill=/ },
  'style behind a blend mode': { spec: { mark: { type: 'bar', blend: 'normal; cursor: url(//e)' } }, says: /style=/ },
  'a gradient whose id leads away': {
    spec: {
      mark: { type: 'bar', color: { gradient: 'linear', id: 'a) url(//e', stops: [{ offset: 0, color: 'red' }] } },
    },
    says: /may not hold fill=/,
  },
  'a font from the web': { spec: { mark: { type: 'text', text: 'a', font: 'url(//e.org)' } }, says: /font-family=/ },
  'data from elsewhere': { spec: { data: { url: '/etc/hostname' } }, says: /data from a URL/ },
  'data from elsewhere, looked up': {
    spec: { transform: [{ lookup: 'run', from: { data: { url: 'x.csv' }, key: 'a', fields: ['b'] } }] },
    says: /data from a URL/,
  },
  'data named as what every object has': { spec: { data: { name: 'constructor' } }, says: /no data 'constructor'/ },
  code: { spec: calculated("datum.engine['constructor']['constructor']('return 1')()"), says: /callee/ },
  'a picture too wide': {
    spec: { width: 200_000 },
    says: /16 megapixels and 16384 px a side at most, got 2000\d\d × /,
  },
  'a picture too large': { spec: { width: 9000, height: 9000 }, says: /16 megapixels/ },
  'a picture without measure': { spec: { width: 1e300 }, says: /makes a list too long/ },
  'more layers than can be followed': { spec: nested(20_000), says: /nested too deeply/ },
};

for (const [name, { spec, says }] of Object.entries(refused)) {
  test(`refused: ${name}`, async (t) => {
    const { file } = own('bad', spec);
    const error = await t.throwsAsync(drawPicture(openSource(runs), { file }), { instanceOf: UserError });
    t.regex(error?.message ?? '', says);
    for (const { where } of (error as UserError).issues) t.deepEqual(where, { file });
  });
}

test('a picture that stands in the figure is drawn, and so is a table that does', async (t) => {
  const table = { data: { values: 'a\tb\n1\t2\n3\t4', format: { type: 'tsv' } }, encoding: { x: { field: 'a' } } };
  const { svg } = await drawPicture(openSource(runs), own('good', { ...table, ...image(PIXEL) }));
  t.is(svg.split(PIXEL).length - 1, 2);
});

test('what an SVG may hold', (t) => {
  const holding = (inside: string) => () => requireHarmless(`<svg width="1" height="1">${inside}</svg>`);
  t.notThrows(
    holding(`<g fill="#f00"><text aria-label="url(//e)">&lt;a&gt; url(//e)</text></g><path d="M0,1e-3L2,-3Z"/>`),
  );
  t.notThrows(
    holding(`<image xlink:href="${PIXEL}" style="mix-blend-mode: multiply;"/><rect fill="url(#gradient_0)"/>`),
  );
  for (const inside of [
    '<script>1</script>',
    '<a xlink:href="x"></a>',
    '<foreignObject/>',
    '<rect onload="x"/>',
    '<rect href="x"/>',
    '<image xlink:href="data:image/png;base64,A&quot;"/>',
    '<image xlink:href="x.png"/>',
    '<rect fill="image(x)//"/>',
    '<rect  fill="red"/>',
    "<rect fill='red'/>",
    '<rect fill="red"',
    '<!ENTITY x SYSTEM "file:///etc/hostname">',
    '<?xml-stylesheet href="x"?>',
  ]) {
    t.throws(holding(inside), { instanceOf: UserError, message: /a figure may not hold/ }, inside);
  }
});

test('a figure that takes too much memory costs itself; apart or not, figures have the same bytes', async (t) => {
  const requests: FigureRequest[] = [
    own('bomb', { data: { sequence: { start: 0, stop: 1e9 } }, encoding: {} }),
    own('good', { encoding: { x, y: { field: 'error_abs', type: 'quantitative', scale: { type: 'symlog' } } } }),
    { name: 'gap-over-time' },
  ];
  const { drawn, issues } = await drawFigures(runs, requests, scratch(), { timeout: 120, megabytes: 400 });
  t.deepEqual(
    issues.map(({ message }) => message),
    ['it takes more than 400 MB of memory to draw'],
  );
  t.is(drawn.length, 2);
  for (const [i, { svg, png }] of drawn.entries()) {
    const here = await drawPicture(openSource(runs), requests[i + 1]);
    t.is(withoutFonts(readFileSync(svg, 'utf8')), here.svg);
    t.true(readFileSync(png!).equals(here.others.png as Uint8Array));
  }
});

test('a figure that takes too long is ended, and so is one that nobody waits for', async (t) => {
  const slow = own('slow', { transform: [{ filter: `test(/^(a+)+$/, '${'a'.repeat(50)}b')` }] });
  const { issues } = await drawFigures(runs, [slow], scratch(), { timeout: 0.3 });
  t.deepEqual(issues, [
    {
      where: slow,
      message: 'it takes longer than 0.3 s to draw',
      hint: 'let it draw fewer rows or marks, or allow it more: --timeout',
    },
  ]);
  const left = await drawFigures(runs, [slow], scratch(), { signal: AbortSignal.abort() });
  t.deepEqual(left, { drawn: [], issues: [] });
});
