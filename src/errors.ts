import { fileURLToPath } from 'node:url';
import { shortened } from './text.js';

/** Where a mistake stands: a position in a file, or an override on the command line. Lines and columns count from 1. */
export type Location =
  | { readonly file: string; readonly line?: number; readonly column?: number }
  | { readonly override: string };

/** One mistake of the user: what is wrong (got, expected) and what to do about it. */
export interface Issue {
  readonly message: string;
  readonly where?: Location;
  readonly hint?: string;
}

/** `file:line:col: message. hint`, the form that editors and CI annotate. */
export function formatIssue(issue: Issue): string {
  const where = issue.where === undefined ? '' : `${formatLocation(issue.where)}: `;
  return `${where}${adviceOf(issue)}`;
}

/** What a person reads of a message that quotes a stranger's file, which may be all of it. */
const MOST = 1000;

/** The same without the place. */
export function adviceOf({ message, hint }: Issue): string {
  return `${shortened(message, MOST)}${hint === undefined ? '' : `; ${shortened(hint, MOST)}`}`;
}

/** `file:line:column`, as far as it is known, or the override. */
export function formatLocation(where: Location): string {
  if ('override' in where) return `-s ${shortened(where.override, MOST)}`;
  return [where.file, where.line, where.column].filter((part) => part !== undefined).join(':');
}

/** A mistake of the user, never of the program: shown without a stack trace, exit code 2. Carries every problem found. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly issues: readonly Issue[];

  constructor(issues: Issue | readonly Issue[]) {
    const all = Array.isArray(issues) ? (issues as readonly Issue[]) : [issues as Issue];
    super(all.map(formatIssue).join('\n'));
    this.issues = all;
  }
}

/** A mistake in a plugin, where it was defined or imported: whatever came of it, the user's code is to be changed. */
export class PluginFault extends UserError {}

/** A run could not be carried out for a reason outside its numbers (disk full, file gone): exit code 1. */
export class RunError extends Error {
  override readonly name = 'RunError';

  readonly lines: readonly string[];

  /** @param details more lines, where one will not do. */
  constructor(message: string, details: readonly string[] = []) {
    super([message, ...details].join('\n'));
    this.lines = [message, ...details];
  }
}

/** In the address of every module of a plugin: `file:///a/mine.ts?eprbp-plugin=1`, or `eprbp-plugin:///a/mine.ts`. */
export const MARK = 'eprbp-plugin';

const PLACE = new RegExp(
  `(?:file:([^\\s()]+?)\\?${MARK}=\\d+|${MARK}:([^\\s()]+?))(?::(\\d+))?(?::(\\d+))?(?=[\\s()]|$)`,
);

/** The first place in a trace that is in a plugin. */
export function pluginPlace(stack: string): Location | undefined {
  const [, url, mapped, line, column] = PLACE.exec(stack) ?? [];
  if (url === undefined && mapped === undefined) return undefined;
  const at = { ...(line && { line: Number(line) }), ...(column && { column: Number(column) }) };
  return { file: fileURLToPath(`file:${url ?? mapped}`), ...at };
}

/** What went wrong in a plugin, and where; undefined where none was at work. */
export function faultOf(error: unknown): Issue | undefined {
  if (error instanceof PluginFault) return error.issues[0];
  const where = error instanceof Error ? pluginPlace(error.stack ?? '') : undefined;
  return where && { where, message: `${(error as Error).name}: ${(error as Error).message}` };
}

/** Plugins that this process has imported, by file. */
const atWork = new Set<string>();

/** From here on what nobody expects may be of that plugin. */
export function suspect(file: string): void {
  atWork.add(file);
}

/** What is said of an error that is no mistake of the user's as far as is known. */
export function bugReport(): string {
  if (atWork.size === 0) return 'this is a bug in eprbp, please report it';
  return `this is a bug of a plugin (${[...atWork].join(', ')}), or else of eprbp: then please report it`;
}

/** An error of the operating system, as Node hands it on; declared here, so that the library's types need none of Node's. */
export interface SystemError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly path?: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/** What the user is told of the system's refusals; others in the system's words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'is a folder, not a file',
  EEXIST: 'there is a file of that name',
  ELOOP: 'is a symbolic link that leads to no file',
  ENAMETOOLONG: 'its name is longer than the system allows',
  EMFILE: 'too many files are open (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EROFS: 'the file system is read-only',
  EIO: 'the device reports an error (EIO)',
  ESTALE: 'the network folder has gone away (ESTALE)',
  ENOMEM: 'there is not enough memory',
  EPIPE: 'nobody reads on',
  EBUSY: 'it is in use',
};

/** Why the system refused, in one phrase; the message of any other error. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', message } = error as SystemError;
  if (code === 'ERR_INVALID_ARG_VALUE' && message.includes('null bytes')) return 'its name has a NUL character';
  if (!isSystemError(error)) return message;
  // ENOTEMPTY: directory not empty, rmdir '/a/b'
  const [, phrase] = /^[A-Z0-9]+: (.+?), \w+(?: '|$)/.exec(message) ?? [];
  return REASONS[code] ?? (phrase === undefined ? message : `${phrase} (${code})`);
}

const MOST_TOLD = 3;

/** One sentence, where an error is no bug: a mistake of the user, a run that could not be carried out, the system's refusal. */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof UserError) {
    const told = error.issues.slice(0, MOST_TOLD).map(formatIssue).join('; ');
    const more = error.issues.length - MOST_TOLD;
    return more > 0 ? `${told}; and ${more} more` : told;
  }
  if (error instanceof RunError) return error.message;
  if (!isSystemError(error)) return undefined;
  const { path, syscall } = error;
  return `${path ?? syscall}: ${reasonOf(error)}`;
}
