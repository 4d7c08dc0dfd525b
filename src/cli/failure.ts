import { formatIssue, RunError, UserError } from '../errors.js';
import { annotateIssue } from './annotations.js';
import { EXIT, Interrupted } from './exit-codes.js';
import { note, styled } from './terminal.js';

/** Tells the user what went wrong, and gives the exit code. Only a bug of the program shows a stack trace. */
export function reportFailure(error: unknown): number {
  if (error instanceof UserError) {
    for (const issue of error.issues) {
      note(`${styled('red', 'error', process.stderr)} ${formatIssue(issue)}`);
      annotateIssue(issue);
    }
    if (error.issues.length > 1) note(`${error.issues.length} problems`);
    return EXIT.usage;
  }
  if (error instanceof RunError) {
    note(`${styled('red', 'error', process.stderr)} ${error.message}`);
    return EXIT.runFailed;
  }
  if (error instanceof Interrupted) {
    note(error.message);
    return EXIT[error.signal];
  }
  if (error instanceof Error && error.name === 'YError') {
    note(`${styled('red', 'error', process.stderr)} ${error.message}`);
    note("see 'eprbp --help'");
    return EXIT.usage;
  }
  note(
    `internal error: this is a bug in eprbp, please report it\n${error instanceof Error ? error.stack : String(error)}`,
  );
  return EXIT.runFailed;
}
