/** One file from one of several addresses: checked, resumed where it broke off, never half there under its own name. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { RunError } from '../errors.js';
import { makeFolder } from '../io/make-folder.js';
import { digestOf } from '../io/read.js';
import { ResumableFile } from '../io/resumable.js';
import { writing } from '../io/write.js';
import { shortened } from '../text.js';

/** A file as it was published. */
export interface Wanted {
  readonly bytes: number;
  readonly sha256: string;
}

export interface DownloadOptions {
  /** Gives up on an address that sends nothing for so long. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Bytes that are there, of those wanted. */
  onProgress?(bytes: number): void;
  /** An address that did not do, and why. */
  onProblem?(url: string, problem: string): void;
}

const TIMEOUT_MS = 30_000;
const MOST_REDIRECTS = 5;

/** Whether the file is there as it was published. */
export async function isThere(path: string, { bytes, sha256 }: Wanted): Promise<boolean> {
  const there = statSync(path, { throwIfNoEntry: false });
  return there?.isFile() === true && there.size === bytes && (await digestOf(path)) === sha256;
}

/**
 * Downloads from the first address that has the file as it was published. What has come lies in `path`.part, from where
 * another attempt goes on.
 * @throws RunError where no address has it, or it cannot be written; the signal's reason, with what has come kept.
 */
export async function download(
  urls: readonly string[],
  path: string,
  wanted: Wanted,
  options: DownloadOptions = {},
): Promise<void> {
  writing(path, () => makeFolder(dirname(path)));
  const file = new ResumableFile(path);
  try {
    for (const url of urls) {
      try {
        await fetchWhole(url, file, wanted, options);
        return file.finish();
      } catch (error) {
        if (error instanceof RunError) throw error;
        options.signal?.throwIfAborted();
        options.onProblem?.(url, problemOf(error));
      }
    }
  } finally {
    file.close();
  }
  throw new RunError(`no address has ${path}`);
}

/** Where what another attempt has left does not fit, all of it is fetched again. */
async function fetchWhole(url: string, file: ResumableFile, wanted: Wanted, options: DownloadOptions): Promise<void> {
  const left = file.bytes;
  await fetchPart(url, file, wanted, options);
  if (left > 0 && file.digest() !== wanted.sha256) {
    file.clear();
    await fetchPart(url, file, wanted, options);
  }
  requireDigest(file, wanted);
}

/** Brings a file to its full size, going on as long as each attempt brings something. */
async function fetchPart(url: string, file: ResumableFile, wanted: Wanted, options: DownloadOptions): Promise<void> {
  for (;;) {
    const before = file.bytes;
    if (before === wanted.bytes) return;
    if (before > wanted.bytes) file.clear();
    try {
      await attempt(url, file, wanted, options);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof RunError || file.bytes <= before) throw error;
    }
  }
}

async function attempt(url: string, file: ResumableFile, wanted: Wanted, options: DownloadOptions): Promise<void> {
  const alarm = new Alarm(options.timeoutMs ?? TIMEOUT_MS, options.signal);
  const have = file.bytes;
  try {
    const response = await follow(url, have, alarm);
    const resumed = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`);
    if (!resumed && response.status !== 200)
      throw new Error(`the server answers ${response.status} ${shortened(response.statusText, 100)}`);
    if (!resumed) file.clear();
    await receive(response, file, wanted, alarm, options);
  } finally {
    alarm.stop();
  }
}

/** Goes after redirects, a few of them. */
async function follow(url: string, from: number, alarm: Alarm): Promise<Response> {
  const headers = { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) };
  let at = new URL(url);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    alarm.set();
    const response = await fetch(at, { headers, redirect: 'manual', signal: alarm.signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    at = new URL(location, at);
    if (!/^https?:$/.test(at.protocol)) throw new Error(`redirects to ${at.protocol}, which is not the web`);
  }
  throw new Error(`redirects more than ${MOST_REDIRECTS} times`);
}

async function receive(
  { body }: Response,
  file: ResumableFile,
  { bytes }: Wanted,
  alarm: Alarm,
  { onProgress }: DownloadOptions,
): Promise<void> {
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    alarm.set();
    if (file.bytes + chunk.length > bytes) {
      file.clear();
      throw new Error(`sends more than the ${bytes} bytes that were published`);
    }
    file.append(chunk);
    onProgress?.(file.bytes);
  }
  if (file.bytes < bytes) throw new Error(`broke off after ${file.bytes} of ${bytes} bytes`);
}

function requireDigest(file: ResumableFile, { sha256 }: Wanted): void {
  const digest = file.digest();
  if (digest === sha256) return;
  file.clear();
  throw new Error(`sends another file: its SHA-256 is ${digest}, not ${sha256}`);
}

/** Aborts where it is not set again in time. */
class Alarm {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ms: number,
    private readonly other: AbortSignal | undefined,
  ) {}

  get signal(): AbortSignal {
    return this.other ? AbortSignal.any([this.controller.signal, this.other]) : this.controller.signal;
  }

  set(): void {
    this.stop();
    this.timer = setTimeout(() => this.controller.abort(new Error(`sends nothing for ${this.ms / 1000} s`)), this.ms);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

/** `fetch failed` says nothing; its cause does. */
function problemOf(error: unknown): string {
  const { message, cause } = error as Error;
  if (!(cause instanceof Error)) return message;
  return cause.message === '' ? ((cause as NodeJS.ErrnoException).code ?? message) : cause.message;
}
