import { type CsvError, type Info, parse } from 'csv-parse/sync';
import { UserError } from '../errors.js';
import { newlinesIn } from '../io/encoding.js';

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
  {
    file,
    delimiter,
    comment,
  }: { readonly file: string; readonly delimiter: string; readonly comment?: string | undefined },
): Generator<CsvRecord> {
  let before = 0;
  const tooLong = (bytes: number) => {
    const message = `a line, or a cell in quotes, has no end within ${bytes} bytes`;
    return new UserError({ where: { file, line: before + 1 }, message });
  };
  for (const piece of wholeRecords(blocks, tooLong, comment)) {
    for (const { record, info } of parsePiece(piece, before, { file, delimiter, comment })) {
      yield { cells: record, line: before + info.lines };
    }
    before += newlinesIn(piece);
  }
}

function parsePiece(
  piece: Uint8Array,
  before: number,
  { file, delimiter, comment }: { file: string; delimiter: string; comment?: string | undefined },
): { record: string[]; info: Info }[] {
  try {
    return parse(Buffer.from(piece.buffer, piece.byteOffset, piece.length), {
      bom: before === 0,
      comment: comment ?? null,
      comment_no_infix: true,
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

/** A line of a million numbers is no line of examples. */
const MOST_RECORD = 16e6;

/** Cuts blocks behind the last line end that is not inside quotes: doubled or not, before it their number is even. */
function* wholeRecords(
  blocks: Iterable<Uint8Array>,
  tooLong: (bytes: number) => UserError,
  comment: string | undefined,
): Generator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for (const block of blocks) {
    const piece = Buffer.concat([rest, block]);
    const end = endOfRecords(piece, comment?.charCodeAt(0));
    if (end > 0) yield piece.subarray(0, end);
    rest = piece.subarray(end);
    if (rest.length > MOST_RECORD) throw tooLong(rest.length);
  }
  if (rest.length > 0) yield rest;
}

/** Quotes in a line that is passed over are none. */
function endOfRecords(piece: Uint8Array, comment: number | undefined): number {
  let [end, quoted] = [0, false];
  for (let i = 0; i < piece.length; i++) {
    if (piece[i] === comment && i === end) i = endOfLine(piece, i);
    if (piece[i] === QUOTE) quoted = !quoted;
    else if (piece[i] === NEWLINE && !quoted) end = i + 1;
  }
  return end;
}

function endOfLine(piece: Uint8Array, from: number): number {
  const end = piece.indexOf(NEWLINE, from);
  return end < 0 ? piece.length : end;
}
