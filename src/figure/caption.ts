/** What is written beside a figure, as Markdown of two paragraphs: what it finds, and what it draws. */
import { KINDS } from '../io/kinds.js';
import { readText } from '../io/read.js';
import { inert } from '../text.js';

export interface Caption {
  /** One sentence. */
  readonly finding: string;
  /** What is drawn; may be empty. */
  readonly caption: string;
}

/** Beside the figure of this name. */
export const captionFile = (name: string): string => `${name}.caption.md`;

/** What Markdown would take for something else than itself, anywhere or at the start of a paragraph. */
const MARKS = /[\\`*_[\]<>|&~$]|^[#+-]|(?<=^\d+)[.)]/g;

export function captionText({ finding, caption }: Caption): string {
  const paragraphs = [finding, caption].map((text) => oneLine(text).replace(MARKS, '\\$&'));
  return `${paragraphs.filter((text) => text !== '').join('\n\n')}\n`;
}

/** Of a caption on disk. @throws UserError where it cannot be read */
export function readCaption(path: string): Caption {
  const paragraphs = readText(path, KINDS.caption)
    .trim()
    .split(/\n\s*\n/);
  const [finding = '', ...rest] = paragraphs.map((text) => oneLine(text).replace(/\\([!-/:-@[-`{-~])/g, '$1'));
  return { finding, caption: rest.join(' ') };
}

/** Line ends are spaces; what else would act is shown. */
export function oneLine(text: string): string {
  return inert(text.replace(/\s+/g, ' ').trim());
}
