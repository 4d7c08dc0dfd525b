import type { ByPrecision, Precision } from '../../numerics/numbers.js';
import { symptom, where } from '../advice.js';
import type { Circling } from '../choosing.js';
import {
  averages,
  calmWindows,
  choosing,
  lowerWeights,
  moreFreeSteps,
  otherData,
  otherSolver,
  sized,
  smaller,
  smooth,
} from './common.js';

/** Where a relaxation ended. */
export interface FreeEnd {
  readonly steps: number;
  readonly residual: number;
  readonly tolerance: number;
  /** Its step is 1, or less, which damps it. */
  readonly map: boolean;
  readonly precision: Precision;
}

/** No residual is to be had much below this. */
const ROUND_OFF: ByPrecision = { float64: 1e-13, float32: 2e-6 };

const damp = where<FreeEnd>(({ map }) => map, 'reduce free.step (now {free.step}), which damps the map');

/** Not even where it starts there is a field: there is nothing that smaller steps could do. */
const nowhere = ({ steps, residual }: FreeEnd): boolean => steps === 0 && Number.isNaN(residual);

/** Of phase one of a run, or of a teacher. */
export const phaseOne = {
  diverged: symptom<FreeEnd>(
    ({ steps, residual }) => `diverged at step ${steps} (residual ${sized(residual)})`,
    [
      where(nowhere, 'change parameters or inputs: where it starts, the field is no number'),
      where((end) => !end.map && !nowhere(end), 'reduce free.step (now {free.step})'),
      damp,
      ...lowerWeights,
      'reduce data.init.gain (now {data.init.gain})',
    ],
    smaller,
  ),
  collapsed: symptom<Pick<FreeEnd, 'steps'>>(
    ({ steps }) => `diverged at step ${steps}, where a spring has collapsed (r → 0) and pulls in no direction`,
    [],
    'put its nodes further apart, or scale the inputs down',
  ),
  unfinished: symptom<FreeEnd>(
    ({ steps, residual, tolerance }) =>
      `did not converge: residual ${sized(residual)} after ${steps} steps, tolerance ${tolerance}`,
    [
      where(
        ({ residual, precision }) => residual < ROUND_OFF[precision],
        'raise free.tolerance (now {free.tolerance}), which is below round-off',
      ),
      moreFreeSteps,
      damp,
      otherSolver,
      'accept a larger free.relative_tolerance (now {free.relative_tolerance})',
      'accept a larger free.tolerance (now {free.tolerance})',
    ],
    'give it more steps',
  ),
  /** Windows of max pooling that never agree with the state that they lead to. */
  choosing: symptom<FreeEnd & Circling>(
    ({ steps, residual, tolerance, ...found }) =>
      `did not converge: residual ${sized(residual)} after ${steps} steps, tolerance ${tolerance}, for ${choosing(found)}`,
    calmWindows,
    averages,
  ),
  pinned: symptom<object>(
    () =>
      'every output unit is pinned at a bound: RBP sees no error there (all its derivatives vanish), a finite β may',
    [smooth, 'use ep, nudging: one-sided, with a finite β', otherData],
    otherData,
  ),
};
