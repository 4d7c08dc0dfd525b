import { meant, quoted } from '../text.js';

/** The candidate nearest to a misspelt word, if it is near enough to be what was meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    // so many must be put in or taken out
    if (Math.abs(word.length - candidate.length) >= least) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** `did you mean 'x'?`, or what there is to choose from. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const all = [...candidates];
  const near = nearest(word, all);
  if (near !== undefined) return `did you mean ${quoted(near)}?`;
  return all.length === 0 ? 'there is none' : `there is ${all.map((name) => quoted(name)).join(', ')}`;
}

/** The number that text means which is none, as a hint: `−1`, ` 3` with a no-break space, `0,5`, `1_000`. */
export function meantNumber(text: string): { readonly hint?: string } {
  const found = meant(text);
  const plain = (found?.plain ?? text)
    .trim()
    .replaceAll('_', '')
    .replace(/^([-+]?\d+),(\d+)$/, '$1.$2');
  if (plain === '' || !Number.isFinite(Number(plain))) return {};
  const why = found === undefined ? '' : `, it has ${found.odd}`;
  return { hint: `write ${Number(plain)}${why}` };
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let [before, previous] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, substituted);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length];
}
