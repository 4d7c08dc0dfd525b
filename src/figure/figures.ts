/** THE list of built-in figures. Imported at start-up: nothing here may load Vega. */
import type * as z from 'zod';
import { energyDescent } from './energy-descent.js';
import { gapOverBeta } from './gap-over-beta.js';
import { gapOverTime } from './gap-over-time.js';
import { overKey } from './over-key.js';
import { processes } from './processes.js';
import { residualOverEvaluations } from './residual-over-evaluations.js';

export const figures = {
  processes,
  'gap-over-time': gapOverTime,
  'gap-over-beta': gapOverBeta,
  'over-key': overKey,
  'residual-over-evaluations': residualOverEvaluations,
  'energy-descent': energyDescent,
};

export type FigureName = keyof typeof figures;

/** What to draw: a built-in figure with its options, or a user's own Vega-Lite file. */
export type FigureRequest = { [N in FigureName]: BuiltIn<N> }[FigureName] | { readonly file: string };

type BuiltIn<N extends FigureName> = { readonly name: N } & z.input<z.ZodObject<(typeof figures)[N]['options']>>;
