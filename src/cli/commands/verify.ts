import { finishedRuns } from '../../metrics/record.js';
import { verifyAgain, verifyFiles } from '../../run/verify.js';
import { EXIT } from '../exit-codes.js';
import { underSignals } from '../signals.js';
import { note, print, styled } from '../terminal.js';

interface VerifyArguments {
  readonly result: readonly string[];
  readonly rerun: boolean;
}

/** `eprbp verify`: every file is what run.json says, and the run's own spec gives it again to the last byte. */
export function verify({ result, rerun }: VerifyArguments): Promise<number> {
  const folders = result.flatMap((path) => finishedRuns(path).runs);
  return underSignals(async (signal) => {
    let bad = 0;
    for (const folder of folders) {
      const problems = await verifyFiles(folder);
      if (rerun) problems.push(...(await verifyAgain(folder, signal)));
      signal.throwIfAborted();
      if (problems.length > 0) bad++;
      const mark = problems.length === 0 ? styled('green', '✓') : styled('red', '✗');
      print(`${mark} ${folder}`);
      for (const problem of problems) note(`  ${problem}`);
    }
    print(
      `${folders.length} ${folders.length === 1 ? 'run' : 'runs'}, ${bad === 0 ? 'all as written' : `${bad} not as written`}`,
    );
    return bad === 0 ? EXIT.ok : EXIT.different;
  }, 'the results are as they were');
}
