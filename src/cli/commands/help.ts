import { UserError } from '../../errors.js';
import { nearest } from '../../spec/suggest.js';
import { quoted } from '../../text.js';
import { examples } from '../examples.js';
import { EXIT } from '../exit-codes.js';
import { page, topics } from '../manual.js';
import { rendered } from '../markdown.js';
import { excerpt, mentions } from '../mentions.js';
import { print, styled, widthOfText, write } from '../terminal.js';

/**
 * `eprbp help`: a page of the manual, its index, or where the manual has what is the name of no page. Names of commands do not
 * come here: they have their own help.
 */
export function manual({ topic, raw }: { topic: readonly string[]; raw: boolean }): number {
  const said = topic.join(' ');
  if (said !== '' && !topics().includes(said)) print(placesOf(said));
  else if (raw) write(page(topic[0]));
  else print(rendered(page(topic[0]), widthOfText()));
  return EXIT.ok;
}

/** @throws UserError where the manual does not have it. */
function placesOf(said: string): string[] {
  const found = mentions(said);
  if (found.length === 0) {
    const near = nearest(said, [...topics(), ...Object.keys(examples), 'data']);
    const hint = near === undefined ? "see 'eprbp help'" : `did you mean '${near}'?`;
    throw new UserError({ message: `no topic ${quoted(said)}, and no page has it`, hint });
  }
  const room = widthOfText() - 2;
  return [
    `${quoted(said)} stands in these pages, which 'eprbp help TOPIC' shows:`,
    ...found.flatMap(({ topic, heading, passage }) => [
      '',
      `${styled('bold', topic)}: ${heading}`,
      `  ${excerpt(passage, said, room)}`,
    ]),
  ];
}
