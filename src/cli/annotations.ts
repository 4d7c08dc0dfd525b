/** Messages that GitHub shows at the line they are about, where a job of it runs this program. */
import { adviceOf, type Issue, type Location } from '../errors.js';
import { judgedPlaces } from '../plan/where.js';
import type { ExperimentResult } from '../run/experiment.js';
import { order } from './terminal.js';

const wanted = process.env['GITHUB_ACTIONS'] === 'true';

export function annotateIssue({ where, ...issue }: Issue): void {
  annotate('error', adviceOf(issue), placeOf(where));
}

/** At the assertion that fails; at what makes several runs of the spec, where one of them fails. */
export function annotateResults(results: readonly ExperimentResult[]): void {
  if (!wanted) return;
  for (const { plan, finished, failed, slopes, problems } of results) {
    const [file, whole] = [{ file: plan.file }, placeOf(plan.where, plan.file)];
    for (const { run, message } of failed) annotate('error', `${run.id}: ${message}`, whole);
    for (const { run, record, verdicts } of finished) {
      for (const warning of record.warnings)
        annotate(record.status === 'diverged' ? 'error' : 'warning', `${run.id}: ${warning}`, whole);
      const places = judgedPlaces(plan, run.changes);
      for (const [i, { passed, text }] of verdicts.entries())
        if (!passed) annotate('error', `${run.id}: ${text}`, placeOf(places[i], plan.file));
    }
    for (const { passed, text, where } of slopes) if (!passed) annotate('error', text, placeOf(where, plan.file));
    for (const problem of problems) annotate('error', problem, file);
  }
}

/** What stands on the command line stands in no file: its message is that of the file. */
function placeOf(where: Location | undefined, file?: string): Place {
  if (where !== undefined && 'file' in where) return where;
  return file === undefined ? {} : { file };
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
