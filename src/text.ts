/**
 * Text that may come from a stranger's file, as it leaves the program: nothing in it acts on a terminal, a build log or a
 * line of a report.
 */

/**
 * Control characters, line and paragraph separators, format characters (direction of text, zero width, tags), surrogates
 * without a partner, and what Unicode never assigns.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** One line of text that shows and does nothing: each character that would act is shown as `\x1b`, `\u202e`. */
export function inert(text: string): string {
  return text.replace(ACTING, escaped);
}

/** The same for text of several lines: line ends and tabs stay. */
export function inertLines(text: string): string {
  return text.replace(ACTING, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  if (code === 0x0a) return '\\n';
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
