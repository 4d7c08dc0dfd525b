import { typedAs, typedLine } from '../bash-line.js';
import { candidates } from '../completion.js';
import { EXIT } from '../exit-codes.js';
import { write } from '../terminal.js';

/**
 * What the scripts ask: `-- WORDS`, as they are, of a shell that quotes what it inserts; `--bash BREAKS LINE`, as it is typed,
 * of one that does not.
 */
export async function complete([how, ...rest]: readonly string[]): Promise<number> {
  const load = async () => (await import('../vocabulary.js')).vocabulary;
  if (how !== '--bash') return offer(await candidates(rest, load));
  const [breaks = '', text = ''] = rest;
  const line = typedLine(text, breaks);
  const found = await candidates(line.words.slice(1), load);
  return offer(found.flatMap((candidate) => typedAs(candidate, line) ?? []));
}

function offer(words: readonly string[]): number {
  for (const word of words) write(`${word}\n`);
  return EXIT.ok;
}
