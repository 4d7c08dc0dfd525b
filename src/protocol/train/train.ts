import { entry } from '../../entry.js';
import { layerProblems } from '../../optimizer/optimizer.js';
import { percent } from '../advice.js';
import type { Outcome, Protocol, ProtocolEvent } from '../protocol.js';
import { recordParameters } from '../recording.js';
import { augmented } from './augment.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { closing } from './closing.js';
import { idleConstraint } from './constrain.js';
import { course, updatesPerEpoch } from './course.js';
import { endOfEpoch, start } from './epoch.js';
import { Desk } from './examples.js';
import { Lane } from './lane.js';
import { learn } from './learn.js';
import { note } from './notes.js';
import { type TrainOptions, trainOptions, trainOptionsOf } from './options.js';
import { lessonRows } from './rows.js';
import { summary } from './summary.js';
import { alive, running, type Training } from './training.js';

/**
 * Stochastic gradient descent on J by the estimates of every engine: each has a copy of θ, all start from the same one and
 * see the same examples in the same order. Goes on from `bench.resume` where that is given, to the same numbers.
 */
export function train(options: TrainOptions): Protocol {
  return {
    metrics: 'train',
    usesEngines: true,
    learns: true,
    keepsStates: options.persistent,
    epochs: { count: options.epochs, validated: options.evaluate_every },
    records: ['parameters'],
    writes: ['updates', 'evaluation', 'confusion', ...(options.filters > 0 ? (['filters'] as const) : [])],
    onRequest: { filters: 'protocol.filters (a number of units)' },
    load({ train: count, validation, test }) {
      const { batch, epochs, evaluate_every } = options;
      const batches = Math.ceil(validation / batch) + Math.ceil(test / batch);
      const first = options.evaluate_start ? batches + Math.ceil(count / batch) : 0;
      const evaluations = Math.ceil(epochs / evaluate_every) * batches + first;
      return { batch, updates: epochs * updatesPerEpoch({ count }, options), evaluations };
    },
    problems({ name, parameters, filters, image }, validated) {
      const ratios = parameters.some(({ domain }) => domain.isPositive);
      const { schedule } = options.optimizer;
      const idle = idleConstraint(options.constrain, parameters);
      const blind = options.filters > 0 && filters === undefined;
      const found: [string[], string | undefined][] = [
        ...layerProblems(schedule, parameters).map(([key, wrong]): [string[], string] => [['optimizer', key], wrong]),
        [['optimizer', 'scale'], schedule.scale === 'log' && !ratios ? `must be linear: ${noneOf(name)}` : undefined],
        [
          ['augment'],
          options.augment && !image ? `must be left out: the input of ${name} is no image, ${IMAGE}` : undefined,
        ],
        [['augment', 'crop'], image && beyond(options.augment?.crop, image)],
        [['constrain', ...(idle ? [idle[0]] : [])], idle && `must be left out: no tensor of ${name} ${idle[1]}`],
        [['filters'], blind ? `must be 0: nothing in ${name} sees its input as a picture` : undefined],
        [['stop'], options.stop && !validated ? `needs a validation set: ${KEEPS}` : undefined],
      ];
      return found.flatMap(([path, wrong]) => (wrong === undefined ? [] : [[path, wrong] as [string[], string]]));
    },
    warnings(validated) {
      if (validated || options.weights.length === 0) return [];
      return [`no weights are written as the best, for there is no validation set to choose them by: ${KEEPS}`];
    },
    *run(bench) {
      const lanes = bench.contestants.map((contestant) => new Lane(contestant, bench, options));
      const training = { bench, options, lanes, desk: new Desk(bench.theta) };
      try {
        return yield* trained(training);
      } finally {
        for (const { arena } of lanes) arena.release();
      }
    },
  };
}

function* trained(training: Training): Generator<ProtocolEvent, Outcome> {
  const { bench, options, lanes } = training;
  const done = bench.resume ? readCheckpoint(bench.resume, lanes) : 0;
  if (!bench.resume) yield* recordParameters(bench);
  if (options.evaluate_start && done === 0) yield* start(training);
  const paused = yield* updates(training, done);
  if (paused !== undefined) return pausedAfter(paused, summary(training));
  yield* closing(training);
  return summary(training);
}

const noneOf = (name: string) => `no tensor of ${name} must be positive`;

const IMAGE = 'which layers: [[channels, height, width], …] would make it';

/** A margin that is as wide as the image cuts out nothing but zeros. */
function beyond(crop: number | undefined, [, height, width]: readonly number[]): string | undefined {
  const side = Math.min(height, width);
  if (crop === undefined || crop < side) return undefined;
  return `must be less than ${side}, the smaller side of the image, got ${crop}`;
}

const KEEPS = 'data.split: {validation: n} keeps examples for one';

/** What is known of a training that goes on another time, if at all. */
const pausedAfter = (epochs: number, outcome: Outcome): Outcome => ({
  ...outcome,
  status: outcome.status === 'diverged' ? 'diverged' : 'pruned',
  paused: epochs,
});

/** @returns the epochs done where it pauses before its end, at a checkpoint. */
function* updates(training: Training, done: number): Generator<ProtocolEvent, number | undefined> {
  const { bench, options, lanes, desk } = training;
  let phase = '';
  for (const moment of course(bench, options, done)) {
    const { epoch, iteration, at } = moment;
    if (running(training).length === 0) return undefined;
    if (moment.startsEpoch && epoch > (bench.until ?? options.epochs)) {
      yield { kind: 'checkpoint', data: writeCheckpoint(iteration - 1, lanes) };
      return epoch - 1;
    }
    const batch = desk.take(bench.dataset.train, at);
    const { augment } = options;
    if (augment) augmented(augment, bench.dynamics.image!, batch.x, bench.stream(`train/augment/${iteration}`));
    const lessons = running(training).map((lane) => [lane, learn(lane, batch, moment, training)] as const);
    for (const [lane, lesson] of lessons) note(lane, lesson, moment, bench);
    yield* lessonRows(moment, lessons);
    if (moment.endsEpoch) yield* endOfEpoch(training, moment);
    if (iteration % options.checkpoint_every === 0) {
      yield { kind: 'checkpoint', data: writeCheckpoint(iteration, lanes) };
    }
    // it says what evaluations said, and who stopped: a sentence for every update would cost as much as its step
    const isNews = moment.startsEpoch || moment.endsEpoch || lessons.some(([, { failure }]) => failure !== undefined);
    if (phase === '' || isNews) phase = phaseOf(epoch, training);
    yield { keep: () => writeCheckpoint(iteration, lanes), ...alive(training, phase, iteration) };
  }
  return undefined;
}

/** `epoch 3 of 25, error ep 6.2 %, rbp 81 %, iteration`: what the last evaluation said is what one waits for. */
function phaseOf(epoch: number, { options, lanes }: Training): string {
  const errors = lanes
    .filter(({ standing }) => !Number.isNaN(standing.shown))
    .map(({ id, standing, stopped }) => `${id} ${stopped ? 'stopped' : percent(standing.shown)}`);
  const said = errors.length === 0 ? '' : ` error ${errors.join(', ')},`;
  return `epoch ${epoch} of ${options.epochs},${said} iteration`;
}

export const trainEntry = entry({
  name: 'train',
  summary: 'gradient descent by the estimates of every engine, from the same weights and in the same order of examples',
  source: 'Scellier & Bengio 2017',
  options: trainOptions,
  examples: [{ epochs: 1, batch: 2, optimizer: { name: 'sgd', rates: 0.1 } }],
  create: (given): Protocol => train(trainOptionsOf(given)),
});
