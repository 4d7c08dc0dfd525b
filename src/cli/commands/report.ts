import { writeReport } from '../../run/report.js';
import { EXIT } from '../exit-codes.js';
import { tellBuilds, tellLeftOut } from '../left-out.js';
import { print } from '../terminal.js';

/** `eprbp report`: results/<name>/report.html, which needs nothing beside it. */
export async function report({ result }: { result: readonly string[] }): Promise<number> {
  let exitCode: number = EXIT.ok;
  for (const path of result) {
    const { file, runs, problems } = await writeReport(path);
    tellBuilds(runs);
    exitCode = Math.max(exitCode, tellLeftOut(problems));
    print(file);
  }
  return exitCode;
}
