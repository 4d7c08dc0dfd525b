/** Command lines to be typed next, made of the one that was typed. */

import { isLastRung, type Open, type Typed, type Underway } from '../metrics/underway.js';
import type { ExperimentResult } from '../run/experiment.js';
import { hasFailed } from '../run/recall.js';
import { counted, shellCommand, shortId } from '../text.js';

/** Options of `run` that another command leaves out, by the words that stand for them, and whether a value is behind. */
export const LEFT_OUT = {
  shard: { words: ['--shard'], takesValue: true },
  out: { words: ['--out', '-o'], takesValue: true },
  jobs: { words: ['--jobs', '-j'], takesValue: true },
  rerun: { words: ['--rerun'], takesValue: true },
  force: { words: ['--force'], takesValue: false },
  finished: { words: ['--finished'], takesValue: false },
  report: { words: ['--report'], takesValue: false },
  'dry-run': { words: ['--dry-run', '-n'], takesValue: false },
} as const;
type LeftOut = keyof typeof LEFT_OUT;

/** Of words that were typed those that are none of these options, with their values, and others; what stands behind `--` stays there. */
export function retyped(argv: readonly string[], without: readonly LeftOut[], more: readonly string[] = []): string {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const kept: string[] = [];
  for (let i = 0; i < end; i++) {
    const word = argv[i];
    const stands = (one: string) => word === one || word.startsWith(one.startsWith('--') ? `${one}=` : one);
    const name = without.find((option) => LEFT_OUT[option].words.some(stands));
    if (name === undefined) kept.push(word);
    else if (LEFT_OUT[name].takesValue && (LEFT_OUT[name].words as readonly string[]).includes(word)) i++;
  }
  return shellCommand(['eprbp', ...kept, ...more, ...argv.slice(end)]);
}

/** What begins anew, or nothing at all. */
const ONCE = ['force', 'finished', 'dry-run', 'rerun'] as const;

/** The command that runs again what failed; undefined where nothing did. */
export function commandForFailed(results: readonly ExperimentResult[], argv: readonly string[]): string | undefined {
  const failed = results.some((result) => result.failed.length > 0 || result.finished.some(hasFailed));
  return failed ? retyped(argv, ONCE, ['--rerun', 'failed']) : undefined;
}

const MOST_NAMED = 5;

/** Of `run --finished`: what is missing, and the command that does it. */
export function missingLines(results: readonly ExperimentResult[], argv: readonly string[]): string[] {
  const missing = results.filter(({ open }) => open.length > 0);
  if (missing.length === 0) return [];
  const lines = missing.map(({ plan, open, search }) => {
    const named = open.slice(0, MOST_NAMED).map(({ id }) => shortId(id, LONGEST_ID));
    const more = open.length - named.length;
    const rung = search ? ` (rung ${search.rung} of ${search.of})` : '';
    const all = [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
    return `${plan.name}  ${open.length} of ${counted(plan.runs.length, 'run')} missing${rung}: ${all}`;
  });
  return [...lines, `what is missing:  ${retyped(argv, ['finished', 'report'])}`];
}

const LONGEST_ID = 60;

/** Of a shard: what to type when the others are done. */
export function linesForShard(results: readonly ExperimentResult[], argv: readonly string[], out: string): string[] {
  if (results.every(({ left, search }) => left === 0 && search === undefined)) return [];
  if (results.some(({ failed }) => failed.length > 0)) return [];
  const whole = (folder: string) => (folder === 'results' ? [] : ['--out', folder]);
  const judging = (folder: string) => retyped(argv, ['shard', 'jobs', 'out'], [...whole(folder), '--finished']);
  if (results.every(({ open, search }) => open.length === 0 && search === undefined))
    return ['next, since every run is here:', `  ${judging(out)}`];
  const isSearch = results.some(({ search }) => search !== undefined);
  const next = (folder: string) => (isSearch ? retyped(argv, ['out'], whole(folder)) : judging(folder));
  const others = results.some(({ left, open, search }) => left > open.length || (search?.rung ?? 1) > 1);
  if (others)
    return ['next, when the other shards are done (of other folders, merged into this one):', `  ${next(out)}`];
  const merged = out === WHOLE ? `${WHOLE}-2` : WHOLE;
  return [
    `next, when the other shards are done${isSearch ? ', and for each of them' : ''} (in one folder: without merge, in that):`,
    `  ${shellCommand(['eprbp', 'merge', out])} OTHERS… --out ${merged}`,
    `  ${next(merged)}`,
  ];
}

const WHOLE = 'whole';

/** What goes on with a sweep: what was typed, where that is known and was typed here. @param out its folder of results */
export function commandFor(
  { typed, rung }: { typed: Typed } & Pick<Underway, 'rung'>,
  open: Open,
  out: string,
): string {
  const isOver = open.runs === 0 && isLastRung({ rung });
  const isKnown = typed.folder === process.cwd() && typed.words[0] === 'run' && !typed.words.includes('-');
  const words = isKnown ? typed.words : ['run', 'SPEC'];
  const more = [...(out === 'results' ? [] : ['--out', out]), ...(isOver ? ['--finished'] : [])];
  return retyped(words, [...ONCE, 'shard', 'out', ...(isOver ? (['jobs'] as const) : [])], more);
}
