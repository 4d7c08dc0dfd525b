import * as z from 'zod';
import type { Built } from './chart.js';
import type { Frame } from './frame.js';
import type { Source, Sweep } from './source.js';

/** Options as the schema leaves them: checked, defaults filled in. */
export type Options<S extends z.ZodRawShape> = z.output<z.ZodObject<S>>;

/** A built-in figure. */
export interface FigureEntry<N extends string = string, S extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: N;
  /** One line. */
  readonly summary: string;
  /** What the spec may say beside the name; the same shape as every entry of the registry. */
  readonly options: S;
  /** CSV files that at least one run must have. */
  readonly needs: readonly string[];
  /** Columns of the first of them that it reads, where that is known before. */
  reads?(options: Options<S>): readonly string[];
  /** The option of the protocol without which it has nothing to draw. */
  readonly asks?: string;
  /** What examples must have for it to draw anything: classes, or classes or signs to be right or wrong by. */
  judges?(options: Options<S>): 'by class' | 'at all' | undefined;
  /** What must be swept; undefined if any result will do. */
  sweeps?(options: Options<S>): Sweep | undefined;
  build(source: Source, options: Options<S>, frame: Frame): Promise<Built>;
}

/** Declares a figure; its options are typed from their schema. */
export function defineFigure<N extends string, S extends z.ZodRawShape>(entry: FigureEntry<N, S>): FigureEntry<N, S> {
  return entry;
}

/** What is measured, of which quantities: options that the gap figures share. */
export const gapOptions = {
  column: z
    .enum(['error_scaled', 'error_rel', 'error_abs', 'angle'])
    .default('error_scaled')
    .describe('what is drawn; angle is the arc cosine of the column cosine, in degrees'),
  quantity: z
    .array(z.string())
    .min(1)
    .default(['state', 'params'])
    .describe('one panel each: state, params, state.<tensor>, params.<tensor>'),
};
