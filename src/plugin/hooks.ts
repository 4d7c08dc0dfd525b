/**
 * How Node finds and reads the modules of plugins. This file is a program of its own: Node 22.15 and later call it where
 * the plugin is imported, earlier ones in a thread of their loader. Modules of a plugin carry a mark in their address, which
 * what they import inherits; whatever has none is not touched.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { MARK } from '../errors.js';
import { placeOf } from './place.js';

/** What is told of each module: what was read, or why it could not be. */
export type Told =
  | { readonly kind: 'read'; readonly file: string; readonly sha256: string; readonly source: string }
  | ({ readonly kind: 'failure' } & Failure);

export interface Failure {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** `library`: what a plugin imports by name from this very program. */
export interface Setup {
  readonly library: Readonly<Record<string, string>>;
  readonly port?: MessagePort;
  tell?(told: Told): void;
}

let library: Setup['library'] = {};
let tell: (told: Told) => void = () => {};

/** Called by Node's loader with the data of `register`, or by the program itself. */
export function initialize(setup: Setup): void {
  library = setup.library;
  tell = setup.tell ?? ((told) => setup.port!.postMessage(told));
}

interface Context {
  readonly parentURL?: string | undefined;
}
interface Resolved {
  readonly url: string;
  readonly shortCircuit?: true;
}
type Next<T> = (address: string, context: object) => T | Promise<T>;

const isMarked = (url: string | undefined): boolean => url?.includes(`?${MARK}=`) ?? false;

export function resolve(specifier: string, context: Context, next: Next<Resolved>): Resolved | Promise<Resolved> {
  const { parentURL } = context;
  if (isMarked(specifier)) return { url: specifier, shortCircuit: true };
  if (!isMarked(parentURL)) return next(specifier, context);
  if (Object.hasOwn(library, specifier)) return next(library[specifier], context);
  if (!/^(\.{0,2}\/|file:)/.test(specifier)) return next(specifier, context);
  const url = new URL(specifier, parentURL);
  const file = asWritten(fileURLToPath(url));
  if (file === undefined) throw told(missing(fileURLToPath(parentURL!), specifier));
  return { url: pathToFileURL(file).href + new URL(parentURL!).search, shortCircuit: true };
}

/** TypeScript is imported by the name that it has, or by that of the JavaScript that a compiler would make of it. */
function asWritten(file: string): string | undefined {
  const other = /\.m?js$/.test(file) ? file.replace(/js$/, 'ts') : file;
  return [file, other].find((path) => existsSync(path) && statSync(path).isFile());
}

interface Loaded {
  readonly format: string;
  readonly source: string;
  readonly shortCircuit?: true;
}

export function load(url: string, context: object, next: Next<Loaded>): Loaded | Promise<Loaded> {
  if (!isMarked(url)) return next(url, context);
  const file = fileURLToPath(url);
  const format = formatOf(file);
  const bytes = reading(file);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const give = (source: string): Loaded => {
    tell({ kind: 'read', file, sha256, source });
    return { format, source, shortCircuit: true };
  };
  if (!/\.m?ts$/.test(file)) return give(text);
  return strip === undefined ? transformed(text, url).then(give) : give(stripped(strip, text, url));
}

function formatOf(file: string): string {
  if (/\.m?[jt]s$/.test(file)) return 'module';
  if (file.endsWith('.json')) return 'json';
  throw told({ file, message: 'a plugin is made of .ts, .mts, .js, .mjs and .json, and this is none' });
}

function reading(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw told({ file, message: `cannot be read: ${(error as Error).message}` });
  }
}

type Strip = (text: string, options: { mode: 'strip'; sourceUrl: string }) => string;
const { stripTypeScriptTypes: strip } = nodeModule as unknown as { stripTypeScriptTypes?: Strip };

/** Types become blanks: every line and column stays where it is. */
function stripped(by: Strip, text: string, url: string): string {
  const { emitWarning } = process;
  // that this is an experiment of Node's is no news to who runs a plugin
  process.emitWarning = () => {};
  try {
    return by(text, { mode: 'strip', sourceUrl: url });
  } catch (error) {
    const { message, stack = '', code } = error as NodeJS.ErrnoException;
    const [, line] = /^.*:(\d+)\n/.exec(stack) ?? [];
    const column = /^( *)\^/m.exec(stack)?.[1].length;
    const hint =
      code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' ? 'only types can be left out: write it in JavaScript' : undefined;
    const at = {
      line: line === undefined ? undefined : Number(line),
      column: column === undefined ? undefined : column + 1,
    };
    throw told({ file: fileURLToPath(url), ...at, message: `${message.split('\n')[0]}`, hint });
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The same by esbuild, where it is installed; lines are mapped back. */
async function transformed(text: string, url: string): Promise<string> {
  const file = fileURLToPath(url);
  const { transform } = await import('esbuild').catch(() => {
    const message = `is TypeScript, which Node ${process.versions.node} cannot read by itself`;
    throw told({
      file,
      message,
      hint: 'use Node 22.13 or later, or install esbuild beside eprbp: npm install esbuild',
    });
  });
  const options = { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline', logLevel: 'silent' } as const;
  // what is imported is there, whether it is used or not, as where types are left out
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  // a trace has the name of the source without its query
  const [sourcefile] = url.replace('file:', `${MARK}:`).split('?');
  try {
    return (await transform(text, { ...options, tsconfigRaw, sourcefile })).code;
  } catch (error) {
    const [first] =
      (error as { errors?: { text: string; location: { line: number; column: number } | null }[] }).errors ?? [];
    const { line, column } = first?.location ?? {};
    const message = first?.text ?? (error as Error).message;
    throw told({ file, line, column: column === undefined ? undefined : column + 1, message });
  }
}

function missing(file: string, specifier: string): Failure {
  return {
    ...placeOf(readFileSync(file, 'utf8'), specifier, file),
    message: `imports ${specifier}, and there is no such file`,
  };
}

/** Tells why a module cannot be had; Node hands on no more than a message. */
function told(failure: Failure): Error {
  tell({ kind: 'failure', ...failure });
  return new Error(failure.message);
}
