/** Whatever estimates the gradient exactly learns what can be learned. */
import test from 'ava';
import { Arena } from '../../src/numerics/arena.js';
import { engineFor, everyEngine, suits } from '../_support/engines.js';
import { cellsOf, small, trained } from '../_support/train.js';

const xor = {
  network: {
    energy: 'hopfield',
    layers: [2, 8, 2],
    activation: 'shifted-sigmoid',
    init: { name: 'glorot-uniform', gain: 0.8 },
  },
  protocol: { name: 'train', epochs: 350, batch: 4, optimizer: { name: 'adam', rates: 0.01 } },
  data: { name: 'xor' },
  free: { solver: 'euler', tolerance: 1e-8, max_steps: 2000 },
};

/** Every engine that is exact, and backpropagation; a linear solve from a random start takes more steps than these have. */
const exact = everyEngine
  .filter((engine) => engine.name === 'backprop' || engineFor(engine).accuracy === 'exact')
  .filter(({ start, output_slope }) => start !== 'random' && output_slope !== 'dropped')
  .filter((engine) => suits(xor.network, engine));

test('there are exact engines of each family to train with', (t) => {
  const ids = exact.map(({ id }) => id);
  for (const id of [
    'ep-exact-energy',
    'rbp-ode',
    'rbp-direct-cost',
    'rbp-bptt',
    'backprop-activation-kept',
    'backprop-linear-kept',
  ])
    t.true(ids.includes(id), id);
});

for (const energy of ['hopfield', 'prototypical']) {
  test(`xor is learned by every exact engine: ${energy}`, (t) => {
    const second = energy === 'hopfield' ? { step: 0.5, steps: 60 } : { steps: 40 };
    const run = trained({ ...xor, network: { ...xor.network, energy }, second, engines: exact });
    for (const { id } of exact) {
      const last = cellsOf(run, 'evaluation').findLast(({ engine }) => engine === id)!;
      t.deepEqual([last['epoch'], last['error']], [xor.protocol.epochs, 0], id);
    }
  });
}

test('two moons are told apart by every exact engine, and EP and RBP err alike', (t) => {
  const run = trained({
    ...xor,
    network: { ...xor.network, layers: [2, 12, 2] },
    data: { name: 'two-moons', examples: 60, test: 60, noise: 0.1 },
    protocol: { ...xor.protocol, epochs: 60, batch: 10 },
    second: { step: 0.5, steps: 60 },
    engines: exact,
  });
  const errors = exact.map(({ id }) => {
    const last = cellsOf(run, 'evaluation').findLast(({ engine, split }) => engine === id && split === 'test')!;
    return Number(last['error']);
  });
  for (const [i, { id }] of exact.entries()) t.true(errors[i] <= 0.05, `${id}: ${errors[i]}`);
});

const predictive = { ...small.network, energy: 'predictive-coding' };

for (const engine of everyEngine) {
  test(`an update leaves no buffer behind: ${engine.id}`, (t) => {
    const counts: number[] = [];
    const allocations = countingArena();
    const run = trained(
      {
        ...small,
        network: suits(small.network, engine) || !suits(predictive, engine) ? small.network : predictive,
        engines: [engine],
      },
      (made) => made,
      allocations.arena,
      () => counts.push(allocations.count()),
    );
    t.not(run.outcome.status, 'diverged');
    // batches of 3, 3 and 1 examples: after an epoch every size has been met
    t.is(counts.at(-1), counts[2]);
  });
}

/** An arena, and how many buffers it has given. */
function countingArena() {
  const arena = new Arena();
  let count = 0;
  const allocate = arena.allocate.bind(arena);
  arena.allocate = (length) => {
    count++;
    return allocate(length);
  };
  return { arena, count: () => count };
}
