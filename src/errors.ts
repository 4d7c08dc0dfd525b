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
