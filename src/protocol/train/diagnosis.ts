/** Why a training came to nothing, from what it has left behind. */
import type { ExampleSet } from '../../data/source.js';
import type { State } from '../../model/types.js';
import { solverOf } from '../../solver/relax.js';
import type { Bench } from '../protocol.js';
import type { Lane } from './lane.js';
import type { Failure, Lesson } from './learn.js';

/** An update that changes θ by more than this in one step forgets what it knew; one by less than that learns nothing. */
const LARGE_UPDATE = 0.1;
const SMALL_UPDATE = 1e-5;
/** ‖θ‖ has grown out of all proportion. */
const GROWTH = 3;
/** An error of this part of chance, or more, is no better than chance. */
const NO_BETTER = 0.95;
/** Nearly all. */
const MOST = 0.9;
/** States that differ by less among examples are the same. */
const SAME = 1e-3;

/** Why an engine stops here, in a sentence. */
export function whyStopped(lane: Lane, lesson: Lesson, failure: Failure, { free }: Bench): string {
  const { rest } = lesson.judged;
  const rates = ratesToBlame(lane);
  const followsTime = solverOf(free).followsTime;
  const said: Record<Failure, readonly [what: string, remedy: string]> = {
    'free phase': [
      `the free phase diverged (residual ${rest.residual.toExponential(1)} after ${rest.steps} steps)`,
      followsTime ? `reduce free.step (now ${free.step})` : 'reduce the gain of the initialiser',
    ],
    'second phase': ['the second phase diverged', 'reduce its beta, or second.step'],
    'no estimate': [
      'the estimate of dJ/dθ is not finite (a fixed point that is not isolated, or not stable, has none)',
      'use smaller weights, or another engine',
    ],
  };
  const [what, remedy] = said[failure];
  return rates === undefined ? `${what}: ${remedy}` : `${what}, ${rates}: lower protocol.optimizer.rates`;
}

function ratesToBlame({ ledger }: Lane): string | undefined {
  const { largestUpdateRatio: most, firstWeightNorm, weightNorm } = ledger;
  if (most >= LARGE_UPDATE) return `and an update has changed θ by ${percent(most)}`;
  if (weightNorm > GROWTH * firstWeightNorm) {
    return `and ‖θ‖ has become ${(weightNorm / firstWeightNorm).toPrecision(2)} times what it was`;
  }
  return undefined;
}

/** The error of who always names the largest class; NaN without classes. */
export function chanceOf({ labels, outputs }: ExampleSet): number {
  if (labels === undefined) return Number.NaN;
  const counts = new Float64Array(outputs);
  for (const label of labels) counts[label]++;
  return 1 - Math.max(...counts) / labels.length;
}

export function isNoBetter(error: number, chance: number): boolean {
  return chance > 0 && error >= NO_BETTER * chance;
}

/** An error that has stayed at chance, with its likely causes. */
export function stuckWarning({ id, ledger }: Lane, chance: number, alike: number): string {
  const { pinnedOutputs, pinnedUnits, lastUpdateRatio: ratio } = ledger;
  const causes = [
    ...(pinnedOutputs >= MOST
      ? [
          `${percent(pinnedOutputs)} of the output units are pinned at a bound, where RBP sees no error (a finite β may unpin them)`,
        ]
      : []),
    ...(pinnedUnits >= MOST
      ? [`${percent(pinnedUnits)} of all units are pinned: smaller weights, or another activation`]
      : []),
    ...(alike >= MOST
      ? [`${percent(alike)} of the units answer every example alike, saturated or dead: smaller weights, scaled inputs`]
      : []),
    ...(ratio <= SMALL_UPDATE ? [`an update changes θ by ${ratio.toExponential(0)} of itself: raise the rates`] : []),
    ...(ratio >= LARGE_UPDATE ? [`an update changes θ by ${percent(ratio)}: lower the rates`] : []),
  ];
  const likely = causes.length > 0 ? causes : ['the rates are too low or too high, or the free phase is too short'];
  const epochs = ledger.mostAtChance;
  return `engine '${id}': the error was no better than chance (${percent(chance)}) for ${epochs} epochs; likely: ${likely.join('; ')}`;
}

/** Share of the units whose states are the same, to a thousandth, for all examples of a batch. */
export function shareAlike(state: State): number {
  let [alike, units] = [0, 0];
  for (const { rows, cols, data } of state.parts[0]) {
    for (let j = 0; j < cols; j++, units++) {
      let [low, high] = [data[j], data[j]];
      for (let i = 1; i < rows; i++) {
        low = Math.min(low, data[i * cols + j]);
        high = Math.max(high, data[i * cols + j]);
      }
      if (rows > 1 && high - low < SAME) alike++;
    }
  }
  return alike / units;
}

/** Free phases that ended early, in one line for the whole training. */
export function unsettledWarning({ id, ledger }: Lane, { free }: Bench): string {
  const { unsettled, iterations, residualMax } = ledger;
  return (
    `engine '${id}': ${unsettled} of ${iterations} free phases stopped at free.max_steps (${free.maxSteps}) above ` +
    `free.tolerance ${free.tolerance}; residual at most ${residualMax.toExponential(1)}`
  );
}

export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
