/** Whether a CSV file is separated as its spec says, judged by its first lines. */
import { UserError } from '../errors.js';
import { numberIn } from './csv-cells.js';

interface Separation {
  readonly delimiter: string;
  readonly comma: boolean;
}

/** The first lines are looked for in so much. */
export const HEAD_BYTES = 1 << 16;
const LINES = 10;
const COMMON = [',', ';', '\t', '|', ' '];

/** @throws UserError where more of the cells are numbers when the lines are cut elsewhere, saying what to write. */
export function requireDelimiter(
  head: Uint8Array,
  {
    file,
    delimiter,
    decimal,
    comment,
  }: { file: string; delimiter: string; decimal?: string | undefined; comment?: string | undefined },
): void {
  const text = new TextDecoder().decode(head.subarray(0, HEAD_BYTES));
  const given = { delimiter, comma: decimal === ',' };
  const others = [...COMMON, delimiter].flatMap((other) => [false, true].map((comma) => ({ delimiter: other, comma })));
  const share = (way: Separation) => (way.comma && way.delimiter === ',' ? 0 : numbersIn(text, way, comment));
  const best = others.reduce((a, b) => (share(b) > share(a) ? b : a), given);
  if (best === given) return;
  const cut = best.delimiter === delimiter ? [] : [`delimiter: ${JSON.stringify(best.delimiter)}`];
  const point = best.comma === given.comma ? [] : [`decimal: "${best.comma ? ',' : '.'}"`];
  const message =
    cut.length > 0
      ? `cells are separated by ${named(best.delimiter)}, not by ${named(delimiter)}`
      : `numbers have a decimal ${best.comma ? 'comma' : 'point'}`;
  throw new UserError({ where: { file, line: 1 }, message, hint: `write ${[...cut, ...point].join(', ')}` });
}

const named = (delimiter: string) => (delimiter === '\t' ? 'tabs' : delimiter === ' ' ? 'spaces' : `'${delimiter}'`);

/** The share of numbers among the cells of the first lines but a header; 0 where lines have one cell, or differ in length. */
function numbersIn(text: string, { delimiter, comma }: Separation, comment: string | undefined): number {
  const rows = rowsOf(text, delimiter, comment);
  const width = rows[0]?.length ?? 0;
  if (width < 2 || rows.some((row) => row.length !== width)) return 0;
  const cells = (rows.length > 1 ? rows.slice(1) : rows).flat();
  return cells.filter((cell) => numberIn(cell.replace(/^"(.*)"$/, '$1'), comma) !== undefined).length / cells.length;
}

/** Lines outside quotes, cut at a delimiter outside quotes. The last may be cut off and does not count unless it is alone. */
function rowsOf(text: string, delimiter: string, comment: string | undefined): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  const end = () => {
    const first = [...row, cell];
    if (first.join('').trim() !== '' && !(comment !== undefined && first[0].startsWith(comment))) rows.push(first);
    [row, cell] = [[], ''];
  };
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (quoted || (character !== delimiter && character !== '\n' && character !== '\r')) cell += character;
    else if (character === delimiter) {
      row.push(cell);
      cell = '';
    } else end();
    if (rows.length === LINES) return rows;
  }
  if (rows.length === 0) end();
  return rows;
}
