/** Theorem 3 of Scellier & Bengio (2019) on any network, as far as it is declared to hold there. */
import type { Agreement } from '../model/types.js';
import { runSpec } from './bench.js';
import { type Claims, type Law, law } from './law.js';
import { dynamicsOf, integratorsFor, type Network, title } from './networks.js';
import { differentiableSeed } from './seeds.js';

export const worst = (rows: Record<string, string | number>[], engine: string, quantity: string, column: string) =>
  Math.max(
    ...rows.filter((row) => row['engine'] === engine && row['quantity'] === quantity).map((row) => Number(row[column])),
  );

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
  t.is(outcome.status, 'completed');
  for (const quantity of agreeing(network)) {
    const gap = worst(rows['equivalence'], 'ep', quantity, 'error_scaled');
    t.true(gap <= 1e-12, `${quantity} ${gap}`);
  }
  // where J is not symmetric, RBP is exact and EP's states are not its
  const gap = worst(rows['equivalence'], 'ep', 'state', 'error_scaled');
  if (!agreeing(network).includes('state')) t.true(gap > 1e-3, `state ${gap}`);
}

function ends(network: Network, t: Claims): void {
  const end = (seed: number) => {
    const { rows } = runSpec({
      network,
      seed,
      protocol: 'gradient',
      second: dynamicsOf(network).time === 'discrete' ? { steps: 300 } : { step: 0.2, steps: 1500 },
      engines: [{ name: 'ep', nudging: 'exact', rule: ruleFor(network) }],
      reference: 'exact',
    });
    const column = (name: string) => worst(rows['gradient'], 'ep', 'params', name);
    return { cosine: column('cosine'), error: column('error_rel') };
  };
  if (agreeing(network).includes('params')) {
    const { error } = end(differentiableSeed(network));
    t.true(error <= 1e-9, `error_rel ${error}`);
    return;
  }
  // a piecewise linear ρ shows it only where an output is at a bound
  const cosines = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => end(seed).cosine);
  t.true(
    cosines.some((cosine) => cosine < 1 - 1e-6),
    `cosines ${cosines}`,
  );
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
