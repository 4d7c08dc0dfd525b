import type { Row } from '../../metrics/columns.js';
import type { ProtocolEvent } from '../protocol.js';
import type { Moment } from './course.js';
import { chanceOf, isNoBetter } from './diagnosis.js';
import { evaluate } from './evaluate.js';
import type { Lane } from './lane.js';
import { evaluationRow } from './rows.js';
import { running, type Training } from './training.js';

/** Rows of evaluation.csv where some are due, the best weights so far, and an empty tally for the next epoch. */
export function* endOfEpoch(training: Training, { epoch, iteration }: Moment): Generator<ProtocolEvent> {
  const { epochs, evaluate_every } = training.options;
  const { train, test } = training.bench.dataset;
  const due = epoch % evaluate_every === 0 || epoch === epochs;
  const chance = chanceOf(train);
  for (const lane of running(training)) {
    countChance(lane, chance);
    if (due) {
      const rows: Row[] = [evaluationRow(epoch, lane, 'train', lane.tally)];
      const tested = test && (yield* evaluate(lane, test, training, iteration));
      if (tested) rows.push(evaluationRow(epoch, lane, 'test', tested));
      yield { kind: 'rows', table: 'evaluation', rows };
      lane.ledger.lastError = (tested ?? lane.tally).error;
      keepBest(lane, scoreOf(tested ?? lane.tally), epoch);
    }
    lane.tally.clear();
  }
}

function countChance({ tally, ledger }: Lane, chance: number): void {
  ledger.atChance = isNoBetter(tally.error, chance) ? ledger.atChance + 1 : 0;
  ledger.mostAtChance = Math.max(ledger.mostAtChance, ledger.atChance);
}

/** The error, or the cost where there are no classes. */
function scoreOf({ error, cost }: { readonly error: number; readonly cost: number }): number {
  return Number.isNaN(error) ? cost : error;
}

function keepBest(lane: Lane, score: number, epoch: number): void {
  if (!(score < lane.ledger.bestError)) return;
  lane.best.copy(lane.theta);
  lane.ledger.bestError = score;
  lane.ledger.bestEpoch = epoch;
}
