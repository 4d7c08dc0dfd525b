/** Messages that GitHub shows at the line they are about, where a job of it runs this program. */
import { adviceOf, type Issue } from '../errors.js';
import type { ExperimentResult } from '../run/experiment.js';
import { order } from './terminal.js';

const wanted = process.env['GITHUB_ACTIONS'] === 'true';

export function annotateIssue(issue: Issue): void {
  const { where } = issue;
  annotate('error', adviceOf(issue), where && 'file' in where ? where : {});
}

export function annotateResults(results: readonly ExperimentResult[]): void {
  for (const { plan, finished, failed, slopes, problems } of results) {
    const { file } = plan;
    for (const { run, message } of failed) annotate('error', `${run.id}: ${message}`, { file });
    for (const { run, record, verdicts } of finished) {
      for (const warning of record.warnings)
        annotate(record.status === 'diverged' ? 'error' : 'warning', `${run.id}: ${warning}`, { file });
      for (const { passed, text } of verdicts) if (!passed) annotate('error', `${run.id}: ${text}`, { file });
    }
    for (const { passed, text } of slopes) if (!passed) annotate('error', text, { file });
    for (const problem of problems) annotate('error', problem, { file });
  }
}

type Place = { readonly file?: string; readonly line?: number; readonly column?: number };

/** A workflow command: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function annotate(level: 'error' | 'warning', message: string, { file, line, column }: Place): void {
  if (!wanted) return;
  const properties = Object.entries({ file, line, col: column })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`);
  order(`${level}${properties.length > 0 ? ` ${properties.join(',')}` : ''}::${escaped(message)}`);
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
