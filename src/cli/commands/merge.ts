import { formatIssue } from '../../errors.js';
import { openText } from '../../metrics/underway.js';
import { merge as mergeInto } from '../../run/merge.js';
import { requireWritable } from '../../run/store.js';
import { counted, shellCommand } from '../../text.js';
import { commandFor } from '../again.js';
import { EXIT, workBegins } from '../exit-codes.js';
import { note, print, styled } from '../terminal.js';

/** `eprbp merge`: what the machines of a sweep have made, in one folder; then `run --finished` judges and draws it. */
export async function merge({ dir, out }: { dir: readonly string[]; out: string }): Promise<number> {
  requireWritable(out);
  workBegins();
  let isWhole = true;
  const next = new Set<string>();
  for (const { folder, copied, kept, unfinished, underway, problems } of await mergeInto(dir, out)) {
    for (const { issue, isLost } of problems) {
      isWhole &&= !isLost;
      const end = isLost ? '' : '; another copy is taken';
      note(`${styled('yellow', 'warning', process.stderr)} ${formatIssue(issue)}${end}`);
    }
    const rest = unfinished > 0 ? `, ${unfinished} not finished anywhere` : '';
    const open = underway ? `; open: ${openText(underway, underway.open)}` : '';
    print(`${folder}: ${counted(copied, 'run')} copied, ${kept} there before${rest}${open}`);
    if (underway) next.add(commandFor(underway, underway.open, out));
  }
  if (next.size === 0)
    note(`${shellCommand(['eprbp', 'run', 'SPEC', '--finished', '--out', out])} judges and draws them`);
  else note(['next (or a part of it: --shard i/n):', ...[...next].map((command) => `  ${command}`)]);
  return isWhole ? EXIT.ok : EXIT.runFailed;
}
