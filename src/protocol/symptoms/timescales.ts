import { symptom } from '../advice.js';
import { sized } from './common.js';

const lowerEpsilon = 'lower protocol.epsilon (now {protocol.epsilon})';
const smallerStep = 'reduce protocol.step (now {protocol.step})';

/** Of parameters that move at once with the network. */
export const timescales = {
  beyond: symptom<{
    readonly epsilon: number;
    readonly flow: number;
    readonly stepped: number;
    readonly step: number;
    readonly lambda: number;
    readonly square: number;
  }>(
    ({ epsilon, flow, stepped, step, lambda, square }) =>
      `ε = ${epsilon} is beyond 2λ³/x² = ${four(flow)} (λ = ${four(lambda)}, x² = ${four(square)}), by steps of ${step} beyond ` +
      `${four(stepped)}, from where on oscillations of state and parameters grow`,
    [lowerEpsilon],
    'lower ε',
  ),
  growing: symptom<{ readonly before: number; readonly last: number }>(
    ({ before, last }) =>
      `state and side network move faster and faster (up to ${sized(last)} in the last third of the steps, ${sized(before)} in ` +
      'the third before), as where parameters are too fast for them',
    [lowerEpsilon, smallerStep],
    'lower ε',
  ),
  diverged: symptom<{ readonly step: number }>(
    ({ step }) => `diverged at step ${step}`,
    [lowerEpsilon, smallerStep],
    'lower ε',
  ),
};

const four = (value: number): string => String(Number(value.toPrecision(4)));
