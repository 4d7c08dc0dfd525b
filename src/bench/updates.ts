/** One whole EP update of a batch, as training does it: input drive, free phase, nudged phase, new weights. */
import { isProcess } from '../engine/engine.js';
import { equilibriumPropagation } from '../engine/ep.js';
import { oneSided } from '../engine/nudging/one-sided.js';
import { ode } from '../engine/rbp/ode.js';
import { mse } from '../model/costs.js';
import { hopfield } from '../model/hopfield.js';
import { glorotUniform, initialise } from '../model/initialise.js';
import { layered } from '../model/layered.js';
import { prototypical } from '../model/prototypical.js';
import type { Couplings } from '../model/topology.js';
import { activations } from '../numerics/activation.js';
import { within } from '../numerics/arena.js';
import { Blocks } from '../numerics/blocks.js';
import { axpy } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import { randomStream, randomStreams } from '../numerics/random.js';
import { freeField } from '../solver/field.js';
import { euler } from '../solver/integrator.js';
import { settle } from '../solver/relax.js';
import { type Benchmark, lower } from './benchmark.js';
import { medianMs } from './measure.js';
import { uniformBlock } from './products.js';

export interface UpdateSetting {
  readonly batch: number;
  readonly freeSteps: number;
  readonly secondSteps: number;
  /** Share of inputs that are 0. */
  readonly zeros?: number;
}

export interface Setting extends UpdateSetting {
  readonly layers: readonly number[];
}

const BETA = 0.1;
const RATE = 1e-3;

/** Classes in turn. */
function oneHot(rows: number, cols: number): Matrix {
  const y = uniformBlock(rows, cols, 'y', 1);
  for (let i = 0; i < rows; i++) y.data[i * cols + (i % cols)] = 1;
  return y;
}

/** Gives a function that does one update of a prototypical network of its own. */
export function updater(topology: Couplings, { batch, freeSteps, secondSteps, zeros = 0 }: UpdateSetting): () => void {
  const dynamics = prototypical(topology, activations['shifted-sigmoid'], 'inside');
  const theta = initialise(dynamics.parameters, glorotUniform(0.5), (name) => randomStream(1, `bench/${name}`));
  const x = uniformBlock(batch, topology.inputs, 'x', zeros);
  const system = dynamics.bind(theta, x);
  const cost = mse.bind(oneHot(batch, topology.outputs.to), dynamics.outputs);
  const engine = equilibriumPropagation(oneSided(BETA), 'energy');
  const rule = { solver: euler, step: 1, tolerance: Number.MIN_VALUE, maxSteps: freeSteps };
  const second = { integrator: euler, step: 1, steps: secondSteps };

  const gradient = theta.like();
  const random = randomStreams(1, 'bench').stream;

  function estimate(start: Blocks): void {
    const { state: free } = settle(freeField(system), start, rule);
    const at = { system, theta, x, cost, free, freeUnits: undefined };
    const way = engine.run({ ...at, first: rule, second, random, gradient });
    while (!way.next().done);
  }
  return () => {
    within((arena) => {
      system.refresh();
      estimate(Blocks.real(system.shapes, arena));
      axpy(-RATE, gradient.data, theta.data);
    });
  };
}

function epBatch(name: string, setting: Setting): Benchmark {
  const { layers, batch, freeSteps, secondSteps } = setting;
  return {
    name,
    summary: `EP update, prototypical ${layers.join('-')}, batch ${batch}, ${freeSteps} + ${secondSteps} steps`,
    run(seconds) {
      const update = updater(layered(layers), setting);
      const ms = medianMs((repetitions) => {
        for (let i = 0; i < repetitions; i++) update();
      }, seconds);
      return [lower(name, ms, 'ms')];
    },
  };
}

export const digits: Setting = { layers: [784, 512, 10], batch: 50, freeSteps: 30, secondSteps: 10 };
export const deep: Setting = { layers: [784, 512, 512, 10], batch: 50, freeSteps: 100, secondSteps: 20 };
export const small: Setting = { layers: [64, 32, 10], batch: 20, freeSteps: 30, secondSteps: 10 };

const tanh = { layers: [10, 50, 5], freeSteps: 5000, secondSteps: 80 };

const equivalence: Benchmark = {
  name: 'equivalence-10-50-5',
  summary: 'one example, tanh, 5000 free steps, then EP and RBP in lockstep for 80, parameters at every step',
  run(seconds) {
    const dynamics = hopfield(layered(tanh.layers), activations.tanh);
    const theta = initialise(dynamics.parameters, glorotUniform(1), (name) => randomStream(1, `bench/${name}`));
    const x = uniformBlock(1, tanh.layers[0], 'x');
    const system = dynamics.bind(theta, x);
    const cost = mse.bind(uniformBlock(1, tanh.layers[2], 'y'), dynamics.outputs);
    const engines = [equilibriumPropagation(oneSided(0.01), 'energy'), ode()];
    const rule = { solver: euler, step: 0.08, tolerance: Number.MIN_VALUE, maxSteps: tanh.freeSteps };
    const second = { integrator: euler, step: 0.08, steps: tanh.secondSteps };
    const random = randomStreams(1, 'bench').stream;
    const once = () =>
      within((arena) => {
        const { state: free } = settle(freeField(system), Blocks.real(system.shapes, arena), rule);
        const problem = { system, theta, x, cost, free, freeUnits: undefined, first: rule, second, random };
        const ways = engines.map((engine) => engine.run(problem));
        for (;;) {
          const moments = ways.map((way) => way.next());
          for (const { done, value } of moments) if (!done && isProcess(value)) value.params();
          if (moments.some(({ done }) => done)) return;
        }
      });
    const ms = medianMs((repetitions) => {
      for (let i = 0; i < repetitions; i++) once();
    }, seconds);
    return [lower('equivalence-10-50-5', ms, 'ms')];
  },
};

export const updates: readonly Benchmark[] = [
  epBatch('ep-batch-784-512-10', digits),
  epBatch('ep-batch-784-512-10-sparse80', { ...digits, zeros: 0.8 }),
  epBatch('ep-batch-784-512-512-10', deep),
  epBatch('ep-batch-64-32-10', small),
  equivalence,
];
