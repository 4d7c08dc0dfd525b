/** What a cell of a CSV file holds: a number, no value, or text. */
import * as z from 'zod';

/** Cells that mostly mean that there is no value. */
const USUAL = ['', '?', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None'];

/** What becomes of examples with a cell that has no value: left out, or the mean of the training set in its place. */
const REMEDIES = ['drop', 'mean'] as const;

const spellings = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)]);

export const missingOption = z
  .union([spellings, z.strictObject({ cells: spellings.optional(), use: z.enum(REMEDIES).default('drop') })])
  .optional()
  .describe(
    "cells without a value, such as '?' or ['?', NA]: their examples are left out; drop, mean or {cells, use: mean}: " +
      'the usual cells, the mean of the training set in their place',
  );

/** What a spec says of cells without a value. */
export type MissingOption = z.output<typeof missingOption>;

/** How cells are read. */
export interface CellFormat {
  readonly decimal?: '.' | ',' | undefined;
  readonly missing?: MissingOption;
}

/** The cells of one file. */
export class CellReader {
  readonly fillsIn: boolean;
  private readonly absent: ReadonlySet<string>;
  private readonly comma: boolean;

  constructor({ decimal, missing }: CellFormat) {
    const { cells, use } = missingOf(missing);
    this.comma = decimal === ',';
    this.absent = new Set(cells.map((cell) => this.canonical(cell)));
    this.fillsIn = use === 'mean';
  }

  /** The finite decimal number that a cell holds, if it holds one. */
  number(cell: string): number | undefined {
    return numberIn(cell, this.comma);
  }

  /** Whether the spec says that this cell has no value. */
  isMissing(cell: string): boolean {
    return this.absent.size > 0 && this.absent.has(this.canonical(cell));
  }

  /** A number in its shortest form, so that 7, 7.0 and 07 are one; other text without the spaces around it. */
  canonical(cell: string): string {
    const value = this.number(cell);
    return value === undefined ? cell.trim() : String(value);
  }

  /** What to do about a cell that should be a number and is none, where it tells. */
  remedy(cell: string): string | undefined {
    if (looksMissing(cell)) return `where a cell has no value, write missing: '${cell.trim()}'`;
    if (numberIn(cell, !this.comma) !== undefined) return `write decimal: "${this.comma ? '.' : ','}"`;
    return undefined;
  }
}

function missingOf(given: MissingOption): { cells: string[]; use: (typeof REMEDIES)[number] } {
  if (given === undefined) return { cells: [], use: 'drop' };
  if (given === 'drop' || given === 'mean') return { cells: USUAL, use: given };
  if (typeof given !== 'object' || Array.isArray(given)) return { cells: [given].flat().map(String), use: 'drop' };
  return { cells: [given.cells ?? USUAL].flat().map(String), use: given.use };
}

export const looksMissing = (cell: string): boolean => USUAL.includes(cell.trim());

const POINT = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const COMMA = /^\s*[+-]?\d+(,\d+)?([eE][+-]?\d+)?\s*$/;

export function numberIn(cell: string, comma: boolean): number | undefined {
  if (!(comma ? COMMA : POINT).test(cell)) return undefined;
  const value = Number(comma ? cell.replace(',', '.') : cell);
  return Number.isFinite(value) ? value : undefined;
}
