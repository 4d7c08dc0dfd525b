import { brief, percent, symptom, where } from '../advice.js';
import type { Circling } from '../choosing.js';
import {
  averages,
  calmWindows,
  choosing,
  lowerWeights,
  moreFreeSteps,
  otherSolver,
  smaller,
  smooth,
  stay,
} from './common.js';

/** An update that changes θ by more than this in one step forgets what it knew; one by less than that learns nothing. */
export const LARGE_UPDATE = 0.1;
export const SMALL_UPDATE = 1e-5;
/** ‖θ‖ has grown out of all proportion. */
const GROWTH = 3;

/** ‖Δθ‖/‖θ‖ of the largest update; ‖θ‖ against what it was at first. */
export interface Moved {
  readonly largestUpdate: number;
  readonly growth: number;
}

export const hasLeapt = ({ largestUpdate, growth }: Moved): boolean => largestUpdate >= LARGE_UPDATE || growth > GROWTH;

const lowerRates = [
  'lower protocol.optimizer.rates (now {protocol.optimizer.rates})',
  'lower its rate (now {engine.rate})',
];
const raiseRates = [
  'raise the rates, protocol.optimizer.rates (now {protocol.optimizer.rates})',
  'raise its rate (now {engine.rate})',
];

/** Of units, or of phases. */
export interface Share {
  readonly share: number;
}

/** Where too little comes through: ρ = sigmoid, say, passes on a quarter at most. */
const larger = [
  'raise network.init.gain (now {network.init.gain})',
  'raise network.init.std (now {network.init.std})',
  'use a steeper network.activation (now {network.activation})',
];

/** Free phases that ended early. */
export interface Unfinished {
  readonly count: number;
  readonly of: number;
  readonly residual: number;
}

const unfinished = ({ count, of, residual }: Unfinished): string =>
  `${count} of ${of} free phases (${percent(count / of)}) ended before they were at rest, with residuals up to ${residual.toExponential(1)}`;

/** Beyond those of phases one and two. */
export const training = {
  leapt: symptom<Moved & { readonly what: string }>(
    ({ what, largestUpdate, growth }) =>
      largestUpdate >= LARGE_UPDATE
        ? `${what}, and an update has changed θ by ${percent(largestUpdate)}`
        : `${what}, and ‖θ‖ has become ${brief(growth)} times what it was`,
    lowerRates,
    'lower the rates',
  ),
  noEstimate: symptom<object>(
    () => 'the estimate of dJ/dθ is not finite, as at a fixed point that is not isolated, or not stable',
    [...stay, ...lowerWeights, 'use another engine'],
    'use smaller weights, or another engine',
  ),
  overflow: symptom<object>(() => 'an update leads to numbers that are not finite', lowerRates, 'lower the rates'),
  structure: symptom<object>(
    () => 'an update leads to a matrix that is not positive definite',
    lowerRates,
    'lower the rates',
  ),
  unfinished: symptom<Unfinished>(
    unfinished,
    [moreFreeSteps, otherSolver, 'accept a larger free.tolerance (now {free.tolerance})'],
    'give the free phase more steps',
  ),
  choosing: symptom<Unfinished & Circling>(
    (found) => `${unfinished(found)}, for ${choosing(found)}`,
    calmWindows,
    averages,
  ),
};

/** What may keep an error at chance. */
export const chance = {
  outputsPinned: symptom<Share>(
    ({ share }) => `${percent(share)} of the output units are pinned at a bound, where RBP sees no error`,
    [
      'raise its beta (now {engine.beta}), which may unpin them',
      where((_, at) => !at.has('engine.beta'), 'use ep, nudging: one-sided, whose finite β may unpin them'),
      smooth,
    ],
    'use other weights',
  ),
  unitsPinned: symptom<Share>(
    ({ share }) => `${percent(share)} of all units are pinned`,
    [...lowerWeights, smooth],
    smaller,
  ),
  saturated: symptom<Share>(
    ({ share }) => `${percent(share)} of the units answer every example alike, and are saturated`,
    [...lowerWeights, 'scale the inputs down'],
    smaller,
  ),
  dim: symptom<Share>(
    ({ share }) => `${percent(share)} of the units answer every example alike, for too little reaches them`,
    larger,
    'use larger weights',
  ),
  fading: symptom<Share>(
    ({ share }) => `examples move the outputs ${percent(share)} of what they move other units, so little comes through`,
    larger,
    'use larger weights',
  ),
  smallUpdates: symptom<{ readonly ratio: number }>(
    ({ ratio }) => `an update changes θ by ${ratio.toExponential(0)} of itself`,
    raiseRates,
    'raise the rates',
  ),
  largeUpdates: symptom<{ readonly ratio: number }>(
    ({ ratio }) => `an update changes θ by ${percent(ratio)}`,
    lowerRates,
    'lower the rates',
  ),
  unfinished: symptom<Share>(
    ({ share }) =>
      `${percent(share)} of the free phases were not at rest, and what is learned there is no gradient of J`,
    [moreFreeSteps, otherSolver],
    'give the free phase more steps',
  ),
  choosing: symptom<Share & Circling>(
    ({ share, ...found }) => `${percent(share)} of the free phases were not at rest, for ${choosing(found)}`,
    calmWindows,
    averages,
  ),
  unknown: symptom<object>(
    () => 'the rates are too low or too high, or there are too few epochs',
    ['try other protocol.optimizer.rates (now {protocol.optimizer.rates})', 'try another rate (now {engine.rate})'],
    'try other rates',
  ),
};
