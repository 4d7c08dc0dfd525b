import type { Row } from '../../metrics/columns.js';
import type { ProtocolEvent } from '../protocol.js';
import type { Moment } from './course.js';
import { chanceOf, isNoBetter } from './diagnosis.js';
import { evaluate } from './evaluate.js';
import type { Lane } from './lane.js';
import { evaluationRow } from './rows.js';
import { SPLITS, type SplitName } from './standing.js';
import type { Tally } from './tally.js';
import { running, type Training } from './training.js';

/** Rows of evaluation.csv where some are due, the best weights so far, who stops, and an empty tally for the next epoch. */
export function* endOfEpoch(training: Training, moment: Moment): Generator<ProtocolEvent> {
  const { epochs, evaluate_every } = training.options;
  const due = moment.epoch % evaluate_every === 0 || moment.epoch === epochs;
  const chance = chanceOf(training.bench.dataset.train);
  for (const lane of running(training)) {
    countChance(lane, chance);
    if (due) yield* look(lane, training, moment);
    lane.tally.clear();
  }
}

/** Rows of evaluation.csv before anything is learned, of every set there is: epoch 0. It is no candidate for the best. */
export function* start(training: Training): Generator<ProtocolEvent> {
  const { dataset } = training.bench;
  for (const lane of training.lanes) {
    const rows: Row[] = [];
    for (const split of SPLITS) {
      const set = dataset[split];
      if (set) rows.push(evaluationRow(0, lane, split, yield* evaluate(lane, set, training, 0)));
    }
    yield { kind: 'rows', table: 'evaluation', rows };
  }
}

function countChance({ tally, ledger }: Lane, chance: number): void {
  ledger.atChance = isNoBetter(tally.error, chance) ? ledger.atChance + 1 : 0;
  ledger.mostAtChance = Math.max(ledger.mostAtChance, ledger.atChance);
}

/** The validation set decides; the test set is looked at. */
function* look(lane: Lane, training: Training, { epoch, iteration }: Moment): Generator<ProtocolEvent> {
  const { bench, options } = training;
  const found: Partial<Record<SplitName, Tally>> = { train: lane.tally };
  for (const split of ['validation', 'test'] as const) {
    const set = bench.dataset[split];
    if (set) found[split] = yield* evaluate(lane, set, training, iteration);
  }
  const rows = SPLITS.flatMap((split): Row[] => {
    const tally = found[split];
    return tally ? [evaluationRow(epoch, lane, split, tally)] : [];
  });
  yield { kind: 'rows', table: 'evaluation', rows };
  if (lane.standing.take(epoch, found, options.stop?.min_delta)) lane.best.copy(lane.theta);
  if (lane.standing.hasWaited(options.stop)) lane.stopped = { iteration, epoch };
}
