/** Pages of results in a real browser, as people have them: small and large, light and dark, by keyboard, without script, on paper. */
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { servePages } from '../../src/report/serve.js';
import { csvIn, eprbp, filesIn, root, runsIn } from '../_support/cli.js';
import { hindrances, inBrowser, open } from './chromium.js';
import { HOSTILE, makeResults } from './results.js';

let results = '';
const urlOf = (page: string) => pathToFileURL(join(results, page)).href;
const PAGES = ['index.html', 'slopes/report.html', 'estimators/report.html', 'trained/report.html'];

inBrowser('results with pages are made', async (t) => {
  results = await makeResults();
  for (const page of PAGES) t.true(existsSync(join(results, page)), page);
});
test.after.always(() => {
  if (results !== '') rmSync(dirname(results), { recursive: true, force: true });
});

const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 360, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
] as const;

for (const { width, colorScheme } of LOOKS) {
  inBrowser(`nothing hinders, overflows, is asked for or complained of: ${width} px, ${colorScheme}`, async (t) => {
    for (const name of PAGES) {
      const { page, strange } = await open(t, urlOf(name), { viewport: { width, height: 800 }, colorScheme });
      t.deepEqual(await hindrances(page), [], name);
      t.true(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
      const widths = await page.$$eval('table', (tables) => tables.map((table) => table.offsetWidth));
      t.true(Math.max(...widths) <= 960, `${name}: ${widths}`);
      t.deepEqual(strange, [], name);
    }
  });
}

/** Whether the page does what it should for pages of any results: those of `npm start`, where they are there. */
inBrowser('the pages of all experiments that are there', async (t) => {
  const there = join(root, 'results');
  const pages = existsSync(join(there, 'index.html'))
    ? readdirSync(there, { recursive: true, encoding: 'utf8' }).filter((file) =>
        /^(index|[^/]+\/report)\.html$/.test(file),
      )
    : [];
  t.log(`${pages.length} pages`);
  for (const [i, name] of pages.sort().entries()) {
    const file = join(there, name);
    t.true(statSync(file).size <= (name === 'index.html' ? 1.5e6 : 3e6), name);
    const look = LOOKS[(i * 3) % 4];
    const viewport = { width: look.width, height: 800 };
    const { page, strange } = await open(t, pathToFileURL(file).href, { viewport, colorScheme: look.colorScheme });
    t.deepEqual(await hindrances(page), [], `${name} ${JSON.stringify(look)}`);
    t.true(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
    t.deepEqual(strange, [], name);
    await page.context().close();
  }
  t.pass();
});

inBrowser('by keyboard: to the results, sort, filter, open, walk through the values of a figure', async (t) => {
  const { page } = await open(t, urlOf('slopes/report.html'));
  await page.keyboard.press('Tab');
  t.is(await page.evaluate(() => document.activeElement?.textContent), 'To the results');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#main$/);

  const first = () =>
    page.$$eval('#runs-table tbody tr:not([hidden]) td:first-child', (all) => all.map((one) => one.textContent));
  const head = page.locator('#runs-table th button').first();
  await head.focus();
  await page.keyboard.press('Enter');
  t.is(await page.getAttribute('#runs-table th:first-child', 'aria-sort'), 'ascending');
  t.deepEqual(await first(), ['0.001', '0.001', '0.01', '0.01', '0.1', '0.1']);
  await page.keyboard.press('Space');
  t.deepEqual(await first(), ['0.1', '0.1', '0.01', '0.01', '0.001', '0.001']);

  await page.locator('#runs-table-filter').focus();
  await page.keyboard.type('centered 0.01');
  t.deepEqual(await first(), ['0.01']);
  t.is(await page.textContent('output[for=runs-table-filter]'), '1 of 6');

  const slider = page.locator('#figure-1 .walk input');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  const one = await slider.getAttribute('aria-valuetext');
  await page.keyboard.press('End');
  const last = await slider.getAttribute('aria-valuetext');
  t.regex(one!, /nudging strength β: [\d.×⁻¹²³]+; .*‖.*: \d/);
  t.not(one, last);
  t.is(await page.textContent('#figure-1 .walk output'), last);

  const spec = page.locator('details.spec > summary');
  await spec.focus();
  await page.keyboard.press('Enter');
  t.true(await page.locator('details.spec pre').isVisible());
});

inBrowser('every control can be reached by Tab, and is seen to be', async (t) => {
  for (const name of PAGES) {
    const { page } = await open(t, urlOf(name));
    const controls = await page.$$eval('a[href], button, input, summary, [tabindex="0"]', (all) => all.length);
    const reached = new Set<string>();
    for (let i = 0; i < controls + 2; i++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const { activeElement: one } = document;
        if (!one || one === document.body) return undefined;
        const { outlineStyle } = getComputedStyle(one);
        return { path: [...document.querySelectorAll('*')].indexOf(one), outlineStyle, tag: one.tagName };
      });
      if (at === undefined) continue;
      t.not(at.outlineStyle, 'none', `${name}: ${at.tag}`);
      reached.add(String(at.path));
    }
    // what is folded away cannot be reached
    const hidden = await page.$$eval('details:not([open]) :is(a, button, [tabindex="0"])', (all) => all.length);
    t.is(reached.size, controls - hidden, name);
  }
});

inBrowser('a point tells its value and lights its rows; a row lights its points', async (t) => {
  const { page } = await open(t, urlOf('slopes/report.html'));
  const point = page.locator('#figure-1 [data-mark=point][data-rows]').first();
  await point.scrollIntoViewIfNeeded();
  const box = (await point.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  t.regex((await page.textContent('.tip'))!, /nudging strength β: /);
  const rows = (await page.locator('#figure-1 .lit').first().getAttribute('data-rows'))!.split(' ');
  t.deepEqual(await page.$$eval('tr.lit', (all) => all.map((row) => row.getAttribute('data-row'))), rows);
  t.true(rows.length > 0 && rows.length < 6);

  await page.locator('#runs-table tbody tr').nth(2).hover();
  const row = await page.locator('#runs-table tbody tr').nth(2).getAttribute('data-row');
  const lit = await page.$$eval('.plot .lit', (all) => all.map((mark) => mark.getAttribute('data-rows')!.split(' ')));
  t.true(lit.length > 0 && lit.every((of) => of.includes(row!)));
});

inBrowser('the value that a corner of a line tells is that of the table', async (t) => {
  const { page } = await open(t, urlOf('slopes/report.html'));
  const slider = page.locator('#figure-2 .walk input');
  await slider.focus();
  await page.keyboard.press('End');
  const last = Number(await slider.inputValue());
  const errors = runsIn(join(results, 'slopes')).flatMap((run) =>
    csvIn(run, 'metrics.csv').map((row) => [Number(row['time']), Number(row['error_scaled'])]),
  );
  let told = 0;
  for (let i = 0; i <= last; i += Math.ceil(last / 20)) {
    await slider.fill(String(i));
    const said = (await slider.getAttribute('aria-valuetext'))!;
    const [, time, value] = /time t[^:]*: ([\d.]+); [^:]*: (\S+)$/.exec(said) ?? [];
    if (value === undefined || !said.startsWith('EP')) continue;
    told++;
    const number = Number(
      value
        .replace(/×10/, 'e')
        .replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (digit) =>
          '⁰¹²³⁴⁵⁶⁷⁸⁹'.includes(digit) ? String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)) : '-',
        ),
    );
    const near = errors.some(
      ([at, error]) => Math.abs(at - Number(time)) < 0.02 && Math.abs(error / number - 1) < 0.06,
    );
    t.true(near, said);
  }
  t.true(told > 3);
});

inBrowser('without script everything is there, and nothing that does nothing', async (t) => {
  for (const name of PAGES) {
    const { page, strange } = await open(t, urlOf(name), { javaScriptEnabled: false });
    t.is(await page.locator('button, input, output').count(), 0, name);
    t.true(await page.locator('h1').isVisible());
    t.true((await page.locator('tbody tr').count()) > 0, name);
    t.deepEqual(strange, []);
  }
  const { page } = await open(t, urlOf('slopes/report.html'), { javaScriptEnabled: false });
  t.is(await page.locator('figure svg').count(), 3);
  t.is(await page.locator('figure figcaption p').first().isVisible(), true);
  t.true(await page.locator('.no').first().isVisible(), 'failed assertions are open');
  await page.locator('details.spec > summary').click();
  t.true(await page.locator('details.spec pre').isVisible());
});

inBrowser('on paper: all columns, all of the spec, no controls', async (t) => {
  for (const javaScriptEnabled of [true, false]) {
    const { page } = await open(t, urlOf('slopes/report.html'), {
      javaScriptEnabled,
      viewport: { width: 700, height: 900 },
    });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    if (javaScriptEnabled) await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    t.true(await page.locator('details.spec pre').isVisible(), `script ${javaScriptEnabled}`);
    t.true(await page.locator('.ids li').first().isVisible());
    const clipped = await page.$$eval('.scroll, pre, .plot, body', (all) =>
      all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className || one.tagName),
    );
    t.deepEqual(clipped, []);
    t.is(await page.locator('.find:visible, .walk:visible').count(), 0);
    t.is(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
  }
});

inBrowser('hostile words are words', async (t) => {
  for (const name of ['index.html', 'trained/report.html']) {
    const { page, strange } = await open(t, urlOf(name));
    t.is(await page.locator('img[onerror], main script').count(), 0);
    t.true(await page.evaluate((words) => document.body.textContent!.includes(words), HOSTILE), name);
    t.deepEqual(strange, []);
  }
});

inBrowser('all in one file: index and pages, each id once, links lead within it', async (t) => {
  const { code } = await eprbp(dirname(results), 'report', '--single', 'results');
  t.is(code, 0);
  const { page, strange } = await open(t, urlOf('index.html'));
  t.deepEqual(await hindrances(page), []);
  const { ids, dead } = await page.evaluate(() => {
    const all = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    const links = [...document.querySelectorAll('a')].map((link) => link.getAttribute('href')!);
    return { ids: all.length - new Set(all).size, dead: links.filter((link) => !all.includes(link.slice(1))) };
  });
  t.deepEqual([ids, dead, strange], [0, [], []]);
  await eprbp(dirname(results), 'report', 'results');
});

inBrowser('a page that is served shows runs as they finish, and keeps what its reader has set', async (t) => {
  const copy = `${results}-live`;
  cpSync(results, copy, { recursive: true });
  t.teardown(() => rmSync(copy, { recursive: true, force: true }));
  const experiment = join(copy, 'slopes');
  const [last] = readdirSync(experiment)
    .filter((name) => existsSync(join(experiment, name, 'run.json')))
    .slice(-1);
  // as while it runs: no list of the runs yet, the last one not finished
  rmSync(join(experiment, 'datapackage.json'));
  renameSync(join(experiment, last, 'run.json'), `${copy}.json`);
  const before = filesIn(copy);

  const controller = new AbortController();
  t.teardown(() => controller.abort());
  let address = '';
  const served = servePages(copy, controller.signal, (found) => {
    address = found;
  });
  while (address === '') await setTimeout(5);
  const url = `${address}slopes/report.html`;
  const { page, strange } = await open(t, url);
  t.is(await page.locator('#runs-table tbody tr').count(), 4);
  t.regex((await page.textContent('main > .note'))!, /^1 run at work/);
  await page.locator('#runs-table th button').first().click();
  await page.locator('#runs-table-filter').fill('centered');
  await page.waitForTimeout(1500);
  renameSync(`${copy}.json`, join(experiment, last, 'run.json'));
  await page.waitForSelector('#runs-table tbody tr:nth-child(6)', { state: 'attached' });
  t.is(await page.inputValue('#runs-table-filter'), 'centered');
  t.is(await page.textContent('output[for=runs-table-filter]'), '3 of 6');
  t.is(await page.getAttribute('#runs-table th:first-child', 'aria-sort'), 'ascending');
  t.is(await page.locator('main > .note').count(), 0);
  t.true((await page.locator('figure svg').count()) > 0, 'drawn in memory');
  const own = [`request: ${address}events`, `request: ${url}`];
  t.deepEqual(
    strange.filter((one) => !own.includes(one)),
    [],
  );
  controller.abort();
  await served;
  t.deepEqual(filesIn(copy), [...before, join('slopes', last, 'run.json')].sort(), 'nothing was written');
});
