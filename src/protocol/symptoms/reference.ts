import { percent, symptom } from '../advice.js';
import { lowerTolerance, lowerWeights, otherData, smooth, stay } from './common.js';

const smallerStep = 'reduce finite_difference.step (now {finite_difference.step})';
const largerStep = 'raise finite_difference.step (now {finite_difference.step})';
const exactInstead = 'use reference: exact';

/** Of a reference that cannot be had: its numbers are NaN. */
export const reference = {
  singular: symptom<object>(
    () => "reference 'exact': the Jacobian at the fixed point is singular, so that dJ/dθ does not exist there",
    [...stay, lowerTolerance, ...lowerWeights],
    otherData,
  ),
  bound: symptom<object>(
    () => "reference 'finite-difference': a parameter lies on a bound of its own, and beyond it there is no network",
    [exactInstead],
    exactInstead,
  ),
  nowhere: symptom<object>(
    () => "reference 'finite-difference': no fixed point is found from where phase one ended",
    [...stay, lowerTolerance, ...lowerWeights],
    otherData,
  ),
  lost: symptom<{ readonly lost: number; readonly searches: number }>(
    ({ lost, searches }) =>
      `reference 'finite-difference': ${lost} of ${searches} changed networks have no fixed point near that of the run`,
    [smallerStep, lowerTolerance],
    exactInstead,
  ),
  kinked: symptom<{ readonly error: number }>(
    ({ error }) =>
      `reference 'finite-difference': the slopes on both sides of θ differ by ${percent(error)}, as where a unit rests on a kink of ρ`,
    [smooth, smallerStep, 'change the seed (now {seed})'],
    otherData,
  ),
  coarse: symptom<{ readonly error: number }>(
    ({ error }) => `reference 'finite-difference': one step and twice the step differ by ${percent(error)}`,
    [smallerStep],
    exactInstead,
  ),
  noisy: symptom<{ readonly error: number }>(
    ({ error }) =>
      `reference 'finite-difference': round-off in J makes ${error < 1 ? percent(error) : 'all'} of its differences`,
    [largerStep, exactInstead],
    exactInstead,
  ),
};
