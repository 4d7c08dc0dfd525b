import type { DataContext, Dataset, FixedSource } from '../data/source.js';
import type { Named } from '../entry.js';
import { RunError, UserError } from '../errors.js';
import { load, pathOf } from '../files/library.js';
import { initialise } from '../model/initialise.js';
import { targetsOf } from '../model/read-out.js';
import type { Dynamics, Initialiser, Params } from '../model/types.js';
import { within } from '../numerics/arena.js';
import { Matrix } from '../numerics/matrix.js';
import { randomStream } from '../numerics/random.js';
import type { PlannedData } from '../plan/check-data.js';
import { sourceOf } from '../plan/data-files.js';
import { settingsOf } from '../plan/settings.js';
import type { Settings } from '../protocol/advice.js';
import { freeAdvice, type Relaxing } from '../protocol/phase-one.js';
import type { Bench } from '../protocol/protocol.js';
import { freeEnd, startOf } from '../solver/ramp.js';
import type { RelaxRule } from '../solver/relax.js';
import type { Spec } from '../spec/schema.js';

/** The data set that a spec names, or examples drawn for this run. What the user should know of it goes to `warnings`. */
export function datasetOf(
  spec: Spec,
  data: PlannedData | undefined,
  dynamics: Dynamics,
  free: RelaxRule,
  warnings: string[],
): Dataset {
  const source = sourceOf(spec.data);
  if (source.fixed) return loadPlanned(source, spec.data, data);
  const context: DataContext = {
    inputs: dynamics.inputs,
    outputs: targetsOf(dynamics),
    stream: (purpose) => randomStream(spec.seed, `data/${purpose}`),
    teach(init: Initialiser, x: Matrix): Matrix {
      const stream = (tensor: string) => randomStream(spec.seed, `teacher/${tensor}`);
      return within((arena) => {
        const theta = initialise(dynamics.parameters, init, stream, arena);
        return outputsAtRest(
          { dynamics, free, ramp: spec.free.ramp, settings: teacherSettings(spec) },
          theta,
          x,
          warnings,
        );
      });
    },
  };
  return source.draw(context);
}

/** A data set as it was planned with. @throws RunError where one of its files is another by now. */
function loadPlanned(source: FixedSource, named: Named, planned: PlannedData | undefined): Dataset {
  const specFile = planned?.specFile ?? 'spec';
  try {
    const { dataset, digests } = load(source, JSON.stringify(named), { specFile, locate: () => ({ file: specFile }) });
    const changed = planned ? digests.findIndex((digest, i) => digest !== planned.digests[i]) : -1;
    if (changed < 0) return dataset;
    throw new RunError(`data: ${pathOf(source.files[changed], specFile)} has changed since the run was planned`);
  } catch (error) {
    throw error instanceof UserError ? new RunError(error.message) : error;
  }
}

/** The teacher has weights of its own. */
function teacherSettings(spec: Spec): Settings {
  const settings = new Map(settingsOf(spec));
  const { gain } = (spec.data['init'] ?? {}) as { gain?: number };
  settings.delete('network.init.gain');
  return gain === undefined ? settings : settings.set('data.init.gain', gain);
}

function outputsAtRest(relaxing: Relaxing & Pick<Bench, 'ramp'>, theta: Params, x: Matrix, warnings: string[]): Matrix {
  const { dynamics } = relaxing;
  const system = dynamics.bind(theta, x);
  const end = freeEnd({ system, theta, x }, startOf(system, theta), relaxing);
  const advice = freeAdvice(end, relaxing);
  if (end.status === 'diverged') throw new RunError(`data: the teacher network ${advice}`);
  if (advice !== undefined) warnings.push(`data: the teacher network ${advice}`);
  const { block, from, to } = dynamics.outputs;
  const states = end.state.get(block);
  const y = new Matrix(x.rows, to - from);
  for (let i = 0; i < x.rows; i++) y.row(i).set(states.row(i).subarray(from, to));
  return y;
}
