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
/** An energy whose field goes half as fast as it falls. */
const wrongEnergy = defineEnergy({
  ...hopfield,
  name: 'wrong-energy',
  summary: 'Hopfield, and another energy',
  source: 'nobody',
  create(options: never, laidOut: never) {
    const dynamics = registry.energies['hopfield'].create(options, laidOut);
    return {
      ...dynamics,
      bind(theta: eprbp.Params, x: eprbp.Matrix) {
        const system = dynamics.bind(theta, x);
        const value = (s: eprbp.State) => system.energy!.value(s).map((energy) => 2 * energy);
        return { ...system, energy: { ...system.energy!, value } };
      },
    };
  },
} as never);

const holds = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

const all = lawsOf(topology, engine, wrongCost, wrongEnergy);

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

test('what is wrong breaks a law', (t) => {
  const failing = (name: string) => all.filter((law) => law.name.includes(name) && !holds(law.check));
  t.deepEqual(
    failing('wrong-cost').map((law) => law.name),
    ['wrong-cost: ∂C/∂s is the gradient of C, zero outside the outputs'],
  );
  const energy = all.find((law) => law.name.startsWith('wrong-energy layered') && law.name.includes(': F = −∂E/∂s'));
  t.false(holds(energy!.check));
});

test('entries that no helper has made, or that come too late, are told', (t) => {
  t.throws(() => lawsOf({ name: 'none' }), { message: /entry 1 is none that defineEnergy/ });
  const late = defineCost({ name: 'late', summary: 'late', options: {}, create: () => mse });
  t.throws(() => lawsOf(late), { message: /the entries that are tried: is imported after the first spec was read/ });
});
