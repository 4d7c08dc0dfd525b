import { entry } from '../../entry.js';
import type { Row } from '../../metrics/columns.js';
import { medianOf } from '../../metrics/median.js';
import type { Task } from '../../task/task.js';
import type { AgentBench, AgentProtocol, Outcome, ProtocolEntry, ProtocolEvent } from '../protocol.js';
import { weightsFile } from '../weights.js';
import { type Graduate, type Place, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { type TrialsOptions, trialsOptions } from './options.js';
import { Pupil, type Witness } from './pupil.js';

/**
 * Networks that learn a task by their own trials, one after another, each until it meets the criterion or has had all its
 * trials. Goes on from `bench.resume` where that is given, to the same numbers.
 */
export function trials(options: TrialsOptions): AgentProtocol {
  return {
    metrics: 'trials',
    usesEngines: false,
    writes: ['learners', 'values', 'lessons'],
    *play(bench) {
      const pupilOf = (number: number) => new Pupil(bench, number, options.criterion);
      const from: Place = bench.resume ? readCheckpoint(bench.resume, pupilOf) : { before: [], pupil: pupilOf(1) };
      const done = [...from.before];
      let { pupil } = from;
      for (;;) {
        yield* schooling(pupil, done, options, bench);
        yield* graduation(pupil, options, bench);
        done.push({ learned: pupil.hasLearned, trials: pupil.trials, sound: pupil.isSound });
        if (pupil.number === options.networks) return outcome(done);
        pupil = pupilOf(pupil.number + 1);
      }
    },
  };
}

/** Trials between signs of life. */
const SOME = 50;

/** The trials of one network. */
function* schooling(
  pupil: Pupil,
  before: readonly Graduate[],
  options: TrialsOptions,
  { task }: AgentBench,
): Generator<ProtocolEvent> {
  const most = Math.min(options.trials, task.script?.trials ?? Number.POSITIVE_INFINITY);
  const earlier = before.reduce((sum, { trials }) => sum + trials, 0);
  let rows: Row[] = [];
  const witness: Witness | undefined =
    pupil.number > options.record
      ? undefined
      : (step, { action, gate, value, delta }, { reward }) => {
          const place = (of: number) => (of < 0 ? Number.NaN : of);
          rows.push([pupil.number, pupil.trials + 1, step, place(action), place(gate), reward, value, delta]);
        };
  while (pupil.trials < most && !pupil.hasLearned) {
    pupil.attend(witness);
    const { trials } = pupil;
    const saves = (earlier + trials) % options.checkpoint_every === 0;
    if (!saves && trials % SOME > 0) continue;
    if (rows.length > 0) yield { kind: 'rows', table: 'trials', rows };
    rows = [];
    const keep = () => writeCheckpoint({ before, pupil });
    if (saves) yield { kind: 'checkpoint', data: keep() };
    const learned = before.filter((one) => one.learned).length;
    const phase = `network ${pupil.number} of ${options.networks}, ${learned} learned, trial`;
    yield { kind: 'work', phase, done: trials, of: most, keep };
    if (!pupil.isSound) break;
  }
  if (rows.length > 0) yield { kind: 'rows', table: 'trials', rows };
}

/** What is left of a network when it is over. */
function* graduation(
  pupil: Pupil,
  { record, weights }: TrialsOptions,
  { task, agent }: AgentBench,
): Generator<ProtocolEvent> {
  const { number, hasLearned, trials, lessons } = pupil;
  yield { kind: 'rows', table: 'learners', rows: [[number, Number(hasLearned), trials]] };
  if (task.lessons > 1 && lessons.length > 0) {
    yield { kind: 'rows', table: 'lessons', rows: lessons.map((count, i) => [number, i + 1, count]) };
  }
  if (number > record) return;
  const rows = task.kinds.flatMap((_, k) => valueRows(pupil, task, k));
  if (rows.length > 0 && pupil.isSound) yield { kind: 'rows', table: 'values', rows };
  for (const format of weights) {
    const data = weightsFile(format, agent.of(task).tensors, pupil.theta);
    yield { kind: 'file', name: `network-${number}-last.${format}`, data };
  }
}

/** q of every action through a trial of a kind. */
function valueRows(pupil: Pupil, { kinds, actions, names }: Task, kind: number): Row[] {
  const cells: Row[] = [];
  const success = pupil.show(kind, (step, q, taken) => {
    for (let a = 0; a < actions; a++) {
      cells.push([pupil.number, kinds[kind], step, names?.[a] ?? String(a), q[a], Number(a === taken)]);
    }
  });
  return cells.map((row) => [...row, Number(success)]);
}

/** There is no phase one. */
const FREE = { status: 'converged', steps: 0, field_evaluations: 0, residual_max: null, residual_l2: null } as const;

function outcome(networks: readonly Graduate[]): Outcome {
  const lost = networks.flatMap(({ sound }, i) => (sound ? [] : [i + 1]));
  const trials = networks.flatMap((one) => (one.learned ? [one.trials] : []));
  return {
    status: lost.length > 0 ? 'diverged' : 'completed',
    free: FREE,
    engines: {},
    learners: {
      networks: networks.length,
      learned: trials.length,
      median_trials: trials.length > 0 ? medianOf(trials) : null,
    },
    pinned: null,
    warnings:
      lost.length > 0 ? [`weights of network ${lost.join(', ')} are no numbers any more: lower agent.beta`] : [],
  };
}

export const trialsEntry: ProtocolEntry = {
  ...entry({
    name: 'trials',
    summary: 'networks of an agent that learn a task trial by trial, by what they are rewarded for',
    source: 'Rombouts, Bohte & Roelfsema 2015',
    options: trialsOptions,
    examples: [{ trials: 20, networks: 2 }],
    create: trials,
  }),
  worksOn: 'agent',
};
