import type { ExampleSet } from '../../data/source.js';
import type { State } from '../../model/types.js';
import type { ProtocolEvent } from '../protocol.js';
import { batchesOf } from './examples.js';
import type { Lane } from './lane.js';
import { judge, restOf, startFromCues } from './network.js';
import { Tally } from './tally.js';
import { alive, type Training } from './training.js';

/**
 * Every example of a set at rest, from s = 0, in batches, after `done` updates; `see` is told the class of each and the one
 * it is put in.
 */
export function* evaluate(
  lane: Lane,
  set: ExampleSet,
  training: Training,
  done: number,
  see?: (label: number, prediction: number) => void,
): Generator<ProtocolEvent, Tally> {
  const { bench, desk, options } = training;
  const tally = new Tally();
  for (const batch of batchesOf(desk, set, options.batch)) {
    lane.arena.within((arena) => {
      const network = lane.on(batch);
      const start = (state: State) => startFromCues(set, batch.at, state, bench.dynamics.outputs);
      const rest = restOf(lane.contestant, network, bench, arena, { start });
      tally.add(judge(network, rest, batch, set, see));
    });
    yield alive(training, `evaluating ${lane.id} after iteration`, done);
  }
  return tally;
}
