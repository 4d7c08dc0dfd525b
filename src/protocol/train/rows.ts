import type { Row } from '../../metrics/columns.js';
import type { ProtocolEvent } from '../protocol.js';
import type { Moment } from './course.js';
import type { Lane } from './lane.js';
import type { Lesson } from './learn.js';
import type { SplitName } from './standing.js';
import type { Tally } from './tally.js';

/** Rows of metrics.csv and updates.csv for one iteration of every engine that took part. */
export function* lessonRows(
  { epoch, iteration, examples }: Moment,
  lessons: readonly (readonly [Lane, Lesson])[],
): Generator<ProtocolEvent> {
  const metrics = lessons.map(([{ id }, lesson]): Row => {
    const { judged, secondSteps, pinned, update } = lesson;
    const { rest, cost, wrong } = judged;
    const measures = [cost, wrong / judged.examples, rest.steps, rest.residual, secondSteps];
    return [epoch, iteration, examples, id, ...measures, pinned?.outputs ?? Number.NaN, update.ratio, update.cosine];
  });
  const updates = lessons.flatMap(([{ id, tensors }, lesson]) =>
    lesson.updates.map(({ gradientNorm, weightNorm, ratio, cosine }, k): Row => {
      return [epoch, iteration, id, tensors[k].name, gradientNorm, weightNorm, ratio, cosine];
    }),
  );
  yield { kind: 'rows', table: 'train', rows: metrics };
  yield { kind: 'rows', table: 'updates', rows: updates };
}

/** A row of evaluation.csv. */
export function evaluationRow(epoch: number, { id }: Lane, split: SplitName, tally: Tally): Row {
  const { examples, cost, error, steps, residual } = tally;
  return [epoch, id, split, examples, cost, error, steps, residual];
}
