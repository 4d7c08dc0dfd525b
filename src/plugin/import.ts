/** From the file of a plugin to entries in the registry. Its code runs in this process, with all that this may do. */
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { faultOf, type Issue, MARK, PluginFault, reasonOf, suspect, UserError } from '../errors.js';
import { isBuilt, packageRoot } from '../package.js';
import { admit, nameOf } from './admit.js';
import { definitionOf } from './define.js';
import type * as hooks from './hooks.js';
import type { Told } from './hooks.js';
import { placeOf } from './place.js';
import { fingerprint, type Plugin, type PluginReference } from './plugin.js';

const plugins = new Map<string, Plugin>();

/** All that this process has imported. */
export const importedPlugins = (): readonly Plugin[] => [...plugins.values()];

/** The plugin of a path, where it has been imported. */
export const pluginAt = (path: string): Plugin | undefined => plugins.get(realPath(path) ?? path);

/**
 * Imports a plugin, once, and adds what it exports to the registry.
 * @throws UserError with file and line, where it cannot be read, is broken, exports nothing, or takes a name that is taken
 */
export function importPlugin(path: string): Promise<Plugin> {
  const plugin = last.then(() => importNext(path));
  last = plugin.catch(() => {});
  return plugin;
}

/** One after another: what the hooks tell is of one plugin. */
let last: Promise<unknown> = Promise.resolve();

async function importNext(path: string): Promise<Plugin> {
  const file = realPath(path);
  if (file === undefined) throw new UserError({ where: { file: path }, message: 'no such plugin file' });
  const known = plugins.get(file);
  if (known) return known;
  const { exported, read } = await imported(file);
  const found = [...new Set(Object.values(exported))].flatMap((value) => definitionOf(value) ?? []);
  if (found.length === 0) {
    const message = 'exports nothing that a spec can name';
    throw new PluginFault({
      where: { file, line: 1 },
      message,
      hint: "export what defineEnergy, defineEngine, … of 'eprbp' give",
    });
  }
  const plugin: Plugin = {
    file,
    ...fingerprint(file, read),
    adds: found.map(nameOf),
    computes: found.some(({ axis }) => axis !== 'figures'),
  };
  admit(found, plugin);
  suspect(file);
  plugins.set(file, plugin);
  return plugin;
}

/** The same in a process that works for another: what it reads must be what the other has read. @throws UserError */
export async function importSame(references: readonly PluginReference[]): Promise<void> {
  for (const { file, sha256 } of references) {
    const plugin = await importPlugin(file);
    if (plugin.sha256 === sha256) continue;
    throw new UserError({
      where: { file },
      message: 'the plugin has changed since the run began',
      hint: 'run it again',
    });
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

let number = 0;

async function imported(file: string): Promise<{ exported: object; read: Map<string, string> }> {
  const told = await hooked();
  told();
  const { exit } = process;
  // it would end all without a word
  process.exit = (code) => {
    throw new Error(`it ends the program, by process.exit(${code ?? ''})`);
  };
  try {
    const exported = await import(`${pathToFileURL(file).href}?${MARK}=${++number}`);
    return { exported, read: new Map(told().flatMap((one) => (one.kind === 'read' ? [[one.file, one.sha256]] : []))) };
  } catch (error) {
    throw error instanceof UserError ? error : new PluginFault(issueOf(file, error, told()));
  } finally {
    process.exit = exit;
  }
}

/** Why a plugin cannot be imported, and where. */
function issueOf(file: string, error: unknown, told: readonly Told[]): Issue {
  const failure = told.find((one) => one.kind === 'failure');
  if (failure) {
    const { file: at, line, column, message, hint } = failure;
    const where = { file: at, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
    return { where, message, ...(hint === undefined ? {} : { hint }) };
  }
  const fault = faultOf(error);
  if (fault) return { ...fault, message: `is broken: ${fault.message}` };
  const absent = absentPackage(error, told);
  if (absent) return absent;
  const line = error instanceof SyntaxError ? syntaxLine(told) : undefined;
  const message = `is broken: ${error instanceof Error ? `${error.name}: ${reasonOf(error)}` : String(error)}`;
  return { where: line ?? { file }, message };
}

function absentPackage(error: unknown, told: readonly Told[]): Issue | undefined {
  const [, name, file] = /^Cannot find package '(.+?)' imported from (.+)$/.exec((error as Error)?.message) ?? [];
  if (!told.some((one) => one.kind === 'read' && one.file === file)) return undefined;
  const where = placeOf(readFileSync(file, 'utf8'), name, file);
  return { where, message: `imports ${name}, which is not installed beside it`, hint: `npm install ${name}` };
}

/** Node keeps the line of a syntax error to itself, but where it checks a text and nothing else. */
function syntaxLine(told: readonly Told[]): { file: string; line: number } | undefined {
  for (const one of told) {
    if (one.kind !== 'read') continue;
    const { stderr } = spawnSync(process.execPath, ['--check', '--input-type=module'], {
      input: one.source,
      encoding: 'utf8',
    });
    const [, line] = /^\[stdin\]:(\d+)/m.exec(stderr) ?? [];
    if (line !== undefined) return { file: one.file, line: Number(line) };
  }
  return undefined;
}

const shipped = (path: string) => new URL(path, packageRoot).href;
/** A module of the source, as it is or compiled. */
const beside = (path: string) => new URL(`${path}${extname(import.meta.url)}`, import.meta.url).href;

/** The modules of this very process: a plugin that had others would have other kernels and another memory. */
const library = isBuilt
  ? { eprbp: shipped('dist/bin/index.js'), 'eprbp/laws': shipped('dist/bin/laws.js') }
  : { eprbp: beside('../index'), 'eprbp/laws': beside('../laws/laws') };

/** In the build, for code that runs from source too: Node's loader may want it in a thread of its own. */
const HOOKS = shipped('dist/bin/hooks.js');

let listening: Promise<() => Told[]> | undefined;

/** Puts the hooks in place, once. @returns what they have told since it was last asked */
function hooked(): Promise<() => Told[]> {
  listening ??= hook();
  return listening;
}

type RegisterHooks = (of: Pick<typeof hooks, 'resolve' | 'load'>) => void;

async function hook(): Promise<() => Told[]> {
  const { registerHooks, stripTypeScriptTypes } = nodeModule as unknown as Record<string, unknown>;
  if (registerHooks !== undefined && stripTypeScriptTypes !== undefined) {
    const all: Told[] = [];
    const { initialize, resolve, load } = (await import(HOOKS)) as typeof hooks;
    initialize({ library, tell: (told) => all.push(told) });
    (registerHooks as RegisterHooks)({ resolve, load });
    return () => all.splice(0);
  }
  // what esbuild makes has other lines
  process.setSourceMapsEnabled(true);
  const { port1, port2 } = new MessageChannel();
  nodeModule.register(HOOKS, { data: { library, port: port2 }, transferList: [port2] });
  port1.unref();
  return () => [...drained(port1)];
}

function* drained(port: Parameters<typeof receiveMessageOnPort>[0]): Generator<Told> {
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) yield next.message;
}
