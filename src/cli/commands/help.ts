import { EXIT } from '../exit-codes.js';
import { page } from '../manual.js';
import { rendered } from '../markdown.js';
import { print, widthOfText, write } from '../terminal.js';

/** `eprbp help`: a page of the manual, or its index. Names of commands do not come here: they have their own help. */
export function manual({ topic: [topic], raw }: { topic: readonly string[]; raw: boolean }): number {
  const text = page(topic);
  if (raw) write(text);
  else print(rendered(text, widthOfText()));
  return EXIT.ok;
}
