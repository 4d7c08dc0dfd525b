/** What a page is made of: text that stays text, SVG of known parts, places that are values, tables that do not outgrow it. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { firstPanelOnly, withoutTitle } from '../../src/report/crop.js';
import { documentOf } from '../../src/report/document.js';
import { html } from '../../src/report/html.js';
import { numberIn, panelOf, saidBy } from '../../src/report/marks.js';
import { plotOf } from '../../src/report/plot.js';
import { parseSvg, writeSvg } from '../../src/report/svg.js';
import { MOST_LINES, tableHtml } from '../../src/report/table.js';

testProp(
  'whatever stands in a template is text: no tag, no end of an attribute, nothing that acts',
  [fc.string()],
  (t, words) => {
    const { text } = html`<p title="${words}">${[words, false, undefined]}</p>`;
    t.is(text.match(/[<>]/g)!.length, 4);
    t.is(text.match(/"/g)!.length, 2);
    t.notRegex(text.replace(/[\n\t]/g, ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  },
);

const pieces = fc.constantFrom(
  ...[
    '<svg viewBox="0 0 9 9">',
    '</svg>',
    '<g class="a">',
    '</g>',
    '<script>',
    '</script>',
    '<path d="M0,0"/>',
    'alert(1)',
  ],
  ...[
    '<image xlink:href="http://e.org/x"/>',
    '<text onload="x()">',
    '</text>',
    '<foreignObject>',
    '<!--',
    ']]>',
    '&lt;b&gt;',
    '"',
  ],
  ...[
    '<a xlink:href="javascript:x">',
    '</a>',
    '<rect fill="url(http://e.org)" style="x:y"/>',
    '<rect fill="url(#a)"/>',
  ],
);

testProp('of an SVG only what a page may have comes in, whatever is in it', [fc.array(pieces)], (t, parts) => {
  for (const svg of [parts.join(''), `<svg viewBox="0 0 9 9">${parts.join('')}</svg>`]) {
    const plot = plotOf(svg, { prefix: 'p-', speaks: true });
    if (plot === undefined) continue;
    t.notRegex(plot.svg, /<(?!\/?(svg|g|path|rect|text)[\s/>])/);
    t.notRegex(plot.svg, /(on\w+|style|href|class)=|url\((?!#p-)/);
  }
  t.pass();
});

testProp('a tree is written as it was read', [fc.array(pieces)], (t, parts) => {
  const tree = parseSvg(parts.join(''));
  if (tree !== undefined) t.deepEqual(parseSvg(writeSvg(tree)), tree);
  t.pass();
});

test('what is nested without end, or cut, is no SVG', (t) => {
  t.is(parseSvg(`<svg>${'<g>'.repeat(1e5)}`), undefined);
  t.is(parseSvg(`<svg>${'<g>'.repeat(1e5)}${'</g>'.repeat(1e5)}</svg>`), undefined);
  for (const cut of ['<svg', '<svg a="', '<svg><g></svg>', '<svg/><svg/>', '<b></b>', ''])
    t.is(parseSvg(cut), undefined, cut);
});

const AXES = `<g class="role-axis" aria-label="X-axis titled 'nudging strength β' for a log scale with values from 1e-4 to 1"/>
<g class="role-axis" aria-label="Y-axis titled '∂L/∂s' for a linear scale with values from −0.5 to 2"/>`;
const FIGURE = `<svg viewBox="0 0 200 100"><g><path class="background" d="M0,0h100v50h-100Z"/><g>${AXES}
<path id="a" aria-roledescription="point" aria-label="nudging strength β: 0.0100000000000; ∂L/∂s: −0.25; series: EP" d="M0,0"/>
<path clip-path="url(#a)" aria-roledescription="line mark" aria-label="nudging strength β: 0.01; ∂L/∂s: 1; series: RBP" d="M0,50L100,0"/>
</g></g></svg>`;

test('a panel says its axes; a point its values and rows, a line its name alone', (t) => {
  const root = parseSvg(FIGURE)!;
  const [panel] = root.children.filter((child) => typeof child === 'object').map(panelOf);
  t.like(panel, { width: 100, height: 50, x: { scale: 'log', from: 1e-4, to: 1 }, y: { from: -0.5, to: 2 } });
  const asked: unknown[] = [];
  const rowsAt = (...given: unknown[]) => {
    asked.push(given);
    return [3, 5];
  };
  const { svg } = plotOf(FIGURE, { prefix: 'f-', speaks: true, rowsAt })!;
  t.deepEqual(asked, [['nudging strength β', 0.01]]);
  t.regex(svg, /data-says="nudging strength β: 0\.01\n∂L\/∂s: −0\.25\nEP" data-rows="3 5"/);
  t.regex(svg, /data-mark="line" data-says="RBP"/);
  t.regex(svg, /id="f-a"[\s\S]*clip-path="url\(#f-a\)"/);
  t.notRegex(plotOf(FIGURE, { prefix: 'f-', speaks: false })!.svg, /data-|aria-/);
  t.deepEqual(saidBy('a: 1; b: c: d; e'), [
    { title: 'a', value: '1' },
    { title: 'b', value: 'c: d' },
    { title: '', value: 'e' },
  ]);
  t.deepEqual(['−1e-7', '', 'x'].map(numberIn), [-1e-7, Number.NaN, Number.NaN]);
});

test('the title of a figure goes with its room; those of panels stay', (t) => {
  const title =
    '<g class="mark-group role-title"><g transform="translate(-5,-40)"><text transform="translate(0,10)" font-size="8">T</text></g></g>';
  const panel = '<g class="role-scope"><g class="role-title"><text font-size="8">P</text></g></g>';
  const root = parseSvg(`<svg viewBox="0 0 100 200"><g transform="translate(9,50)">${panel}${title}</g></svg>`)!;
  withoutTitle(root);
  t.is(root.attributes.get('viewBox'), '0 24 100 176');
  t.regex(writeSvg(root), />P</);
  t.notRegex(writeSvg(root), />T</);
});

test('a card has the first panel of a figure, on the axis that stands below the last', (t) => {
  const axis = (says: string, down: number) =>
    `<g aria-label="X-axis${says} for a linear scale with values from 0 to 5"><g transform="translate(0,${down})"><text>${says}</text></g></g>`;
  const panel = (x: number, y: number, height: number, says: string) =>
    `<g class="role-scope"><g transform="translate(${x},${y})"><path class="background" d="M0,0h60v${height}h-60Z"/><g>${axis(says, height)}<text>panel ${x} ${y}</text></g></g></g>`;
  const titled = " titled 'time t'";
  const stacked = parseSvg(
    `<svg viewBox="0 0 100 200"><g transform="translate(20,10)">${panel(0, 0, 50, '')}${panel(0, 90, 70, titled)}</g></svg>`,
  )!;
  firstPanelOnly(stacked);
  t.is(stacked.attributes.get('viewBox'), '0 0 100 90', 'as much below it as was below the last');
  t.regex(writeSvg(stacked), /panel 0 0/);
  t.notRegex(writeSvg(stacked), /panel 0 90/);
  t.regex(writeSvg(stacked), /values from 0 to 5" transform="translate\(0,-20\)"><g transform="translate\(0,70\)">/);
  t.is(writeSvg(stacked).split('time t').length, 3, 'one axis, in label and words');

  const beside = parseSvg(
    `<svg viewBox="0 0 200 80"><g transform="translate(20,10)">${panel(0, 0, 50, titled)}${panel(90, 0, 50, titled)}</g></svg>`,
  )!;
  firstPanelOnly(beside);
  t.is(beside.attributes.get('viewBox'), '0 0 90 80');

  const alone = `<svg viewBox="0 0 100 80"><g transform="translate(20,10)">${panel(0, 0, 50, titled)}</g></svg>`;
  const one = parseSvg(alone)!;
  firstPanelOnly(one);
  t.is(writeSvg(one), writeSvg(parseSvg(alone)!));
});

test('a table of a hundred thousand rows says what it leaves out, and shows what failed first', (t) => {
  const lines = Array.from({ length: 1e5 }, (_, i) => ({ cells: [`row ${i}`], failed: i % 9999 === 1 }));
  const { text } = tableHtml({ id: 'a', label: 'Rows', columns: [{ title: 'name' }], lines });
  t.regex(text, /Of 100000 rows, 20\d\d|Of 100000 rows, \d+ are shown/);
  const rows = [...text.matchAll(/<tr( class="failed")?><td>/g)];
  t.true(rows.length <= MOST_LINES && rows.length > MOST_LINES / 2);
  t.is(
    rows.findIndex(([, failed]) => failed === undefined),
    11,
  );
  t.true(text.length < 1e6);
});

test('a page lets in its own style and script, by their hashes, and nothing else', async (t) => {
  const page = documentOf({ title: 'a', body: html`<main></main>` });
  const { createHash } = await import('node:crypto');
  for (const element of ['style', 'script']) {
    const [, text] = new RegExp(`<${element}>([^]*?)</${element}>`).exec(page)!;
    const hash = createHash('sha256').update(text).digest('base64');
    t.true(page.includes(`${element}-src &#39;sha256-${hash}&#39;`), element);
    t.is(page.split(`<${element}`).length, 2, 'one');
  }
  t.regex(page, /default-src &#39;none&#39;; img-src data:; font-src data:;/);
  t.notRegex(page, /connect-src|https?:(?!\/\/www\.w3\.org)/);
  t.regex(documentOf({ title: 'a', body: html``, live: true }), /connect-src &#39;self&#39;/);
  const script = '</script><b>';
  t.throws(() => documentOf({ title: 'a', body: html``, sections: [{ html: html``, style: '', script }] }));
});
