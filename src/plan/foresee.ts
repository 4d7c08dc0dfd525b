import { everyIndex } from '../data/example-set.js';
import type { DataContext } from '../data/source.js';
import { targetsOf } from '../model/read-out.js';
import { Matrix } from '../numerics/matrix.js';
import { randomStream } from '../numerics/random.js';
import type { Sight } from '../protocol/protocol.js';
import { leastTrials } from '../protocol/trials/criterion.js';
import type { TrialsOptions } from '../protocol/trials/options.js';
import type { GivenParameters } from '../spec/parameter-file.js';
import type { AgentSpec, Spec } from '../spec/schema.js';
import { counted } from '../text.js';
import { filesOf, sourceOf } from './data-files.js';
import { costOf, dynamicsOf, protocolOf, taskOf } from './parts.js';
import { settingsOf } from './settings.js';
import { startingParameters } from './starting.js';

/** What the protocol says of the network and the data themselves; nothing where the data would have to be read first. */
export function foreseen(spec: Spec, parameters: GivenParameters | undefined): string[] {
  const { foresee } = protocolOf(spec.protocol);
  const x = foresee && inputsOf(spec);
  if (foresee === undefined || x === undefined) return [];
  const dynamics = dynamicsOf(spec.network);
  const theta = startingParameters(spec, parameters);
  return foresee({ dynamics, theta, x, cost: costOf(spec.cost), settings: settingsOf(spec) });
}

/** Of networks of an agent: whether they have the trials that it takes to meet the criterion. */
export function foreseenOfAgent({ protocol, task }: AgentSpec): string[] {
  const { trials, criterion } = protocol as unknown as TrialsOptions;
  const least = leastTrials(criterion, taskOf(task).kinds.length);
  if (trials >= least) return [];
  return [
    `no network can learn by protocol.criterion: it takes ${counted(least, 'trial')} at least that end as they should, raise protocol.trials (now ${trials})`,
  ];
}

/** Inputs of the training set, as the run will have them. */
function inputsOf(spec: Spec): Sight['x'] | undefined {
  const source = sourceOf(spec.data);
  if (filesOf(source).length > 0) return undefined;
  const dynamics = dynamicsOf(spec.network);
  const [inputs, outputs] = [dynamics.inputs, targetsOf(dynamics)];
  const context: DataContext = {
    inputs,
    outputs,
    stream: (purpose) => randomStream(spec.seed, `data/${purpose}`),
    // what a teacher answers is not looked at
    teach: (_, x) => new Matrix(x.rows, outputs),
  };
  const { train } = source.fixed ? source.load(() => []) : source.draw(context);
  const x = new Matrix(train.count, inputs);
  train.fill(everyIndex(train), x, new Matrix(train.count, outputs));
  return x;
}
