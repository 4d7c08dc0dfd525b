/** A table to be printed, whatever the format: names on the left and above, numbers over seeds in between. */
import type { Moments } from '../../metrics/statistics.js';

export interface Cell {
  /** As a paper prints it, in Unicode: `3.92 ± 0.12`, `10⁻³`. */
  readonly text: string;
  /** What a program reads in its place. */
  readonly value?: unknown;
  /** Where it is a number: over seeds. */
  readonly moments?: Moments;
  readonly bold?: boolean;
}

/** A heading over so many columns. */
export interface Heading {
  readonly text: string;
  /** For a program: without a unit. */
  readonly name?: string;
  readonly span: number;
}

export interface Sheet {
  /** What it holds, in a sentence without its end; empty where its headings say that. */
  readonly caption: string;
  /** Lines of headings, each as wide as the table; the last has a heading for each column. */
  readonly head: readonly (readonly Heading[])[];
  /** Columns of names on the left. */
  readonly names: number;
  readonly lines: readonly (readonly Cell[])[];
  /** Sentences below it. */
  readonly notes: readonly string[];
}

/** One heading for each column, those above it before it. */
export function headingsOf({ head }: Sheet, wordOf = ({ text }: Heading): string => text): string[] {
  const rows = head.map((line) =>
    line.flatMap((heading) => Array.from({ length: heading.span }, () => wordOf(heading))),
  );
  return rows[0].map((_, column) =>
    rows
      .map((row) => row[column])
      .filter((text) => text !== '')
      .join(', '),
  );
}
