import { join } from 'node:path';
import { UserError } from '../../errors.js';
import { foundRuns } from '../../metrics/found.js';
import type { FinishedRun } from '../../metrics/record.js';
import { SPEC_FILE } from '../../metrics/results.js';
import { absentPlugins } from '../../plan/plugins.js';
import { verifyAgain, verifyFiles } from '../../run/verify.js';
import { counted } from '../../text.js';
import { EXIT } from '../exit-codes.js';
import { underSignals } from '../signals.js';
import { note, print, styled } from '../terminal.js';
import { threadsOf } from '../threads.js';

interface VerifyArguments {
  readonly result: readonly string[];
  readonly rerun: boolean;
  readonly threads: string;
}

/** @throws UserError where it would take code that the user has not allowed */
function requireImported(runs: readonly FinishedRun[]): void {
  const issues = runs.flatMap(({ folder, record }) =>
    absentPlugins({ file: join(folder, SPEC_FILE), data: record.spec }),
  );
  // runs of one experiment name the same
  const once = new Map(issues.map((issue) => [issue.message, issue]));
  if (once.size > 0) throw new UserError([...once.values()]);
}

/** `eprbp verify`: every file is what run.json says, and the run's own spec gives it again to the last byte. */
export function verify({ result, rerun, threads: given }: VerifyArguments): Promise<number> {
  const threads = threadsOf(given);
  const found = result.map(foundRuns);
  const runs = found.flatMap((one) => one.runs);
  const damaged = found.flatMap((one) => one.problems);
  if (rerun) requireImported(runs);
  return underSignals(async (signal) => {
    for (const { where, message } of damaged) {
      print(`${styled('red', '✗')} ${(where as { file: string }).file}`);
      note(`  ${message}`);
    }
    let bad = damaged.length;
    for (const run of runs) {
      const problems = await verifyFiles(run);
      if (rerun) problems.push(...(await verifyAgain(run, signal, threads)));
      signal.throwIfAborted();
      if (problems.length > 0) bad++;
      const mark = problems.length === 0 ? styled('green', '✓') : styled('red', '✗');
      print(`${mark} ${run.folder}`);
      for (const problem of problems) note(`  ${problem}`);
    }
    const count = runs.length + damaged.length;
    print(`${counted(count, 'run')}, ${bad === 0 ? 'all as written' : `${bad} not as written`}`);
    return bad === 0 ? EXIT.ok : EXIT.different;
  }, 'the results are as they were');
}
