import type { Activation } from '../../numerics/activation.js';
import type { Matrix } from '../../numerics/matrix.js';
import type { Topology } from '../topology.js';
import type { Delays, Params, Predictions } from '../types.js';

/** Units that are predicted from others, from inputs and parameters, and not by way of themselves: p(s) has no circles. */
export interface Predicting extends Topology {
  /** Steps from the outputs, of every unit of every block; absent where ways of different length lead there. */
  readonly delays?: Delays;
  /** Its predictions are ρ of something; else they are whole by themselves. */
  readonly asksActivation: boolean;
  predictions(theta: Params, x: Matrix, rho: Activation): Predictions;
}
