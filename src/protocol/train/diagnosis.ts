/** Why a training came to nothing, from what it has left behind. */
import type { ExampleSet } from '../../data/source.js';
import type { TensorKind } from '../../model/tensor.js';
import type { State } from '../../model/types.js';
import { norm2 } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import { advise, percent, type Symptom } from '../advice.js';
import type { Circling } from '../choosing.js';
import type { Bench } from '../protocol.js';
import type { FreeEnd } from '../symptoms/phase-one.js';
import type { SecondEnd } from '../symptoms/phase-two.js';
import { symptoms } from '../symptoms/symptoms.js';
import { hasLeapt, LARGE_UPDATE, type Share, SMALL_UPDATE } from '../symptoms/training.js';
import type { Lane } from './lane.js';
import type { Failure, Lesson } from './learn.js';
import type { Network } from './network.js';

/** An error of this part of chance, or more, is no better than chance. */
const NO_BETTER = 0.95;
/** Nearly all. */
const MOST = 0.9;
/** So many phases that did not come to rest are not the exception. */
const MANY = 0.5;
/** So little of what examples make of some units arrives at the outputs. */
const LITTLE = 0.1;
/** States that differ by less among examples are the same. */
const SAME = 1e-3;

/** Why an engine stops here, in a sentence. */
export function whyStopped(
  lane: Lane,
  { judged: { rest }, secondSteps }: Lesson,
  failure: Failure,
  bench: Bench,
): string {
  const { largestUpdateRatio, firstWeightNorm, weightNorm } = lane.ledger;
  const { settings } = lane.contestant;
  const isFree = failure === 'free phase' || failure === 'collapse';
  const found = {
    ...{ residual: rest.residual, tolerance: bench.free.tolerance, map: bench.dynamics.time === 'discrete' },
    ...{ precision: lane.theta.precision, rate: Number.NaN, steps: isFree ? rest.steps : secondSteps },
  };
  const [who, symptom] = causes[failure];
  const moved = { largestUpdate: largestUpdateRatio, growth: weightNorm / firstWeightNorm };
  // what has leapt away is in no state to be helped by anything else
  if (hasLeapt(moved))
    return advise(symptoms.training.leapt, { ...moved, what: `${who}${symptom.says(found)}` }, settings);
  return `${who}${advise(symptom, found, settings)}`;
}

const causes: Readonly<Record<Failure, readonly [who: string, Symptom<FreeEnd & SecondEnd>]>> = {
  'free phase': ['the free phase ', symptoms.phaseOne.diverged],
  collapse: ['the free phase ', symptoms.phaseOne.collapsed],
  'second phase': ['', symptoms.status.diverged],
  'no estimate': ['', symptoms.training.noEstimate],
  overflow: ['', symptoms.training.overflow],
  structure: ['', symptoms.training.structure],
};

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
export function stuckWarning(
  { id, ledger, contestant }: Lane,
  level: number,
  { response, circling }: { readonly response: Response; readonly circling: Circling | undefined },
): string {
  const { pinnedOutputs, pinnedUnits, lastUpdateRatio: ratio, unsettled, iterations } = ledger;
  const { chance } = symptoms;
  const say = <F>(symptom: Symptom<F>, found: F) => advise(symptom, found, contestant.settings);
  const unrest = (found: Share) =>
    circling ? say(chance.choosing, { ...found, ...circling }) : say(chance.unfinished, found);
  const likely = [
    ...(unsettled >= MANY * iterations ? [unrest({ share: unsettled / iterations })] : []),
    ...(pinnedOutputs >= MOST ? [say(chance.outputsPinned, { share: pinnedOutputs })] : []),
    ...(pinnedUnits >= MOST ? [say(chance.unitsPinned, { share: pinnedUnits })] : []),
    ...(response.alike >= MOST
      ? [say(response.saturated ? chance.saturated : chance.dim, { share: response.alike })]
      : []),
    ...(response.alike < MOST && response.arriving < LITTLE ? [say(chance.fading, { share: response.arriving })] : []),
    // without an error nothing moves, whatever the rates
    ...(ratio <= SMALL_UPDATE && !(pinnedOutputs >= MOST) ? [say(chance.smallUpdates, { ratio })] : []),
    ...(ratio >= LARGE_UPDATE ? [say(chance.largeUpdates, { ratio })] : []),
  ];
  const causes = likely.length > 0 ? likely : [say(chance.unknown, {})];
  const epochs = ledger.mostAtChance;
  return `engine '${id}': the error was no better than chance (${percent(level)}) for ${epochs} epochs; likely: ${causes.join('; ')}`;
}

/** How a network at rest tells the examples of a batch apart. */
export interface Response {
  /** Share of the units whose states are the same, to a thousandth, for all of them. */
  readonly alike: number;
  /** What reaches the units is large. */
  readonly saturated: boolean;
  /** How far the outputs move among examples, relative to the units that move most. */
  readonly arriving: number;
}

/** A sum of inputs of this size has left the range where sigmoids answer to it. */
const SATURATING = 5;

export function responseOf(state: State, { theta, x, system }: Pick<Network, 'theta' | 'x' | 'system'>): Response {
  const { outputs, parameters } = system.dynamics;
  const spread = state.parts[0].map(spreads);
  const all = spread.flatMap((block) => [...block]);
  const out = spread[state.shapes.findIndex(({ name }) => name === outputs.block)].slice(outputs.from, outputs.to);
  const size = norm2(x.data) / Math.sqrt(x.data.length);
  const sizes: Partial<Record<TensorKind, number>> = { input: size, coupling: 1 };
  const reach = parameters.map(
    ({ kind, cols }, k) => (norm2(theta.parts[0][k].data) / Math.sqrt(cols)) * (sizes[kind] ?? 0),
  );
  return {
    alike: x.rows > 1 ? all.filter((range) => range < SAME).length / all.length : 0,
    saturated: Math.max(...reach) > SATURATING,
    arriving: mean(out) / Math.max(...spread.map(mean)),
  };
}

/** Largest less smallest state among the examples, of every unit. */
function spreads({ rows, cols, data }: Matrix): Float64Array {
  return Float64Array.from({ length: cols }, (_, j) => {
    let [low, high] = [data[j], data[j]];
    for (let i = 1; i < rows; i++) {
      low = Math.min(low, data[i * cols + j]);
      high = Math.max(high, data[i * cols + j]);
    }
    return high - low;
  });
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Free phases that end early in so small a share leave a training what it is: its status is completed. */
export const FEW = 0.01;

export function unsettledShare({ ledger }: Pick<Lane, 'ledger'>): number {
  return ledger.unsettled / ledger.iterations;
}

/** Free phases that ended early, in one line for the whole training, with what to do where they are more than a few. */
export function unsettledWarning(lane: Pick<Lane, 'id' | 'ledger' | 'contestant'>, circling?: Circling): string {
  const { id, ledger, contestant } = lane;
  const found = { count: ledger.unsettled, of: ledger.iterations, residual: ledger.residualMax };
  const { unfinished, choosing } = symptoms.training;
  const { settings } = contestant;
  if (unsettledShare(lane) > FEW) {
    const advice = circling
      ? advise(choosing, { ...found, ...circling }, settings)
      : advise(unfinished, found, settings);
    return `engine '${id}': ${advice}`;
  }
  return `engine '${id}': ${unfinished.says(found)}, too few to matter: the training counts as completed`;
}
