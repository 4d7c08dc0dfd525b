import type { Precision } from '../../numerics/numbers.js';
import { symptom, where } from '../advice.js';

export interface Loose {
  /** The tolerance that says so. */
  readonly key: string;
  readonly name: string;
  /** The residual's part in the gap, what it exceeds, and the tolerance that would not; as numbers are written. */
  readonly floor: string;
  readonly what: string;
  readonly limit: string;
  readonly enough: string;
}

/** Round-off that exceeds what is asked for, and in which precision. */
export type RoundOff = Omit<Loose, 'key' | 'enough'> & { readonly precision: Precision };

/** Settings that would look like a refutation of the theorem without being one. */
export const planned = {
  loose: symptom<Loose>(
    ({ name, floor, what, limit }) =>
      `${name} = ${floor} exceeds ${what} (${limit}), so the gap will show the residual of phase one`,
    [{ say: ({ key, enough }) => `lower ${key} below ${enough}` }],
    'lower free.tolerance',
  ),
  roundOff: symptom<RoundOff>(
    ({ name, floor, what, limit, precision }) => `${name} = ${floor} of ${precision} exceeds ${what} (${limit})`,
    [
      where(({ precision }) => precision === 'float32', 'use precision: float64'),
      'raise its beta (now {engine.beta})',
      where(
        ({ what }) => what !== 'free.tolerance',
        ({ floor }) => `assert well above ${floor}`,
      ),
      where(
        ({ what }) => what === 'free.tolerance',
        ({ floor }) => `raise free.tolerance above ${floor}`,
      ),
    ],
    'ask for less',
  ),
  lastBatch: symptom<{ readonly batch: number; readonly last: number; readonly even: string }>(
    ({ batch, last }) =>
      `the last batch of an epoch has ${last} of ${batch} examples, takes a step as large as that of the others, and the epoch is ` +
      'judged right after it',
    [
      where(
        ({ even }) => even !== '',
        ({ even }) => `set protocol.batch (now {protocol.batch}) to ${even}, which divides the training set`,
      ),
    ],
    'choose protocol.batch, or the number of examples, so that one divides the other',
  ),
  unequalSteps: symptom<{ readonly list: string }>(
    ({ list }) =>
      `unequal steps on the two sides (${list}): the sequences differ by the discretisation, not by the theorem`,
    ['give both the steps of second.step (now {second.step})'],
    'give both the same steps',
  ),
  transient: symptom<{ readonly steps: number; readonly rest: number }>(
    ({ steps, rest }) =>
      `goes back through ${steps} steps, of which ${rest} are taken at rest: the gap will show the transient of phase one, where ` +
      'the process is another',
    [{ say: ({ steps }) => `set free.rest_steps to ${steps}` }],
    'take as many steps at rest',
  ),
  otherProcesses: symptom<{ readonly energy: string; readonly differing: string }>(
    ({ energy, differing }) =>
      `the processes of EP and RBP differ on ${energy}, whose Jacobian is not symmetric (${differing}): the gap over time shows ` +
      'that, and refutes nothing',
    ['compare their ends by protocol: gradient'],
    'compare their ends',
  ),
  decayed: symptom<{ readonly time: number }>(
    ({ time }) =>
      `second phase of ${time} time constants: the curves decay to round-off, where error_rel and cosine measure noise`,
    ['assert on error_scaled', 'reduce second.steps (now {second.steps})'],
    'assert on error_scaled',
  ),
};
