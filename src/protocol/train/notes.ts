import type { Bench } from '../protocol.js';
import type { Moment } from './course.js';
import { whyStopped } from './diagnosis.js';
import type { Lane } from './lane.js';
import type { Lesson } from './learn.js';

/** Keeps the books of a lane after a lesson: sums of the epoch, numbers of the whole training, and whether it ends here. */
export function note(lane: Lane, lesson: Lesson, { iteration, epoch }: Moment, bench: Bench): void {
  const { ledger } = lane;
  const { judged, update, pinned, failure, remarks } = lesson;
  const { rest } = judged;
  lane.tally.add(judged);
  ledger.iterations++;
  ledger.evaluations += rest.evaluations;
  ledger.lastSteps = rest.steps;
  ledger.lastSettled = rest.status === 'converged' ? 1 : 0;
  ledger.lastResidualMax = rest.residual;
  ledger.lastResidualL2 = rest.residualL2;
  if (rest.status === 'max-steps') {
    ledger.unsettled++;
    ledger.residualMax = Math.max(ledger.residualMax, rest.residual);
  }
  for (const last of remarks) lane.remark = { count: (lane.remark?.count ?? 0) + 1, last };
  if (pinned) [ledger.pinnedUnits, ledger.pinnedOutputs] = [pinned.units, pinned.outputs];
  if (iteration === 1) ledger.firstWeightNorm = update.weightNorm;
  ledger.weightNorm = update.weightNorm;
  if (failure !== undefined) {
    lane.stopped = { iteration, epoch, why: whyStopped(lane, lesson, failure, bench) };
    return;
  }
  ledger.lastUpdateRatio = update.ratio;
  // the first steps of biases from 0 are large: all of θ counts
  if (update.ratio < Number.POSITIVE_INFINITY) {
    ledger.largestUpdateRatio = Math.max(ledger.largestUpdateRatio, update.ratio);
  }
}
