/** Outputs that are held: what coupled learning tends to as η → 0, and what it is at η = 1 (NEIGHBOURS: law 6b). */
import test from 'ava';
import { equilibriumPropagation } from '../../src/engine/ep.js';
import { agnostic } from '../../src/engine/nudging/agnostic.js';
import { direct } from '../../src/engine/rbp/direct.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { engineOf } from '../../src/plan/parts.js';
import { benchOf, problemOf, processOf } from '../_support/bench.js';
import { dynamicsOf, everyNetwork, isSmooth, title } from '../_support/networks.js';
import { distance } from '../_support/numbers.js';

const coupled = (nudging: string, eta: number) => engineOf({ name: 'coupled-learning', nudging, eta });

/** Held by a symmetric H; a map would be held inside its activation. */
const networks = everyNetwork.filter((network) => {
  const { agreement, time, offers } = dynamicsOf(network);
  return agreement === 'process' && time === 'continuous' && offers.includes('energy') && isSmooth(network);
});

for (const network of networks) {
  test(`${title(network)}: coupled learning tends to RBP for the error of held outputs, in the order of η`, (t) => {
    const problem = problemOf(benchOf({ network, second: { step: 0.2, steps: 2000 } }));
    const limit = processOf(direct('held'), problem).estimate.gradient.data;
    const gap = (nudging: string, eta: number) =>
      distance(processOf(coupled(nudging, eta), problem).estimate.gradient.data, limit);
    for (const [nudging, order] of [
      ['one-sided', 1],
      ['centered', 2],
    ] as const) {
      const gaps = [0.1, 0.05].map((eta): [number, number] => [eta, gap(nudging, eta)]);
      // a quadratic energy has no term of third order in η
      if (gaps[0][1] < 1e-10) t.is(order, 2);
      else t.true(Math.abs(logLogSlope(gaps) - order) < 0.25, `${nudging}: ${JSON.stringify(gaps)}`);
    }
  });

  test(`${title(network)}: at η = 1 coupled learning is the nudging agnostic, bit for bit`, (t) => {
    const problem = problemOf(benchOf({ network }));
    const expected = processOf(equilibriumPropagation(agnostic(), 'energy'), problem);
    t.deepEqual(processOf(coupled('one-sided', 1), problem).moments, expected.moments);
  });
}
