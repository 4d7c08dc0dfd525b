import { type Issue, UserError } from '../../errors.js';
import { writeReport } from '../../run/report.js';
import { EXIT } from '../exit-codes.js';
import { tellBuilds, tellLeftOut } from '../left-out.js';
import { secondsOf } from '../numbers.js';
import { print } from '../terminal.js';
import type { ResultArguments } from './plot.js';

/** `eprbp report`: results/<name>/report.html, which needs nothing beside it. */
export async function report({ result, timeout }: ResultArguments): Promise<number> {
  const options = { timeout: secondsOf(timeout) };
  const missed: Issue[] = [];
  let exitCode: number = EXIT.ok;
  for (const path of result) {
    const { file, runs, problems, issues } = await writeReport(path, options);
    tellBuilds(runs);
    exitCode = Math.max(exitCode, tellLeftOut(problems));
    print(file);
    missed.push(...issues);
  }
  if (missed.length > 0) throw new UserError(missed);
  return exitCode;
}
