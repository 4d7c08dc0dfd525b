/** The laws of double precision hold in single precision as closely as its numbers let them: whatever is registered comes here, too. */
import test from 'ava';
import { logLogSlope } from '../../src/metrics/slope.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { infinitesimal, type Precision, precisions, ulp } from '../../src/numerics/numbers.js';
import { type Cells, runSpec } from '../_support/bench.js';
import { type EngineChoice, engineFor, everyEngine, suits } from '../_support/engines.js';
import { dynamicsOf, everyNetwork, type Network, title } from '../_support/networks.js';
import { inPrecision } from '../_support/precision.js';
import { differentiableSeed } from '../_support/seeds.js';

const agreed = { process: ['state', 'params'], parameters: ['params'], none: [] } as const;
const isMap = (network: Network) => dynamicsOf(network).time === 'discrete';
const worst = (rows: readonly Cells[], quantity: string, column: string) =>
  Math.max(...rows.filter((row) => row['quantity'] === quantity).map((row) => Number(row[column])));

/** Phase one goes on until its residual is round-off, too. */
const freeOf = (network: Network, precision: Precision) => ({
  step: isMap(network) ? 1 : 0.2,
  tolerance: precision === 'float32' ? 1e-6 : 1e-12,
  max_steps: 5000,
  rest_steps: 100,
});

for (const network of everyNetwork) {
  const ruled = dynamicsOf(network).offers.includes('energy') ? 'energy' : 'vector-field';
  test(`${title(network)}: in single precision the processes of exact EP are those of RBP as far as declared`, (t) => {
    const engines = [
      { id: 'ep', name: 'ep', nudging: 'exact', rule: ruled },
      { id: 'rbp', name: 'rbp', method: 'ode' },
    ];
    const second = isMap(network) ? { steps: 20 } : { step: 0.1, steps: 20 };
    const given = {
      network,
      precision: 'float32',
      free: freeOf(network, 'float32'),
      second,
      engines,
      reference: 'rbp',
    };
    const { rows, outcome } = inPrecision('float32', () => runSpec(given));
    t.is(outcome.status, 'completed');
    for (const quantity of agreed[dynamicsOf(network).agreement]) {
      const gap = worst(rows['equivalence'], quantity, 'error_scaled');
      t.true(gap <= 1e-4, `${quantity} ${gap}`);
    }
  });
}

/** An energy each in continuous and in discrete time, and one in closed form. */
const networks: readonly Network[] = [
  { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh', init: { name: 'glorot-uniform', gain: 0.6 } },
  { energy: 'prototypical', layers: [3, 5, 2], activation: 'shifted-sigmoid', nudge: 'inside' },
  { energy: 'linear', units: 6, inputs: 3, outputs: 2 },
  { energy: 'predictive-coding', layers: [3, 5, 4, 2], activation: 'tanh' },
];

/** error_rel of the end point of an engine against a direct solve of the same precision. */
function errorOf(
  network: Network,
  engine: EngineChoice,
  reference = 'exact',
  precision: Precision = 'float32',
): number {
  const given = {
    network,
    precision,
    seed: differentiableSeed(network),
    protocol: 'gradient',
    // at rest for as long as there are steps to go back through
    free: { ...freeOf(network, precision), rest_steps: 600 },
    second: isMap(network) ? { steps: 200 } : { step: 0.2, steps: 600 },
    engines: [{ ...engine, id: 'tested' }],
    reference,
  };
  const { rows } = inPrecision(precision, () => runSpec(given));
  return Number(rows['gradient'].find(({ quantity }) => quantity === 'params')!['error_rel']);
}

for (const engine of everyEngine) {
  const { accuracy } = engineFor(engine);
  if (accuracy === 'biased') continue;
  for (const network of networks.filter((one) => suits(one, engine))) {
    test(`${engine.id} on ${network.energy}: in single precision as accurate as declared`, (t) => {
      if (accuracy === 'exact') {
        const error = errorOf(network, engine);
        return t.true(error <= 1e-4, `error_rel ${error}`);
      }
      const { orderInBeta: order } = accuracy;
      const betas = order > 1 ? [0.03, 0.1, 0.2, 0.3] : [0.003, 0.01, 0.03];
      const points = betas.flatMap((beta): [number, number][] => {
        const error = errorOf(network, { ...engine, beta } as EngineChoice);
        return error >= (100 * ulp.float32) / beta && error <= 0.03 ? [[beta, error]] : [];
      });
      const slope = logLogSlope(points);
      const off = order === 1 ? 0.05 : 0.15;
      // higher orders reach round-off where they begin
      if (order > 2 || points.length < 2) return t.pass(`${slope} of ${points.join(' | ')}`);
      return t.true(Math.abs(slope - order) <= off, `slope ${slope} of ${points.join(' | ')}`);
    });
  }
}

for (const network of networks) {
  test(`${network.energy}: in single precision differences by their own default step give dJ/dθ`, (t) => {
    const error = errorOf(network, { id: 'direct', name: 'rbp', method: 'direct' }, 'finite-difference');
    t.true(error <= 1e-2, `${error}`);
  });
}

test('the square of an infinitesimal vanishes, itself times what is small does not', (t) => {
  for (const precision of precisions) {
    const h = infinitesimal[precision];
    inPrecision(precision, () => {
      const numbers = Blocks.real([{ name: 'h', rows: 1, cols: 3 }]).data;
      numbers.set([h * h * 1000, h * 1e-12, 1 + ulp[precision]]);
      t.is(numbers[0], 0);
      t.true(Math.abs(numbers[1] / (h * 1e-12) - 1) < ulp[precision]);
      t.true(numbers[2] > 1);
    });
  }
});
