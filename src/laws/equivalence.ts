/** Theorem 3 of Scellier & Bengio (2019) on any network, as far as it is declared to hold there. */
import type { Agreement } from '../model/types.js';
import { type Cells, runSpec } from './bench.js';
import { type Claims, type Law, law } from './law.js';
import { dynamicsOf, integratorsFor, type Network, title } from './networks.js';
import { differentiableSeed } from './seeds.js';

/** The largest in a column of an engine's rows of a quantity; NaN where there is none, or one is. */
export function worst(rows: readonly Cells[], engine: string, quantity: string, column: string): number {
  const own = rows.filter((row) => row['engine'] === engine && row['quantity'] === quantity);
  return own.length === 0 ? Number.NaN : Math.max(...own.map((row) => Number(row[column])));
}

/** What of exact EP's process is RBP's. */
export const agreeing = (network: Network) => agreed[dynamicsOf(network).agreement];
const agreed: Record<Agreement, readonly string[]> = { process: ['state', 'params'], parameters: ['params'], none: [] };

const ruleFor = (network: Network) => (dynamicsOf(network).offers.includes('energy') ? 'energy' : 'vector-field');

function processes(network: Network, integrator: string, t: Claims): void {
  const { rows, outcome } = runSpec({
    network,
    second: { integrator, step: 0.1, steps: 60 },
    engines: [
      { id: 'ep', name: 'ep', nudging: 'exact', rule: ruleFor(network) },
      { id: 'rbp', name: 'rbp', method: 'ode' },
    ],
  });
  t.is(outcome.status, 'completed', 'status');
  for (const quantity of agreeing(network)) {
    const gap = worst(rows['equivalence'], 'ep', quantity, 'error_scaled');
    t.atMost(gap, 1e-12, `largest error_scaled of EP's process against RBP's, ${quantity}`);
  }
  // where J is not symmetric, RBP is exact and EP's states are not its
  const gap = worst(rows['equivalence'], 'ep', 'state', 'error_scaled');
  if (!agreeing(network).includes('state'))
    t.atLeast(gap, 1e-4, `error_scaled of the state, where agreement is said to be '${dynamicsOf(network).agreement}'`);
}

function ends(network: Network, t: Claims): void {
  const end = (seed: number) => {
    const { rows, outcome } = runSpec({
      network,
      seed,
      protocol: 'gradient',
      second: dynamicsOf(network).time === 'discrete' ? { steps: 300 } : { step: 0.2, steps: 1500 },
      engines: [{ name: 'ep', nudging: 'exact', rule: ruleFor(network) }],
      reference: 'exact',
    });
    t.is(outcome.status, 'completed', `status at seed ${seed}: examples of an entry are networks that come to rest`);
    const column = (name: string) => worst(rows['gradient'], 'ep', 'params', name);
    return { cosine: column('cosine'), error: column('error_rel') };
  };
  if (agreeing(network).includes('params')) {
    const seed = differentiableSeed(network);
    t.atMost(end(seed).error, 1e-9, `error_rel of EP's end against a direct solve, seed ${seed}`);
    return;
  }
  // a piecewise linear ρ shows it only where an output is at a bound; where every output is, dJ/dθ is 0 and has no angle
  const cosines = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => end(seed).cosine).filter((cosine) => !Number.isNaN(cosine));
  t.atMost(Math.min(...cosines), 1 - 1e-6, `least cosine over seeds 1 to 8, where agreement is said to be 'none'`);
}

export const equivalenceLaws = (network: Network): Law[] => [
  ...integratorsFor(network).map((integrator) =>
    law(`${title(network)}, ${integrator}: the processes of exact EP are those of RBP as far as declared`, (t) =>
      processes(network, integrator, t),
    ),
  ),
  law(`${title(network)}: a long second phase of exact EP ends at dJ/dθ, or measurably elsewhere, as declared`, (t) =>
    ends(network, t),
  ),
];
