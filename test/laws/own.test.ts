/** The laws of entries of somebody else's: they hold for what is right, and find what is not. */
import test from 'ava';
import * as eprbp from '../../src/index.js';
import { lawsOf } from '../../src/laws/laws.js';
import { convEntry } from '../outsider/conv.js';
import { unevenFamily } from '../outsider/uneven.js';

const { defineCost, defineEnergy, defineEngine, defineTopology, mse, registry } = eprbp;

const topology = defineTopology(convEntry as never);
const engine = defineEngine(unevenFamily as never);

/** Half of a gradient that is whole. */
const wrongCost = defineCost({
  name: 'wrong-cost',
  summary: 'mse, and twice its gradient',
  options: {},
  create: (): eprbp.Cost => ({
    ...mse,
    bind: (y, outputs) => {
      const bound = mse.bind(y, outputs);
      return {
        ...bound,
        addGradState: (s, { re, im }, out) => bound.addGradState(s, { re: 2 * re, im: 2 * im }, out),
      };
    },
  }),
});

const { name: _, ...hopfield } = registry.energies['hopfield'];

/** Hopfield's energy under another name, with systems that are changed. */
const hopfieldWith = (name: string, summary: string, changed: (system: eprbp.System) => eprbp.System) =>
  defineEnergy({
    ...hopfield,
    ...{ name, summary, source: 'nobody' },
    create(options: never, laidOut: never) {
      const dynamics = registry.energies['hopfield'].create(options, laidOut);
      return { ...dynamics, bind: (theta: eprbp.Params, x: eprbp.Matrix) => changed(dynamics.bind(theta, x)) };
    },
  } as never);

/** An energy whose field goes half as fast as it falls. */
const wrongEnergy = hopfieldWith('wrong-energy', 'Hopfield, and another energy', (system) => {
  const value = (s: eprbp.State) => system.energy!.value(s).map((energy) => 2 * energy);
  return { ...system, energy: { ...system.energy!, value } };
});

/** Of no analytic field: what is far from the real axis is pushed, as no power series pushes it. */
const wrongClaim = hopfieldWith('wrong-claim', 'Hopfield, on the real axis only', ({ step: _step, ...system }) => {
  const force = (s: eprbp.State, out: eprbp.State, nudge?: eprbp.Nudge) => {
    const size = system.force(s, out, nudge);
    s.im?.forEach((value, i) => {
      out.re[i] += value ** 2;
    });
    return size;
  };
  return { ...system, force };
});

/** What a law says where it does not hold. */
const saidBy = (check: () => void): string | undefined => {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const all = lawsOf(topology, engine, wrongCost, wrongEnergy, wrongClaim);

// all of them: npm run outsider
const few = /^(topologies|engines) outsider|^hopfield outsider-conv tanh|^outsider-uneven.* on linear/;
const tried = all.filter((law) => few.test(law.name));

for (const { name, check } of tried) test(name, check);

test('of each entry there are some', (t) => {
  for (const name of [
    'topologies outsider-conv',
    'hopfield outsider-conv',
    'engines outsider',
    'on linear: as accurate',
  ])
    t.true(
      tried.some((law) => law.name.includes(name)),
      name,
    );
});

test('what is wrong breaks a law, which says where, what it got, and what it expected', (t) => {
  const failing = (name: string) => all.flatMap((law) => (law.name.includes(name) ? (saidBy(law.check) ?? []) : []));
  const [cost, ...more] = failing('wrong-cost');
  t.deepEqual(more, []);
  t.regex(cost, /^.*own\.test\.ts:\d+:\d+: wrong-cost: ∂C\/∂s is the gradient of C, zero outside the outputs — /);
  t.regex(cost, /∂C\/∂s of unit 7, .* \(draw 1 of seed 1987\): got \S+, expected \S+, tolerance 1e-7$/);
  const [, got, expected] = /got (\S+), expected (\S+),/.exec(cost)!;
  t.true(Math.abs(Number(got) / Number(expected) - 2) < 1e-4, cost);
  const [energy] = failing('wrong-energy layered tanh kept: F = −∂E/∂s');
  t.regex(energy, /dE along a direction d, and −⟨F, d⟩ \(seed 1\): got \S+, expected \S+, tolerance \S+$/);
  const claim = failing('wrong-claim layered tanh kept: it has');
  t.is(claim.length, 1);
  t.regex(
    claim[0],
    /it has what it offers; .* — Re dF along iv, and −Im dF along v .*, number 0: got \S+, expected \S+, tolerance/,
  );
});

test('entries that no helper has made, or that come too late, are told', (t) => {
  t.throws(() => lawsOf({ name: 'none' }), { message: /entry 1 is none that defineEnergy/ });
  const late = defineCost({ name: 'late', summary: 'late', options: {}, create: () => mse });
  t.throws(() => lawsOf(late), { message: /the entries that are tried: is imported after the first spec was read/ });
});
