/** Theorem 3 of Scellier & Bengio (2019) on any network, as far as it is declared to hold there. */
import type { Agreement } from '../model/types.js';
import type { Outcome } from '../protocol/protocol.js';
import { type Cells, runSpec } from './bench.js';
import { type Claims, type Law, law } from './law.js';
import { dynamicsOf, integratorsFor, type Network, type Setting, title } from './networks.js';
import { findSeed } from './seeds.js';

/** Norms of gradients below are those of 0 that is rounded: J does not depend on θ, or not where it can be seen. */
export const NOTHING = 1e-13;

/** The largest in a column of an engine's rows of a quantity; NaN where there is none, or one is. */
export function worst(rows: readonly Cells[], engine: string, quantity: string, column: string): number {
  const own = rows.filter((row) => row['engine'] === engine && row['quantity'] === quantity);
  return own.length === 0 ? Number.NaN : Math.max(...own.map((row) => Number(row[column])));
}

/** What of exact EP's process is RBP's. */
export const agreeing = (network: Network) => agreed[dynamicsOf(network).agreement];
const agreed: Record<Agreement, readonly string[]> = { process: ['state', 'params'], parameters: ['params'], none: [] };

const ruleFor = (network: Network) => (dynamicsOf(network).offers.includes('energy') ? 'energy' : 'vector-field');

/**
 * EP goes on from where phase one stopped, and RBP stays there: what is left of F, and round-off, moves EP's state by F/λ at most, λ the slowest
 * mode, and c and J with it; relative to an error of this size. The factor is for how c and J bend.
 */
function driftOf({ free, spectrum }: Outcome, size: number): number {
  const { rate, radius } = spectrum ?? {};
  const slowest = typeof radius === 'number' ? 1 - radius : (rate ?? 0);
  const left = (free.residual_max ?? 0) + 2 ** -52;
  return slowest > 0 ? (10 * left) / slowest / Math.min(1, size) : 0;
}

function processes(network: Network, setting: Setting, integrator: string, t: Claims): void {
  const { rows, outcome } = runSpec({
    ...setting,
    network,
    second: { integrator, step: 0.1, steps: 60 },
    engines: [
      { id: 'ep', name: 'ep', nudging: 'exact', rule: ruleFor(network) },
      { id: 'rbp', name: 'rbp', method: 'ode' },
    ],
  });
  t.suppose(outcome.status === 'completed', `status ${outcome.status}`);
  for (const quantity of agreeing(network)) {
    const gap = worst(rows['equivalence'], 'ep', quantity, 'error_scaled');
    const size = worst(rows['equivalence'], 'ep', quantity, 'reference_norm');
    t.atMost(gap, 1e-12 + driftOf(outcome, size), `largest error_scaled of EP's process against RBP's, ${quantity}`);
  }
  // where J is not symmetric, RBP is exact and EP's states are not its
  const gap = worst(rows['equivalence'], 'ep', 'state', 'error_scaled');
  if (!agreeing(network).includes('state'))
    t.suppose(
      gap >= 1e-4,
      `a state that differs where agreement is said to be '${dynamicsOf(network).agreement}': error_scaled ${gap}`,
    );
}

/** What may be left of the slowest mode where phase two is to end, and the steps that this may take. */
const [LEFT, MOST_STEPS] = [1e-12, 50_000];

function ends(network: Network, setting: Setting, t: Claims): void {
  const discrete = dynamicsOf(network).time === 'discrete';
  const step = discrete ? 1 : 0.2;
  const end = (seed: number, steps = discrete ? 300 : 1500): { cosine: number; error: number; size: number } => {
    const { rows, outcome } = runSpec({
      ...setting,
      network,
      seed,
      protocol: 'gradient',
      second: discrete ? { steps } : { step, steps },
      engines: [{ name: 'ep', nudging: 'exact', rule: ruleFor(network) }],
      reference: 'exact',
    });
    t.suppose(outcome.status === 'completed', `it comes to rest at seed ${seed}: status ${outcome.status}`);
    const column = (name: string) => worst(rows['gradient'], 'ep', 'params', name);
    // a map without couplings forgets at once
    const { rate: told, radius } = outcome.spectrum ?? {};
    const rate = told ?? (radius === 0 ? Number.POSITIVE_INFINITY : Number.NaN);
    const enough = Math.ceil(-Math.log(LEFT) / (step * rate));
    t.suppose(rate > 0 && enough <= MOST_STEPS, `phase two is over after ${MOST_STEPS} steps: modes decay at ${rate}`);
    if (enough > steps) return end(seed, enough);
    return { cosine: column('cosine'), error: column('error_rel'), size: column('reference_norm') };
  };
  if (agreeing(network).includes('params')) {
    const seed = findSeed(network, setting);
    t.suppose(seed !== undefined, 'some seed gives an objective that is differentiable');
    const { error, size } = end(seed!);
    t.suppose(size > NOTHING, 'J depends on θ');
    t.atMost(error, 1e-9, `error_rel of EP's end against a direct solve, seed ${seed}`);
    return;
  }
  // a piecewise linear ρ shows it only where an output is at a bound; where every output is, dJ/dθ is 0 and has no angle
  const cosines = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => end(seed).cosine).filter((cosine) => !Number.isNaN(cosine));
  const least = Math.min(...cosines);
  t.suppose(least <= 1 - 1e-6, `an end that differs where agreement is said to be 'none': least cosine ${least}`);
}

export const equivalenceLaws = (network: Network, setting: Setting = {}): Law[] => [
  ...integratorsFor(network).map((integrator) =>
    law(`${title(network)}, ${integrator}: the processes of exact EP are those of RBP as far as declared`, (t) =>
      processes(network, setting, integrator, t),
    ),
  ),
  law(`${title(network)}: a long second phase of exact EP ends at dJ/dθ, or measurably elsewhere, as declared`, (t) =>
    ends(network, setting, t),
  ),
];
