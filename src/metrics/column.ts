/** What a column means: header of the CSV, types and units of the data-package sidecar. */
export interface Column {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'string';
  readonly description: string;
}

/** One CSV file of a run. */
export interface Table {
  readonly file: string;
  /** The column that counts its moments, where it has any. */
  readonly clock?: string;
  readonly columns: readonly Column[];
  /** More of them, at the end, where the spec names a reference: NaN in rows against others. */
  readonly against?: Readonly<Record<string, readonly Column[]>>;
}

/** One line of a table: cells in the order of its columns. */
export type Row = readonly (string | number)[];

export const integer = (name: string, description: string): Column => ({ name, type: 'integer', description });
export const number = (name: string, description: string): Column => ({ name, type: 'number', description });
export const string = (name: string, description: string): Column => ({ name, type: 'string', description });
