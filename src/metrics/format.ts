import { stringify } from 'csv-stringify/sync';
import type { Row } from './columns.js';

/**
 * RFC 4180 with LF; shortest round-trip numbers (−0 is 0), NaN and Infinity spelled so. csv-stringify says how a string
 * is written, once for each distinct one, and writes any row that holds more than numbers and strings: the bytes are
 * those of `stringifyRows`, which takes two to three times as long.
 */
export function formatRows(rows: readonly Row[]): string {
  let text = '';
  for (const row of rows) text += formatRow(row);
  return text;
}

/** The same, every cell of it by csv-stringify. */
export function stringifyRows(rows: readonly Row[]): string {
  return stringify(rows as Row[], { cast: { number: (value) => String(value) } });
}

function formatRow(row: Row): string {
  let line = '';
  for (let i = 0; i < row.length; i++) {
    const cell = row[i];
    if (i > 0) line += ',';
    if (typeof cell === 'number') line += cell;
    else if (typeof cell === 'string') line += known.get(cell) ?? learn(cell);
    else return stringifyRows([row]);
  }
  return `${line}\n`;
}

/** Strings as they are written: a table repeats a few ids and names in every row. */
const known = new Map<string, string>();
const MOST_KNOWN = 4096;

function learn(cell: string): string {
  if (known.size >= MOST_KNOWN) known.clear();
  const written = stringifyRows([[cell]]).slice(0, -1);
  known.set(cell, written);
  return written;
}
