import { inert } from '../../text.js';
import { type Cell, headingsOf, type Sheet } from './sheet.js';

/** RFC 4180 with LF: values as the spec has them; of numbers the mean, the standard deviation and how many there are. */
export function csvOf(sheet: Sheet): string {
  const names = headingsOf(sheet, ({ name, text }) => name ?? text);
  const isNumber = names.map((_, column) => sheet.lines.some((cells) => cells[column].moments));
  const head = names.flatMap((text, i) => (isNumber[i] ? [text, `${text}, sd`, `${text}, n`] : [text]));
  const lines = sheet.lines.map((cells) =>
    cells.flatMap((cell, i) => (isNumber[i] ? numbersOf(cell) : [textOf(cell)])),
  );
  return [head, ...lines].map((cells) => cells.map(quoted).join(',')).join('\n');
}

function numbersOf({ moments }: Cell): string[] {
  if (moments === undefined || moments.count === 0) return ['NaN', 'NaN', '0'];
  return [moments.mean, moments.deviation, moments.count].map(String);
}

const textOf = (cell: Cell): string => {
  if (!('value' in cell)) return cell.text;
  const { value = '' } = cell;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

function quoted(text: string): string {
  const line = inert(text);
  return /[",\n\r]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
