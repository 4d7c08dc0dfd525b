import { writeReport } from '../../run/report.js';
import { EXIT } from '../exit-codes.js';
import { print } from '../terminal.js';

/** `eprbp report`: results/<name>/report.html, which needs nothing beside it. */
export async function report({ result }: { result: readonly string[] }): Promise<number> {
  for (const path of result) print(await writeReport(path));
  return EXIT.ok;
}
