/** THE list of built-in figures. Imported at start-up: nothing here may load Vega. */
import type * as z from 'zod';
import { columns } from './columns.js';
import { confusion } from './confusion.js';
import { energyDescent } from './energy-descent.js';
import { errorOverKey } from './error-over-key.js';
import { estimators } from './estimators.js';
import { filters } from './filters.js';
import type { FrameOptions } from './frame.js';
import { gapOverBeta } from './gap-over-beta.js';
import { gapOverFeedback } from './gap-over-feedback.js';
import { gapOverTime } from './gap-over-time.js';
import { learningCurves } from './learning-curves.js';
import { network } from './network.js';
import { overKey } from './over-key.js';
import { gradientCosine, overTraining, residualOverTraining } from './over-training.js';
import { processes } from './processes.js';
import { residualOverEvaluations } from './residual-over-evaluations.js';
import { trialsToCriterion } from './trials-to-criterion.js';
import { valuesInTrial } from './values-in-trial.js';

export const figures = {
  processes,
  'gap-over-time': gapOverTime,
  'gap-over-beta': gapOverBeta,
  'gap-over-feedback': gapOverFeedback,
  'over-key': overKey,
  columns,
  'residual-over-evaluations': residualOverEvaluations,
  'energy-descent': energyDescent,
  'learning-curves': learningCurves,
  'error-over-key': errorOverKey,
  'gradient-cosine': gradientCosine,
  'residual-over-training': residualOverTraining,
  'over-training': overTraining,
  estimators,
  filters,
  confusion,
  network,
  'trials-to-criterion': trialsToCriterion,
  'values-in-trial': valuesInTrial,
};

export type FigureName = keyof typeof figures;

/** What to draw: a built-in figure with its options, or a user's own Vega-Lite file. */
export type FigureRequest = ({ [N in FigureName]: BuiltIn<N> }[FigureName] | { readonly file: string }) &
  Partial<FrameOptions>;

type BuiltIn<N extends FigureName> = { readonly name: N } & Given<(typeof figures)[N]['options']>;
/** Of no options, z.input would refuse the name. */
type Given<S extends z.ZodRawShape> = keyof S extends never ? unknown : z.input<z.ZodObject<S>>;
