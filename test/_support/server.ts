/** A web server on this machine, as well or badly behaved as a test wants it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

export interface Served {
  /** `http://127.0.0.1:port`, to which paths are appended. */
  readonly url: string;
  /** `GET /path`, and the range where one was asked for, of every request so far. */
  readonly requests: string[];
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers by path; another path is 404. Gone when the test ends. */
export async function serve(t: ExecutionContext, answers: Readonly<Record<string, Answer>>): Promise<Served> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    requests.push([method, url, headers.range].filter((part) => part !== undefined).join(' '));
    const answer = answers[url ?? ''];
    if (answer) answer(response, request);
    else response.writeHead(404).end('not here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** The whole, or the range asked for. */
export const whole =
  (body: Uint8Array): Answer =>
  (response, { headers }) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const range = from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length - from, ...range });
    response.end(body.subarray(from));
  };

/** The whole, whatever range is asked for. */
export const alwaysWhole =
  (body: Uint8Array): Answer =>
  (response) =>
    response.writeHead(200, { 'content-length': body.length }).end(body);

/** Promises the whole from where it was asked, sends so many bytes more and hangs up. */
export const cutOff =
  (body: Uint8Array, bytes: number): Answer =>
  (response, { headers }) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const range = from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length - from, ...range });
    response.write(body.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 20));
  };

/** Sends so many bytes, and then nothing more. */
export const stalled =
  (body: Uint8Array, bytes: number): Answer =>
  (response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, bytes));
  };

/** Says nothing at all. */
export const silent: Answer = () => {};

export const redirect =
  (location: string): Answer =>
  (response) =>
    response.writeHead(302, { location }).end();
