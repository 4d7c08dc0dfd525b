/**
 * The door by which text enters a page. A template makes markup; whatever stands in it is text, shown and never obeyed,
 * unless it is markup that another template has made.
 */
import { inertLines } from '../text.js';

/** Markup; only this module makes it. */
export class Html {
  private constructor(readonly text: string) {}

  /** Markup that `writeSvg` has made, behind this. */
  followedBy(svg: string): Html {
    return new Html(this.text + svg);
  }

  /** A template with its values: lists are joined, undefined and false are nothing, everything else is text. */
  static of(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
    return new Html(parts.map((part, i) => (i === 0 ? part : `${markup(values[i - 1])}${part}`)).join(''));
  }
}

export type Content = Html | string | number | undefined | false | readonly Content[];

export const html = Html.of;

function markup(value: Content): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(markup).join('');
  return escaped(String(value));
}

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹⁻';

/** Powers as raised digits of the font that the words are in: few fonts have all of the characters, and another's look odd. */
export function typeset(words: string): Html {
  const parts = words.split(/([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/);
  const plain = (digits: string) => [...digits].map((digit) => '0123456789−'[RAISED.indexOf(digit)]).join('');
  return html`${parts.map((part, i) => (i % 2 === 0 ? part : html`<sup>${plain(part)}</sup>`))}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands between tags and in quoted attributes; what would act on a reader's screen is shown instead. */
export function escaped(words: string): string {
  return inertLines(words).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
