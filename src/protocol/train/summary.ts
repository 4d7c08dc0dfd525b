import { everyIndex } from '../../data/example-set.js';
import type { EngineRecord, FreeRecord } from '../../metrics/results.js';
import { within } from '../../numerics/arena.js';
import { type Circling, circlingFrom } from '../choosing.js';
import type { Bench, Outcome } from '../protocol.js';
import { chanceOf, FEW, responseOf, stuckWarning, unsettledShare, unsettledWarning } from './diagnosis.js';
import type { Lane } from './lane.js';
import { type Network, restOf } from './network.js';
import { SPLITS } from './standing.js';
import type { Training } from './training.js';

/** What run.json says of a training. The free phase is that of the last iteration of the first engine that has one. */
export function summary(training: Training): Outcome {
  const { bench, lanes, options } = training;
  const relaxing = lanes.filter(({ contestant }) => contestant.engine.predict === undefined);
  const failed = lanes.some((lane) => lane.failed);
  const unsettled = relaxing.some((lane) => unsettledShare(lane) > FEW);
  const [first] = relaxing;
  const circling = new Map(lanes.map((lane) => [lane, circlingOf(training, lane)]));
  return {
    status: failed ? 'diverged' : unsettled ? 'max-steps' : 'completed',
    free: freeRecord(first),
    engines: Object.fromEntries(lanes.map((lane): [string, EngineRecord] => [lane.id, engineRecord(lane, bench)])),
    pinned: pinnedOf(first),
    warnings: [
      ...bench.warnings,
      ...lanes.flatMap(stopWarnings),
      ...lanes.flatMap(remarks),
      ...relaxing
        .filter(({ ledger }) => ledger.unsettled > 0)
        .map((lane) => unsettledWarning(lane, circling.get(lane))),
      ...lanes
        .filter(({ ledger }) => ledger.mostAtChance >= options.chance_epochs)
        .map((lane) => stuck(training, lane, circling.get(lane))),
    ],
  };
}

function stopWarnings({ id, stopped }: Lane): string[] {
  if (stopped?.why === undefined) return [];
  return [`engine '${id}' stopped at iteration ${stopped.iteration} (epoch ${stopped.epoch}): ${stopped.why}`];
}

/** What an engine has said of its estimates, in one line. */
function remarks({ id, remark }: Lane): string[] {
  if (remark === undefined) return [];
  const often = remark.count > 1 ? ` (the last of ${remark.count} such warnings)` : '';
  return [`engine '${id}': ${remark.last}${often}`];
}

/** So many examples stand for all where it is asked why they are not at rest. */
const FEW_EXAMPLES = 4;

/** Whether windows of max pooling are why phases did not come to rest: by the last weights, and the first examples. */
function circlingOf(training: Training, lane: Lane): Circling | undefined {
  const { free, dataset } = training.bench;
  if (!(unsettledShare(lane) > FEW)) return undefined;
  const network = networkOf(training, lane, Math.min(FEW_EXAMPLES, training.options.batch, dataset.train.count));
  if (network.system.switches === undefined) return undefined;
  return within((arena) => {
    const rest = restOf(lane.contestant, network, training.bench, arena);
    return rest.status === 'max-steps' ? circlingFrom(rest.state, network.system, free.step) : undefined;
  });
}

function stuck(training: Training, lane: Lane, circling: Circling | undefined): string {
  const { bench, options } = training;
  const network = networkOf(training, lane, options.batch);
  const response = within((arena) => responseOf(restOf(lane.contestant, network, bench, arena).state, network));
  return stuckWarning(lane, chanceOf(bench.dataset.train), { response, circling });
}

/** Bound to the first examples. */
function networkOf({ bench: { dataset }, desk }: Training, lane: Lane, examples: number): Network {
  return lane.on(desk.take(dataset.train, everyIndex(dataset.train).subarray(0, examples)));
}

function engineRecord({ stopped, failed, standing, ledger }: Lane, { dataset }: Bench): EngineRecord {
  const measured = {
    ...standing.measured(SPLITS.filter((split) => dataset[split] !== undefined)),
    ...(stopped && !failed && { stopped_epoch: stopped.epoch }),
  };
  return { status: failed ? 'diverged' : 'completed', steps: ledger.iterations, measured };
}

function freeRecord(lane: Lane | undefined): FreeRecord {
  if (lane === undefined) {
    return { status: 'converged', steps: 0, field_evaluations: 0, residual_max: null, residual_l2: null };
  }
  const { lastSteps, lastSettled, lastResidualMax, lastResidualL2, evaluations } = lane.ledger;
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    status: lastSettled === 1 ? 'converged' : lane.failed ? 'diverged' : 'max-steps',
    steps: lastSteps,
    field_evaluations: Math.round(evaluations),
    residual_max: finite(lastResidualMax),
    residual_l2: finite(lastResidualL2),
  };
}

function pinnedOf(lane: Lane | undefined): Outcome['pinned'] {
  if (lane === undefined || Number.isNaN(lane.ledger.pinnedUnits)) return null;
  return { units: lane.ledger.pinnedUnits, outputs: lane.ledger.pinnedOutputs };
}
