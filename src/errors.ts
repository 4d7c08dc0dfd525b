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
  const hint = issue.hint === undefined ? '' : `; ${issue.hint}`;
  const where = issue.where === undefined ? '' : `${formatLocation(issue.where)}: `;
  return `${where}${issue.message}${hint}`;
}

function formatLocation(where: Location): string {
  if ('override' in where) return `-s ${where.override}`;
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

/** A run could not be carried out for a reason outside its numbers (disk full, file gone): exit code 1. */
export class RunError extends Error {
  override readonly name = 'RunError';
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
  const { code, message } = error as SystemError;
  return (isSystemError(error) && REASONS[code ?? '']) || (error instanceof Error ? message : String(error));
}
