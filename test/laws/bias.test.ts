/** What β makes of dJ/dθ is told before it is measured: within a factor of 3 where that is 1e-4…0.3, else "not expandable". */
import test from 'ava';
import fc from 'fast-check';
import type { RunRecord } from '../../src/metrics/results.js';
import { runSpec } from '../_support/bench.js';
import { anyNetwork, dynamicsOf, everyNetwork, isSmooth, title } from '../_support/networks.js';

const BETAS = [-0.03, 0.01, 0.1, 0.5];
const engines = BETAS.flatMap((beta, k) => [
  { id: `one-${k}`, name: 'ep', nudging: 'one-sided', beta },
  { id: `two-${k}`, name: 'ep', nudging: 'centered', beta: Math.abs(beta) },
  { id: `ring-${k}`, name: 'ep', nudging: 'holomorphic', points: 2, beta: Math.abs(beta) },
]);
const rested = { protocol: 'gradient', reference: 'exact', second: { step: 0.2, steps: 800 } };

/** Bias as measured against a direct solve and as expected, of engines whose phase two came to rest. */
function biases(given: object): { id: string; measured: number; expected: number | null | undefined }[] {
  const { rows, outcome } = runSpec({ ...rested, engines, ...given });
  if (outcome.free.status !== 'converged') return [];
  return Object.entries(outcome.engines).flatMap(([id, { status, residual_max, measured }]) => {
    const row = rows['gradient'].find(({ engine, quantity }) => engine === id && quantity === 'params')!;
    const isAtRest = status === 'completed' && residual_max! < 1e-9;
    return isAtRest ? [{ id, measured: Number(row['error_rel']), expected: measured?.['expected_bias'] }] : [];
  });
}

const expandable = (network: Parameters<typeof dynamicsOf>[0]) => {
  const { agreement, offers } = dynamicsOf(network);
  return agreement !== 'none' && offers.includes('energy') && isSmooth(network);
};

test('random networks, costs, signs and schemes: expected and measured bias agree', (t) => {
  const arbitrary = fc.record({
    network: anyNetwork(expandable),
    gain: fc.constantFrom(0.5, 1, 1.5, 2.5),
    cost: fc.constantFrom('mse', 'cross-entropy'),
    seed: fc.nat(1000),
  });
  let compared = 0;
  fc.assert(
    fc.property(arbitrary, ({ network, gain, ...rest }) => {
      const own = network['init'] as { gain?: number } | undefined;
      // of physical networks, their own
      const init = own && own.gain === undefined ? own : { name: 'glorot-uniform', gain };
      for (const { id, measured, expected } of biases({ network: { ...network, init }, ...rest })) {
        const label = `${title(network)} ${id}: ${measured}, expected ${expected}`;
        // 0 has no relative error: one output of softmax has no cost to learn from
        if (measured > 0.3 && measured < Infinity) t.true(expected === null || expected! > 0.1, label);
        if (!(measured >= 1e-4 && measured <= 0.3)) continue;
        compared++;
        t.true(expected! > measured / 3 && expected! < 3 * measured, label);
      }
    }),
    { numRuns: 7, seed: 14 },
  );
  t.true(compared > 30, `${compared}`);
});

const network = { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh' };
const nudged = (beta: number, nudging: string) => {
  const { outcome } = runSpec({ ...rested, network, engines: [{ id: 'ep', name: 'ep', nudging, beta }] });
  return { bias: outcome.engines['ep'].measured!['expected_bias'], text: outcome.warnings.join('\n'), outcome };
};

test('classes that are read out of the state have their own exact gradient: it is no bias', (t) => {
  const readOut = {
    ...network,
    init: { name: 'glorot-uniform', gain: 0.5 },
    layers: [...network.layers, 3],
    read_out: 'softmax',
  };
  const found = biases({ network: readOut, cost: 'cross-entropy' });
  for (const { id, measured, expected } of found) {
    if (measured > 1e-6 && measured < 0.3)
      t.true(Math.abs(expected! / measured - 1) < 0.1, `${id} ${measured} ${expected}`);
  }
  t.true(found.filter(({ measured }) => measured > 1e-6).length > 5, JSON.stringify(found));
});

test('a bias above 5 % is told of with the β that has 5 %, which has them', (t) => {
  for (const [nudging, order] of [
    ['one-sided', 1],
    ['centered', 2],
  ] as const) {
    let beta = 4e-3;
    while (nudged(beta, nudging).bias! < 0.06) beta *= 1.5;
    const { bias, text } = nudged(beta, nudging);
    t.regex(text, /^engine 'ep': β makes dJ\/dθ about \S+ % wrong \(slowest rate λ = 0\.\d+\): reduce its beta/);
    t.is(text.includes('centered, whose bias is of second order'), order === 1);
    const enough = Number(/to (\S+) for 5 %/.exec(text)![1]);
    const there = nudged(enough, nudging);
    t.true(Math.abs(there.bias! - 0.05) < 0.01, `${bias} at ${beta}, ${there.bias} at ${enough}`);
    t.is(nudged(0.8 * enough, nudging).text, '');
  }
});

test('where no expansion holds that is said, with λ, and null in the record', (t) => {
  const { bias, text, outcome } = nudged(3, 'centered');
  t.is(bias, null);
  const rate = Number(outcome.spectrum!.rate!.toPrecision(2));
  t.true(text.includes(`not expandable in its β, too strong for the slowest rate λ = ${rate}`), text);
});

test('what a loose phase one adds is not counted among the costs of β', (t) => {
  const bias = (tolerance: number) => {
    const engines = [{ id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.001 }];
    const { outcome } = runSpec({ ...rested, network, engines, free: { step: 0.1, tolerance, max_steps: 50_000 } });
    return outcome.engines['ep'].measured!['expected_bias']!;
  };
  t.true(Math.abs(bias(1e-3) / bias(1e-13) - 1) < 1e-6);
});

test('nothing is expected of engines without a β of their own, nor where EP is biased for other reasons', (t) => {
  const measuredOf = (given: object, engine: object): RunRecord['engines'][string]['measured'] =>
    runSpec({ ...rested, ...given, engines: [{ id: 'x', ...engine }] }).outcome.engines['x'].measured;
  const oneSided = { name: 'ep', nudging: 'one-sided', beta: 0.1 };
  const outside = everyNetwork.find(({ nudge, activation }) => nudge === 'outside' && activation === 'tanh')!;
  t.is(measuredOf({ network }, { name: 'rbp', method: 'ode' }), undefined);
  t.is(measuredOf({ network }, { name: 'ep', nudging: 'exact' }), undefined);
  t.is(measuredOf({ network }, { ...oneSided, rule: 'vector-field' }), undefined);
  t.is(measuredOf({ network: outside }, oneSided), undefined);
});
