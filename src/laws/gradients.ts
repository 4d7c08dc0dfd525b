/** Gradients on any network: the bias of nudgings by its order in β, and a direct solve by differences of J. */
import { logLogSlope } from '../metrics/slope.js';
import { runSpec } from './bench.js';
import { agreeing, NOTHING, worst } from './equivalence.js';
import { type Claims, type Law, law } from './law.js';
import { dynamicsOf, isSmooth, type Network, type Setting, title } from './networks.js';
import { findSeed } from './seeds.js';

/** The least that leave a gap far above round-off: there the order shows best. */
const BETAS = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2];
const ENOUGH = 3;

function order(network: Network, setting: Setting, nudging: string, order: number, t: Claims): void {
  const quantities = agreeing(network);
  const units = dynamicsOf(network).states.reduce((sum, { cols }) => sum + cols, 0);
  const points = new Map(quantities.map((quantity) => [quantity, [] as [beta: number, gap: number][]]));
  for (const beta of BETAS) {
    const { rows, outcome } = runSpec({
      ...setting,
      network,
      engines: [
        { id: 'ep', name: 'ep', nudging, beta },
        { id: 'rbp', name: 'rbp', method: 'ode' },
      ],
    });
    t.suppose(outcome.status === 'completed', `status ${outcome.status}`);
    // weights that many units share add up what is left at each
    const floor = (units * ((outcome.free.residual_max ?? 0) + 2 ** -52)) / beta;
    for (const quantity of quantities) {
      t.suppose(worst(rows['equivalence'], 'ep', quantity, 'reference_norm') > NOTHING, 'J depends on θ');
      const gap = worst(rows['equivalence'], 'ep', quantity, 'error_scaled');
      if (gap >= 100 * floor) points.get(quantity)!.push([beta, gap]);
    }
    if ([...points.values()].every(({ length }) => length >= ENOUGH)) break;
  }
  for (const [quantity, all] of points) {
    // states of an energy that is quadratic together with its cost have no bias at all
    if (all.length < 2)
      t.suppose(
        network['activation'] === undefined || network['activation'] === 'linear',
        `${quantity}: no gap above round-off`,
      );
    else t.near(logLogSlope(all.slice(0, ENOUGH)), order, 0.03, `order in β of the largest error_scaled, ${quantity}`);
  }
}

function differences(network: Network, setting: Setting, t: Claims): void {
  const seed = findSeed(network, setting);
  t.suppose(seed !== undefined, 'some seed gives an objective that is differentiable');
  const { rows, outcome } = runSpec({
    ...setting,
    network,
    seed,
    protocol: 'gradient',
    engines: [{ id: 'rbp', name: 'rbp', method: 'direct' }],
    reference: 'finite-difference',
    finite_difference: { directions: 12 },
  });
  t.suppose(outcome.status === 'completed', `status ${outcome.status}`);
  t.suppose(worst(rows['gradient'], 'rbp', 'directions', 'reference_norm') > NOTHING, 'J depends on θ');
  const worth = outcome.references?.['finite-difference']?.reference_error ?? Number.NaN;
  t.suppose(worth <= 1e-6, `J is differentiable, by what differences of it are worth: ${worth}`);
  const error = worst(rows['gradient'], 'rbp', 'directions', 'error_rel');
  t.atMost(error, 1e-7, 'error_rel along 12 random directions');
}

export const gradientLaws = (network: Network, setting: Setting = {}): Law[] => [
  ...(isSmooth(network) && agreeing(network).length > 0
    ? [
        law(`${title(network)}: the bias is of first order in β one-sided`, (t) =>
          order(network, setting, 'one-sided', 1, t),
        ),
        law(`${title(network)}: the bias is of second order in β centered`, (t) =>
          order(network, setting, 'centered', 2, t),
        ),
      ]
    : []),
  law(`${title(network)}: RBP's direct solve is dJ/dθ by central finite differences`, (t) =>
    differences(network, setting, t),
  ),
];
