import type { Bench, ProtocolEvent } from '../protocol.js';
import { updatesPerEpoch } from './course.js';
import type { Desk } from './examples.js';
import type { Lane } from './lane.js';
import type { TrainOptions } from './options.js';

/** What belongs to one training. */
export interface Training {
  readonly bench: Bench;
  readonly options: TrainOptions;
  /** One for each engine. */
  readonly lanes: readonly Lane[];
  readonly desk: Desk;
}

/** Engines that still learn. */
export function running({ lanes }: Training): Lane[] {
  return lanes.filter(({ stopped }) => stopped === undefined);
}

/** How many updates there will be. */
export function allUpdates({ bench, options }: Training): number {
  return options.epochs * updatesPerEpoch(bench.dataset.train, options);
}

/** A sign of life after so many updates. */
export function alive(training: Training, phase: string, done: number): Extract<ProtocolEvent, { kind: 'work' }> {
  return { kind: 'work', phase, done, of: allUpdates(training) };
}
