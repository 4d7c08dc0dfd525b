/** What a figure is drawn into: its size on paper, and how it is dressed. The modules build the same figure for every frame. */

/** Widths in millimetres: a column, two columns of a journal; a slide. */
export const SIZES = { 'one-column': 85, 'two-column': 178, slide: 254 } as const;

export type Size = keyof typeof SIZES;

/** `print` is black on white; `screen` takes the colours of the page that it stands in. */
export type Theme = 'print' | 'screen';

/** The spread over seeds: one standard deviation; from the smallest to the largest, or 10–90 % from 5 seeds on; none. */
export type Band = 'sd' | 'range' | 'none';

export interface Frame {
  readonly size: Size;
  readonly theme: Theme;
  /** Undefined: what suits the figure. */
  readonly band?: Band | undefined;
}
