/** A Chromium that is on this machine already: $CHROMIUM, or the first of the usual names on the PATH. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const found = [
  process.env['CHROMIUM'] ?? '',
  ...(process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
].find(isExecutable);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== '';
  } catch {
    return false;
  }
}

if (found === undefined)
  console.log(
    'no Chromium on this machine: tests in a browser are skipped (apt-get install chromium, or CHROMIUM=path)',
  );

/** A test that is skipped where there is no browser. */
export const inBrowser: typeof test.serial =
  found === undefined ? (test.serial.skip as typeof test.serial) : test.serial;

let browser: Promise<Browser> | undefined;
export const opened = (): Promise<Browser> => {
  browser ??= chromium.launch({ executablePath: found!, args: ['--no-sandbox', '--disable-gpu'] });
  return browser;
};
test.after.always(async () => (await browser)?.close());

/** What a page did that a page of results must not. */
export interface Watched {
  readonly page: Page;
  /** Requests beside the page itself, messages on the console, errors, dialogs. */
  readonly strange: readonly string[];
}

export async function open(t: ExecutionContext, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await (await opened()).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const strange: string[] = [];
  page.on('console', (message) => strange.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => strange.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    strange.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) strange.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, strange };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What hinders people who read with other means, a line each. */
export async function hindrances(page: Page): Promise<string[]> {
  // in a world of its own: the page lets no script in
  const client = await page.context().newCDPSession(page);
  const { frameTree } = await client.send('Page.getFrameTree');
  const { executionContextId } = await client.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  await client.send('Runtime.evaluate', { expression: axe, contextId: executionContextId });
  const expression = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then((r) => r.violations.map((v) =>
    v.id + ' (' + v.impact + ') ' + v.nodes.length + ': ' + v.nodes[0].target + ' ' + v.nodes[0].failureSummary))`;
  const { result } = await client.send('Runtime.evaluate', {
    ...{ expression, contextId: executionContextId, awaitPromise: true, returnByValue: true },
  });
  return result.value as string[];
}
