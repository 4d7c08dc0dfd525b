import { type ByPrecision, type Precision, precisions, ulp } from '../numerics/numbers.js';
import type { RunRecord } from './results.js';

export { type ByPrecision, type Precision, ulp };

/** Of the numbers of a run: double, where its record does not say. */
export function precisionOf({ spec }: Pick<RunRecord, 'spec'>): Precision {
  return precisions.find((precision) => precision === spec['precision']) ?? 'float64';
}
