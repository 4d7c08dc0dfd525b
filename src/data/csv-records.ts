import { type CsvError, type Info, parse } from 'csv-parse/sync';
import { UserError } from '../errors.js';

/** The cells of one record, and the line of the file that it ends on, from 1. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

const [NEWLINE, QUOTE] = [0x0a, 0x22];

/**
 * The records of a CSV file (RFC 4180, any delimiter), of which no more than a block is in memory. Empty lines are passed over.
 * @throws UserError where quotes do not match.
 */
export function* csvRecords(
  blocks: Iterable<Uint8Array>,
  { file, delimiter }: { readonly file: string; readonly delimiter: string },
): Generator<CsvRecord> {
  let before = 0;
  for (const piece of wholeRecords(blocks)) {
    for (const { record, info } of parsePiece(piece, before, file, delimiter)) {
      yield { cells: record, line: before + info.lines };
    }
    before += newlinesIn(piece);
  }
}

function parsePiece(
  piece: Uint8Array,
  before: number,
  file: string,
  delimiter: string,
): { record: string[]; info: Info }[] {
  try {
    return parse(Buffer.from(piece.buffer, piece.byteOffset, piece.length), {
      bom: before === 0,
      delimiter,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: Info }[];
  } catch (error) {
    const { lines } = error as CsvError & { lines?: number };
    throw new UserError({ where: { file, line: before + (lines ?? 1) }, message: 'quotes do not match' });
  }
}

/** Cuts blocks behind the last line end that is not inside quotes: doubled or not, before it their number is even. */
function* wholeRecords(blocks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for (const block of blocks) {
    const piece = Buffer.concat([rest, block]);
    const end = endOfRecords(piece);
    if (end > 0) yield piece.subarray(0, end);
    rest = piece.subarray(end);
  }
  if (rest.length > 0) yield rest;
}

function newlinesIn(piece: Uint8Array): number {
  let count = 0;
  for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function endOfRecords(piece: Uint8Array): number {
  let [end, quoted] = [0, false];
  for (let i = 0; i < piece.length; i++) {
    if (piece[i] === QUOTE) quoted = !quoted;
    else if (piece[i] === NEWLINE && !quoted) end = i + 1;
  }
  return end;
}
