/** A command line as bash reads it, without doing what it says; and text that bash reads as it is. */

export interface TypedLine {
  /** Without their quotes; the last is unfinished, and may be empty. */
  readonly words: readonly string[];
  /** That the last word is in. */
  readonly quote: '' | '"' | "'";
  /** The start of the last word that stays as it stands: what bash puts in comes behind it. */
  readonly kept: string;
}

/** @param breaks the characters at which bash begins a new word to complete: COMP_WORDBREAKS */
export function typedLine(line: string, breaks: string): TypedLine {
  const words: string[] = [];
  let [word, started, quote]: [string, boolean, TypedLine['quote']] = ['', false, ''];
  // behind the last break, and behind the quote that is open
  let [kept, inside] = ['', ''];
  for (let i = 0; i < line.length; i++) {
    const character = line[i];
    const escapes = character === '\\' && (quote === '' || (quote === '"' && /["$`\\]/.test(line[i + 1] ?? '')));
    if (escapes) {
      word += line[++i] ?? '';
      started = true;
    } else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) {
      [quote, started, inside] = [character, true, word];
    } else if (quote === '' && /\s/.test(character)) {
      if (started) words.push(word);
      [word, started, kept] = ['', false, ''];
    } else {
      word += character;
      started = true;
      if (quote === '' && breaks.includes(character)) kept = word;
    }
  }
  return { words: [...words, word], quote, kept: quote === '' ? kept : inside };
}

/** What bash puts in the place of a word so that it reads `text`; undefined where that cannot be in the quote that is open. */
export function typedAs(text: string, { quote, kept }: TypedLine): string | undefined {
  if (!text.startsWith(kept)) return undefined;
  const rest = text.slice(kept.length);
  if (quote !== '') return /["$`\\'!]/.test(rest) ? undefined : rest;
  return rest.replace(/[^\p{L}\p{M}\p{N}_@%+=:,./-]/gu, '\\$&');
}
