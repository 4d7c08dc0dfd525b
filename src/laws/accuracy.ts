/** What engines declare of their accuracy, measured. */
import { logLogSlope } from '../metrics/slope.js';
import type { Numbers } from '../numerics/numbers.js';
import { solverOf } from '../plan/parts.js';
import { registry } from '../registry.js';
import { benchOf, problemOf, processOf, runSpec, specOf } from './bench.js';
import { type EngineChoice, engineFor } from './engines.js';
import { type Claims, type Law, law } from './law.js';
import { dynamicsOf, type Network } from './networks.js';
import { distance } from './numbers.js';

/** Smooth networks on which EP ends at dJ/dθ: an energy each in continuous and in discrete time, and one in closed form. */
const networks: readonly Network[] = [
  { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh', init: { name: 'glorot-uniform', gain: 0.6 } },
  { energy: 'prototypical', layers: [3, 5, 2], activation: 'shifted-sigmoid', nudge: 'inside' },
  { energy: 'linear', units: 6, inputs: 3, outputs: 2 },
  { energy: 'predictive-coding', layers: [3, 5, 4, 2], activation: 'tanh' },
];

/** error_rel and cosine of an engine's end point against a direct solve, and what the free phase left. */
function endOf(network: Network, engine: EngineChoice) {
  const { rows, outcome } = runSpec({
    network,
    protocol: 'gradient',
    // at rest for as long as there are steps to go back through
    free: {
      step: dynamicsOf(network).time === 'discrete' ? 1 : 0.2,
      tolerance: 1e-14,
      max_steps: 50000,
      rest_steps: 1500,
    },
    second: dynamicsOf(network).time === 'discrete' ? { steps: 400 } : { step: 0.2, steps: 1500 },
    engines: [{ ...engine, id: 'tested' }],
    reference: 'exact',
  });
  const row = rows['gradient'].find(({ quantity }) => quantity === 'params')!;
  return {
    status: outcome.engines['tested'].status,
    error: Number(row['error_rel']),
    cosine: Number(row['cosine']),
    residual: outcome.free.residual_max ?? 0,
  };
}

function accuracyOn(network: Network, engine: EngineChoice, t: Claims): void {
  const { accuracy } = engineFor(engine);
  if (accuracy === 'exact') {
    const { error } = endOf(network, engine);
    t.atMost(error, 1e-9, 'error_rel against a direct solve');
    return;
  }
  if (accuracy === 'biased') {
    const { status, cosine } = endOf(network, engine);
    t.is(status, 'completed', 'status');
    t.atLeast(cosine, 0.2, 'cosine with a direct solve');
    return;
  }
  const { orderInBeta: order } = accuracy;
  // the least that round-off leaves: there the order shows best
  const points: [beta: number, error: number][] = [];
  for (const beta of [3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.2, 0.3]) {
    const { error, residual } = endOf(network, { ...engine, beta } as EngineChoice);
    if (error >= 100 * ((residual + 2 ** -52) / beta) && error <= 0.03) points.push([beta, error]);
    if (points.length === 3) break;
  }
  const slope = logLogSlope(points);
  const measured = points.map(([beta, error]) => `${error} at β = ${beta}`).join(', ');
  t.atLeast(points.length, 2, `values of β with an error_rel above round-off and below 0.03 (${measured})`);
  t.near(slope, order, 0.1, `order of error_rel in β (${measured})`);
}

/** The end of an engine's phase two, by so many steps or by a solver. */
function gradientOf(network: Network, engine: EngineChoice, second: object): Numbers {
  const bench = benchOf({ network, protocol: 'gradient', second, engines: [engine], reference: 'exact' });
  const one = problemOf(bench);
  return processOf(bench.contestants[0].engine, one).estimate.gradient.data.slice();
}

function endsOn(network: Network, engine: EngineChoice, t: Claims): void {
  const { settle } = engineFor(engine);
  const discrete = dynamicsOf(network).time === 'discrete';
  const steps = gradientOf(network, engine, discrete ? { steps: 400 } : { step: 0.2, steps: 1500 });
  for (const solver of Object.values(registry.solvers)) {
    const named = { name: solver.name };
    const { asks, unfit } = solverOf(specOf({ network, free: { solver: named } }).free.solver);
    const fits = unfit?.(problemOf(benchOf({ network })).system) === undefined;
    if (!fits || (asks && !settle?.offers.includes(asks))) continue;
    const end = gradientOf(network, engine, { solver: named, tolerance: 1e-13, max_steps: 20000 });
    t.atMost(distance(end, steps), 1e-8, `${solver.name}: relative distance from where the steps end`);
  }
}

export function engineLaws(engine: EngineChoice): Law[] {
  const { needs, settle } = engineFor(engine);
  const fitting = networks.filter((item) => needs.every((need) => offers(item).includes(need)));
  return fitting.flatMap((network) => [
    law(`${engine.id} on ${network.energy}: as accurate as declared`, (t) => accuracyOn(network, engine, t)),
    ...(settle
      ? [
          law(`${engine.id} on ${network.energy}: by any solver it ends where its steps lead`, (t) =>
            endsOn(network, engine, t),
          ),
        ]
      : []),
  ]);
}

function offers(network: Network): readonly string[] {
  return [...dynamicsOf(network).offers, 'clamping'];
}
