/** Differences of J are worth what they say, however loose phase one was; where they are worth nothing they say so. */
import test from 'ava';
import fc from 'fast-check';
import { direct } from '../../src/engine/rbp/direct.js';
import { finiteDifference } from '../../src/protocol/finite-difference.js';
import { phaseOne } from '../../src/protocol/phase-one.js';
import { benchOf, drain, problemOf, processOf, runSpec } from '../_support/bench.js';
import { anyNetwork, everyNetwork, isSmooth, title } from '../_support/networks.js';
import { differentiableSeed } from '../_support/seeds.js';

const law = { protocol: 'gradient', engines: [{ name: 'rbp', method: 'direct' }], reference: 'finite-difference' };
const free = (tolerance: number) => ({ step: 0.1, tolerance, max_steps: 50_000 });

/** The differences from where a phase one of some tolerance ends, and how far they are from a direct solve at the end itself. */
function differences(given: object, tolerance: number) {
  const bench = benchOf({ ...law, ...given, free: free(tolerance) });
  const { start } = drain(phaseOne(bench), () => {});
  const found = drain(finiteDifference(bench, start), () => {});
  const exact = processOf(direct(), problemOf(benchOf({ ...law, ...given, free: free(1e-15) }))).estimate.gradient;
  const [[quantity, comparison]] = found.compare(exact);
  return { off: comparison.errorRel, claimed: found.errors!.get(quantity)!, warnings: found.warnings };
}

const TOLERANCES = [1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14];

test('the error is what reference_error says, and small, whatever free.tolerance: random networks', (t) => {
  const arbitrary = fc.record({
    network: anyNetwork(isSmooth),
    seed: fc.nat(1000),
    tolerance: fc.constantFrom(...TOLERANCES),
    directions: fc.constantFrom('all', 5),
  });
  fc.assert(
    fc.property(arbitrary, ({ network, seed, tolerance, directions }) => {
      const given = { network, seed, finite_difference: { directions } };
      const { off, claimed, warnings } = differences(given, tolerance);
      t.deepEqual(warnings, [], title(network));
      t.true(off <= 3 * claimed && claimed <= 1e-6, `${title(network)}: ${off} of ${claimed}`);
    }),
    { numRuns: 12, seed: 14 },
  );
});

test('bounds that units rest on or are pinned by change nothing where J is differentiable', (t) => {
  for (const network of everyNetwork.filter((item) => !isSmooth(item)).filter((_, i) => i % 2 === 0)) {
    const { off, claimed } = differences({ network, seed: differentiableSeed(network) }, 1e-3);
    t.true(off <= 3 * claimed && claimed <= 1e-6, `${title(network)}: ${off} of ${claimed}`);
  }
});

test('a step of any size is worth what it says: truncation above the best one, round-off below', (t) => {
  const network = { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh' };
  const claims = [3e-3, 3e-4, 1e-5, 1e-8, 1e-10].map((step) => {
    const { off, claimed } = differences({ network, finite_difference: { step } }, 1e-6);
    t.true(off <= 3 * claimed || Number.isNaN(claimed), `step ${step}: ${off} of ${claimed}`);
    return claimed;
  });
  t.true(claims[0] > 50 * claims[1] && claims[1] > 50 * claims[2], `${claims}`);
  t.true(claims[4] > 10 * claims[3] && claims[3] > 10 * claims[2], `${claims}`);
});

/** One output that rests on the bound of its ρ, pressed by nothing: J has a kink there, a slope on one side only. */
const kinked = {
  network: { energy: 'hopfield', layers: [1, 1], activation: 'hard-sigmoid' },
  data: { name: 'inline', x: [[0]], y: [[0.7]] },
};

for (const [why, given, warning] of [
  [
    'on a kink of ρ',
    kinked,
    /slopes on both sides of θ differ by 100 %.*; use a smooth network.activation \(now hard-sigmoid\)/,
  ],
  [
    'with a step that is too large',
    { network: { ...everyNetwork[0] }, finite_difference: { step: 1.5 } },
    /one step and twice the step differ by .*; reduce finite_difference\.step \(now 1\.5\)/,
  ],
  [
    'with a step that round-off swallows',
    { network: { ...everyNetwork[0] }, finite_difference: { step: 1e-15 } },
    /round-off in J makes .*; raise finite_difference\.step/,
  ],
  [
    'where no fixed point is found',
    {
      network: {
        energy: 'vector-field',
        units: 3,
        inputs: 1,
        outputs: 1,
        activation: 'linear',
        init: { name: 'normal', std: 30 },
      },
      free: { step: 0.001, tolerance: 1e-3, max_steps: 5 },
    },
    /no fixed point/,
  ],
] as [string, object, RegExp][]) {
  test(`${why} there is no reference: NaN in every measure of its rows, a warning, null in the record`, (t) => {
    const { rows, outcome } = runSpec({ free: free(1e-12), ...law, ...given });
    for (const row of rows['gradient']) {
      for (const column of ['reference_norm', 'error_abs', 'error_rel', 'cosine', 'sign_agreement', 'reference_error'])
        t.is(row[column], Number.NaN, column);
    }
    t.true(rows['gradient'].length > 0);
    t.deepEqual(outcome.references, { 'finite-difference': { reference_error: null } });
    t.regex(outcome.warnings.join('\n'), warning);
  });
}

test('rows end with what the reference is worth where finite differences are one: NaN against others', (t) => {
  const network = { energy: 'hopfield', layers: [3, 4, 2], activation: 'tanh' };
  for (const protocol of ['gradient', 'equivalence']) {
    const engines = [{ id: 'ep', name: 'ep', nudging: 'exact' }];
    const spec = { network, protocol, engines, finite_difference: { directions: 3 } };
    const { rows, outcome } = runSpec({ ...spec, reference: ['exact', 'finite-difference'] });
    const worth = outcome.references!['finite-difference'].reference_error!;
    for (const row of rows[protocol]) {
      const expected = row['reference'] === 'exact' ? Number.NaN : worth;
      t.is(row['reference_error'], expected);
    }
    t.true(worth > 0 && worth < 1e-7);
    const alone = runSpec({ ...spec, reference: 'exact' });
    t.false('reference_error' in alone.rows[protocol][0]);
    t.is(alone.outcome.references, undefined);
  }
});
