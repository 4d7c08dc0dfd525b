import { integer, number, type Table } from './column.js';

const step = integer('step', 'Euler step, from 0');
const time = number('time', "step × dt, in the time constant of the network's leak");

/** Tables of protocols in which a network moves as it is, without phases. */
export const ruleTables = {
  timescales: {
    file: 'metrics.csv',
    clock: 'step',
    columns: [
      step,
      time,
      number('cost', 'C(s, y) of the moving state, mean over the batch'),
      number('objective', 'J(θ) = C(s⁰(θ), y) at rest, mean over the batch; NaN where no fixed point is found'),
      number('speed', 'largest |ds/dt| or |dz/dt| over all units of all examples'),
      number('state_lag', '‖s − s⁰(θ)‖₂ over the whole batch'),
      number('side_lag', '‖z − z⁰(θ)‖₂, z⁰ = −F′⁻ᵀc at s⁰(θ)'),
      number('flow_lag', '‖θ(t) − θ*(εt)‖₂, θ* the gradient flow dθ*/dτ = −dJ/dθ from the same start'),
    ],
  },
  recall: {
    file: 'metrics.csv',
    clock: 'step',
    columns: [
      step,
      time,
      number(
        'overlap',
        'units whose sign is that of the pattern less those whose is not, as a share; mean over the cues',
      ),
      number('recalled', 'share of cues with the sign of the pattern in every unit'),
      number('residual_max', '‖F(s)‖_∞ over all units of all cues'),
      number('pattern_residual', '‖F(S)‖_∞ at the patterns themselves: 0 where each is a fixed point'),
    ],
  },
} as const satisfies Record<string, Table>;
