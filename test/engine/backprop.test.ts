import test from 'ava';
import { backpropagation } from '../../src/engine/backprop.js';
import type { Estimate, Problem } from '../../src/engine/engine.js';
import { crossEntropy, mse } from '../../src/model/costs.js';
import { hopfield } from '../../src/model/hopfield.js';
import { initialise, normal } from '../../src/model/initialise.js';
import { layered } from '../../src/model/layered.js';
import { prototypical } from '../../src/model/prototypical.js';
import { type Activation, activations, blockwise } from '../../src/numerics/activation.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { Matrix, math } from '../../src/numerics/matrix.js';
import { randomStream } from '../../src/numerics/random.js';
import { euler } from '../../src/solver/integrator.js';
import { directional } from '../_support/differences.js';
import { distance } from '../_support/numbers.js';
import { cellsOf, small, trained } from '../_support/train.js';

const x = Matrix.from([
  [0.2, -0.4, 0.9],
  [0.5, 0, 0.1],
]);
const y = Matrix.from([
  [1, 0],
  [0, 1],
]);

function problemOf(energy: typeof hopfield, rho: Activation, cost = mse): Problem {
  const network = energy(layered([3, 4, 3, 2]), rho);
  const theta = initialise(network.parameters, normal(0.5), (name) => randomStream(1, name));
  for (const [i, block] of theta.parts[0].entries()) if (i % 2 === 1) block.data.fill(0.1 * i);
  const system = network.bind(theta, x);
  return {
    system,
    theta,
    x,
    cost: cost.bind(y, network.outputs),
    free: Blocks.real(system.shapes),
    freeUnits: undefined,
    first: { solver: euler, step: 1, tolerance: 1, maxSteps: 1 },
    second: { integrator: euler, step: 1, steps: 1 },
    random: (purpose) => randomStream(1, purpose),
  };
}

const { tanh, sigmoid, softplus } = activations;
/** Each layer its own. */
const mixed = blockwise(new Map(Object.entries({ s1: tanh, s2: sigmoid, s3: softplus })));

for (const output of ['activation', 'linear'] as const) {
  for (const rho of [activations.tanh, activations['shifted-sigmoid'], activations.softplus, mixed]) {
    for (const cost of [mse, crossEntropy]) {
      test(`backpropagation is the gradient of its own cost: ${rho.name}, output ${output}, ${cost.name}`, (t) => {
        const problem = problemOf(hopfield, rho, cost);
        const engine = backpropagation(output);
        const { gradient } = engine.run(problem).next().value as Estimate;
        const objective = (theta: Blocks) => {
          const states = problem.free.like();
          engine.predict!({ ...problem, theta }, states);
          return Float64Array.of(problem.cost.value(states).reduce((a, b) => a + b) / 2);
        };
        const slopes = Float64Array.from(problem.theta.data, (_, i) => {
          const unit = problem.theta.like();
          unit.data[i] = 1;
          return directional(objective, problem.theta, unit)[0];
        });
        t.true(distance(gradient.data, slopes) < 1e-8);
      });
    }
  }
}

test('its network is the layers run forwards once, as plain mathjs expressions say', (t) => {
  const problem = problemOf(hopfield, activations.tanh);
  const states = problem.free.like();
  backpropagation('linear').predict!(problem, states);
  const rows = (name: string) => problem.theta.get(name).clone().toArray() as number[][];
  let h = x.clone().toArray() as number[][];
  for (const l of [1, 2, 3]) {
    const a = math.multiply(h, rows(`W${l}`)) as number[][];
    h = a.map((row) =>
      row.map((value, j) => (l < 3 ? Math.tanh(value + rows(`b${l}`)[0][j]) : value + rows(`b${l}`)[0][j])),
    );
    t.true(distance(states.get(`s${l}`).data, h.flat()) < 1e-14, `layer ${l}`);
  }
});

test('the same network whatever relaxes: hopfield and prototypical have one perceptron', (t) => {
  const map: typeof hopfield = (topology, rho) => prototypical(topology, rho, 'inside');
  const outputs = [hopfield, map].map((energy) => {
    const problem = problemOf(energy, activations.sigmoid);
    backpropagation('activation').predict!(problem, problem.free);
    return problem.free.data.slice();
  });
  t.deepEqual(outputs[0], outputs[1]);
});

test('a given buffer takes the gradient, whatever was in it', (t) => {
  const problem = problemOf(hopfield, activations.tanh);
  const engine = backpropagation('activation');
  const own = (engine.run(problem).next().value as Estimate).gradient;
  const gradient = problem.theta.like().fill(7);
  t.is((engine.run({ ...problem, gradient }).next().value as Estimate).gradient, gradient);
  t.deepEqual(gradient.data, own.data);
});

test('a perceptron has no bounds that pin its units, whatever the activation', (t) => {
  const engines = [small.engines[1], { id: 'mlp', name: 'backprop', output: 'activation' }];
  const run = trained({ engines, network: { ...small.network, activation: 'hard-sigmoid' } });
  for (const { engine, pinned_outputs: share } of cellsOf(run, 'train')) t.is(Number.isNaN(share), engine === 'mlp');
});
