import { existsSync } from 'node:fs';
import { type Issue, UserError } from '../../errors.js';
import { experimentsIn, requireResults, type Written, writeReport, writeSite } from '../../report/site.js';
import { EXIT } from '../exit-codes.js';
import { tellBuilds, tellLeftOut } from '../left-out.js';
import { secondsOf } from '../numbers.js';
import { underSignals } from '../signals.js';
import { note, print, styled } from '../terminal.js';
import type { ResultArguments } from './plot.js';

export interface ReportArguments extends ResultArguments {
  readonly single: boolean;
  readonly watch: boolean;
}

/** `eprbp report`: the page of an experiment; of a folder of them an index, and the page of each. */
export async function report({ result, timeout, single, watch }: ReportArguments): Promise<number> {
  if (watch) return served(result, single);
  for (const path of result) requireResults(path);
  const figures = { timeout: secondsOf(timeout) };
  const missed: Issue[] = [];
  let exitCode: number = EXIT.ok;
  const tell = ({ runs, problems, issues }: Written) => {
    tellBuilds(runs);
    exitCode = Math.max(exitCode, tellLeftOut(problems));
    missed.push(...issues);
  };
  for (const path of result) {
    if (experimentsIn(path).length === 0) {
      const page = await writeReport(path, figures);
      tell(page);
      print(page.file);
      continue;
    }
    const { index, pages, unreadable } = await writeSite(path, { figures, single });
    for (const page of pages) tell(page);
    for (const { name, problem } of unreadable) note(`${styled('red', '✗', process.stderr)} ${name}: ${problem}`);
    if (unreadable.length > 0) exitCode = Math.max(exitCode, EXIT.runFailed);
    print(index);
  }
  if (missed.length > 0) throw new UserError(missed);
  return exitCode;
}

/** Until a signal ends it. */
async function served(result: readonly string[], single: boolean): Promise<never> {
  if (single || result.length !== 1) throw new UserError({ message: '--watch serves one folder, and no --single' });
  const [path] = result;
  if (!existsSync(path)) throw new UserError({ where: { file: path }, message: 'no such folder' });
  const { servePages } = await import('../../report/serve.js');
  return underSignals(async (signal) => {
    await servePages(path, signal, (address) => print(`${address} shows ${path} as it is; Ctrl-C ends it`));
    throw signal.reason;
  }, 'nothing was written');
}
