/**
 * The pages of results, served to this machine while runs go on. It reads, and answers to nobody else: it listens on the
 * loopback address, asks for that name (a page elsewhere may have led its own there), and knows no path but those it gives.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { formatIssue, type Issue, sentenceOf, UserError } from '../errors.js';
import { REPORT_FILE } from '../metrics/results.js';
import { counted } from '../text.js';
import { documentOf } from './document.js';
import { type Experiment, experimentOf } from './experiment.js';
import { html } from './html.js';
import { liveFigures, liveRuns, signatureOf } from './live.js';
import { type Entry, entryOf, overviewOf, type Unreadable } from './overview.js';
import { pageOf } from './page.js';
import { experimentsIn, isExperiment } from './site.js';

const LOOPBACK = '127.0.0.1';
const LOOK_MS = 1000;
/** Times a look has taken, before the next. */
const LOOK_SHARE = 10;
/** A browser opens six to one host. */
const MOST_LISTENERS = 32;

/** @param told is given the address. Ends with the signal. @throws the system's error where it cannot listen */
export async function servePages(results: string, signal: AbortSignal, told: (address: string) => void): Promise<void> {
  const pages = new Pages(resolve(results));
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => void answer(request, response, pages, listeners, portOf(server)));
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, LOOPBACK, done);
  });
  told(`http://${LOOPBACK}:${portOf(server)}/`);
  let last = pages.signature();
  const look = () => {
    const before = performance.now();
    const now = listeners.size === 0 ? last : pages.signature();
    if (now !== last) for (const listener of listeners) listener.write('data: new\n\n');
    last = now;
    // of a hundred thousand runs, a look itself takes a while
    clock = setTimeout(look, LOOK_MS + LOOK_SHARE * (performance.now() - before));
  };
  let clock = setTimeout(look, LOOK_MS);
  await new Promise<void>((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
  clearTimeout(clock);
  // first no more: a page that is cut off asks again at once
  const closed = new Promise((done) => server.close(done));
  server.closeAllConnections();
  await closed;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function answer(
  { method, url = '/', headers }: IncomingMessage,
  response: ServerResponse,
  pages: Pages,
  listeners: Set<ServerResponse>,
  port: number,
): Promise<void> {
  const refuse = (status: number, text: string): void => {
    response.writeHead(status, { ...SAFE, 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  };
  if (![LOOPBACK, 'localhost'].some((name) => headers.host === `${name}:${port}`))
    return refuse(421, 'not for this host');
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'pages are read, and nothing else');
  if (url === '/events') return listen(method, response, listeners, refuse);
  try {
    const page = await pages.at(url);
    if (page === undefined) return refuse(404, 'no such page');
    response.writeHead(200, { ...SAFE, 'content-type': 'text/html; charset=utf-8' });
    response.end(method === 'HEAD' ? undefined : page);
  } catch (error) {
    refuse(500, sentenceOf(error) ?? 'this page cannot be made');
  }
}

/** The page itself says what it may load. */
const SAFE = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function listen(
  method: string,
  response: ServerResponse,
  listeners: Set<ServerResponse>,
  refuse: (status: number, text: string) => void,
): void {
  if (listeners.size >= MOST_LISTENERS) {
    refuse(503, 'too many pages are open');
    return;
  }
  response.writeHead(200, { ...SAFE, 'content-type': 'text/event-stream' });
  if (method === 'HEAD') {
    response.end();
    return;
  }
  response.write(': here\n\n');
  listeners.add(response);
  response.on('close', () => listeners.delete(response));
}

/** Each page as of the last change of what it shows. */
class Pages {
  private readonly made = new Map<string, { readonly signature: string; readonly page: Promise<string> }>();
  /** Of a single experiment the page is the only one. */
  private readonly isOne: boolean;

  constructor(private readonly folder: string) {
    this.isOne = experimentsIn(folder).length === 0 && isExperiment(folder);
  }

  /** Empty where the folder cannot be read, or is gone. */
  signature(): string {
    try {
      const folders = this.isOne ? [this.folder] : this.names().map((name) => join(this.folder, name));
      return folders.map(signatureOf).join('\n\n');
    } catch {
      return '';
    }
  }

  /** Undefined where there is none: a path is one of those that the pages lead to, or nothing. */
  at(url: string): Promise<string> | undefined {
    const path = url.split(/[?#]/)[0];
    if (path === '/' || path === '/index.html') return this.isOne ? this.experiment(path, this.folder) : this.index();
    if (this.isOne) return undefined;
    const name = this.names().find((one) => path === `/${encodeURIComponent(one)}/${REPORT_FILE}`);
    return name === undefined ? undefined : this.experiment(path, join(this.folder, name));
  }

  private names(): string[] {
    return experimentsIn(this.folder);
  }

  private experiment(path: string, folder: string): Promise<string> {
    return this.asOf(path, signatureOf(folder), async () => {
      const { atWork, ...found } = liveRuns(folder);
      if (found.runs.length === 0) return waiting(atWork, found.problems);
      return pageOf(await experimentOf(found, liveFigures), { live: true, atWork });
    });
  }

  private index(): Promise<string> {
    return this.asOf('/', this.signature(), async () => {
      const entries: Entry[] = [];
      const unreadable: Unreadable[] = [];
      let picture: Experiment['picture'];
      for (const name of this.names()) {
        try {
          const { atWork: _, ...found } = liveRuns(join(this.folder, name));
          if (found.runs.length === 0 && found.problems.length > 0) throw new UserError(found.problems);
          if (found.runs.length === 0) continue;
          const experiment = await experimentOf(found, liveFigures);
          picture ??= experiment.picture;
          entries.push(entryOf(experiment, entries.length));
        } catch (error) {
          const problem = sentenceOf(error);
          if (problem === undefined) throw error;
          unreadable.push({ name, problem });
        }
      }
      return overviewOf({ entries, unreadable, picture, live: true });
    });
  }

  private asOf(path: string, signature: string, make: () => Promise<string>): Promise<string> {
    const there = this.made.get(path);
    if (there?.signature === signature) return there.page;
    const page = make();
    this.made.set(path, { signature, page });
    // what went wrong may be gone the next time
    page.catch(() => this.made.delete(path));
    return page;
  }
}

const MOST_PROBLEMS = 50;

function waiting(atWork: number, problems: readonly Issue[]): string {
  const title = 'No run has finished yet';
  const told = problems.slice(0, MOST_PROBLEMS).map((problem) => html`<li class="no">${formatIssue(problem)}</li>`);
  const more = problems.length - told.length;
  const left = html`<ul class="warnings">${told}${more > 0 && html`<li>and ${more} more</li>`}</ul>`;
  const body = html`<header><h1>${title}</h1></header><main id="main"><p>${counted(atWork, 'run')} at work. This page shows them as they finish.</p>${told.length > 0 && left}</main>`;
  return documentOf({ title, body, live: true });
}
