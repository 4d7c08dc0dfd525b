import { bugReport, faultOf, formatIssue, isSystemError, RunError, sentenceOf, UserError } from '../errors.js';
import { annotateIssue } from './annotations.js';
import { EXIT, exitCodeOfSystem, Interrupted } from './exit-codes.js';
import { note, styled } from './terminal.js';

/** Tells the user what went wrong, and gives the exit code. Only a bug of the program shows a stack trace. */
export function reportFailure(error: unknown): number {
  const sign = styled('red', 'error', process.stderr);
  if (error instanceof UserError) {
    for (const issue of error.issues) {
      note(`${sign} ${formatIssue(issue)}`);
      annotateIssue(issue);
    }
    if (error.issues.length > 1) note(`${error.issues.length} problems`);
    return EXIT.usage;
  }
  if (error instanceof RunError) {
    const [message, ...details] = error.lines;
    note([`${sign} ${message}`, ...details]);
    return EXIT.runFailed;
  }
  if (error instanceof Interrupted) {
    note(error.message);
    return error.exitCode;
  }
  if (isSystemError(error)) {
    note(`${sign} ${sentenceOf(error)}`);
    return exitCodeOfSystem();
  }
  const fault = faultOf(error);
  if (fault) {
    note(`${sign} a plugin is at fault: ${formatIssue(fault)}`);
    annotateIssue(fault);
    return EXIT.usage;
  }
  note([`internal error: ${bugReport()}`, ...traceOf(error)]);
  return EXIT.runFailed;
}

function traceOf(error: unknown): string[] {
  return String((error instanceof Error && error.stack) || error).split('\n');
}
