import test from 'ava';
import fc from 'fast-check';
import type * as z from 'zod';
import { create } from '../../src/entry.js';
import { level } from '../../src/model/domain.js';
import { layersOf, tensor } from '../../src/model/tensor.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { annealed, layerProblems, ratesOf } from '../../src/optimizer/optimizer.js';
import { registry } from '../../src/registry.js';

const shapes = [
  tensor({ name: 'W1', shape: [2, 3], kind: 'input', layer: 1 }),
  tensor({ name: 'b1', shape: [3], kind: 'bias', layer: 1, domain: level }),
  tensor({ name: 'W2', shape: [3, 1], kind: 'coupling', layer: 2 }),
  tensor({ name: 'b2', shape: [1], kind: 'bias', layer: 2, domain: level }),
];
const isWeight = [...Array(6).fill(1), 0, 0, 0, 1, 1, 1, 0] as number[];
const size = isWeight.length;

/** The formulas as they stand in the papers, for one number: what remains of t − 1 steps, and the t-th. */
const formulas: Record<string, (g: readonly number[], o: Record<string, number>) => number> = {
  sgd: (g) => g.at(-1)!,
  momentum: (g, o) => g.reduce((m, gt) => o['momentum'] * m + gt, 0),
  adam(g, o) {
    const mean = (share: number, power: number) =>
      g.reduce((m, gt) => share * m + (1 - share) * gt ** power, 0) / (1 - share ** g.length);
    return mean(o['beta1'], 1) / (Math.sqrt(mean(o['beta2'], 2)) + o['epsilon']);
  },
};
const options: Record<string, Record<string, number>> = {
  sgd: {},
  momentum: { momentum: 0.8 },
  adam: { beta1: 0.7, beta2: 0.9, epsilon: 1e-6 },
};

for (const name of Object.keys(registry.optimizers)) {
  test(`${name} takes the steps of its formula, with weight decay and decaying rates`, (t) => {
    const numbers = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: size, maxLength: size });
    fc.assert(
      fc.property(numbers, fc.array(numbers, { minLength: 1, maxLength: 4 }), (start, gradients) => {
        const [rates, lambda] = [[0.1, 0.3], 0.05];
        const optimizer = create(registry.optimizers, {
          name,
          rates,
          weight_decay: lambda,
          decay: 0.5,
          ...options[name],
        });
        const theta = Blocks.real(shapes);
        theta.data.set(start);
        const descent = optimizer.start(shapes, theta);
        const gradient = theta.like();
        const seen: number[][] = isWeight.map(() => []);
        for (const [step, g] of gradients.entries()) {
          const decay = step < 2 ? 1 : 0.5;
          gradient.data.set(g);
          for (let i = 0; i < size; i++) seen[i].push(g[i] + lambda * isWeight[i] * theta.data[i]);
          descent.turn(gradient, theta, decay);
          for (let i = 0; i < size; i++) {
            const expected = decay * rates[i < 9 ? 0 : 1] * formulas[name](seen[i], options[name]);
            const error = Math.abs(gradient.data[i] - expected);
            t.true(error <= 1e-12 * Math.abs(expected) + 1e-14, `${gradient.data[i]} against ${expected}`);
            theta.data[i] -= gradient.data[i];
          }
        }
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test(`${name} goes on from its memory as if it had not stopped`, (t) => {
    const descentOf = () =>
      create(registry.optimizers, { name, rates: 0.1, weight_decay: 0, decay: 1, ...options[name] }).start(
        shapes,
        Blocks.real(shapes),
      );
    const theta = Blocks.real(shapes).fill(1);
    const turn = (descent: ReturnType<typeof descentOf>, value: number) => {
      const gradient = theta.like().fill(value);
      descent.turn(gradient, theta, 1);
      return gradient.data.slice();
    };
    const [first, second] = [descentOf(), descentOf()];
    turn(first, 0.3);
    turn(first, -1.7);
    first.memory.forEach((block, i) => {
      second.memory[i].copy(block);
    });
    t.deepEqual(turn(second, 0.9), turn(first, 0.9));
  });
}

test('rates: one for all, or one a layer, by the number in the name of a tensor', (t) => {
  const schedule = (rates: number | number[]) => ({ rates, weight_decay: 0, decay: 1 });
  t.deepEqual(layersOf(shapes), [
    [0, 1],
    [2, 3],
  ]);
  t.deepEqual(ratesOf(schedule(0.1), shapes), [0.1, 0.1, 0.1, 0.1]);
  t.deepEqual(ratesOf(schedule([0.1, 0.05]), shapes), [0.1, 0.1, 0.05, 0.05]);
  const recurrent = ['W', 'U', 'b'].map((name, i) => tensor({ name, shape: [1], kind: 'coupling', layer: i + 1 }));
  t.deepEqual(ratesOf(schedule([1, 2, 3]), recurrent), [1, 2, 3]);
  t.deepEqual(layerProblems(schedule([1, 2, 3]), recurrent), []);
  t.deepEqual(layerProblems({ ...schedule([1]), weight_decay: [0, 0, 0] }, shapes), [
    ['rates', 'has 1 rates for 2 layers (W1 and b1; W2 and b2)'],
    ['weight_decay', 'has 3 weight decays for 2 layers (W1 and b1; W2 and b2)'],
  ]);
});

for (const [name, { options: taken }] of Object.entries(registry.optimizers)) {
  test(`${name}: whatever may be a list, one number a layer, is told where it has too few or too many`, (t) => {
    const lists = Object.entries(taken as Record<string, z.ZodType>).filter(([, of]) => of.safeParse([0.1]).success);
    t.true(lists.length > 0);
    for (const [key] of lists) {
      for (const list of [[0.1], [0.1, 0.2, 0.3]]) {
        const { schedule } = create(registry.optimizers, { name, rates: 0.1, decay: 1, ...options[name], [key]: list });
        const [[told, message]] = layerProblems(schedule, shapes);
        t.is(told, key);
        t.regex(message, new RegExp(`^has ${list.length} .* for 2 layers`));
      }
    }
  });
}

test('momentum and weight decay of one layer each are those of an optimizer of that layer alone', (t) => {
  const turned = (momentum: unknown, weight_decay: unknown) => {
    const theta = Blocks.real(shapes);
    theta.data.forEach((_, i) => {
      theta.data[i] = i - 3;
    });
    const descent = create(registry.optimizers, {
      name: 'momentum',
      rates: 0.1,
      decay: 1,
      momentum,
      weight_decay,
    }).start(shapes, theta);
    const gradient = theta.like();
    for (const value of [1, -2, 0.5]) descent.turn(gradient.fill(value), theta, 1);
    return Array.from(gradient.data);
  };
  const [both, first, second] = [turned([0.8, 0.3], [0.01, 0.2]), turned(0.8, 0.01), turned(0.3, 0.2)];
  t.deepEqual(both, [...first.slice(0, 9), ...second.slice(9)]);
});

test('schedules: half a cosine from 1 to the least, where it stays; a factor an epoch', (t) => {
  const at = (schedule: object | undefined, done: number, decay = 1) =>
    annealed({ rates: 1, weight_decay: 0, decay, schedule: schedule as never }, done, 20);
  const cosine = { name: 'cosine', least: 0.1 };
  for (let done = 0; done <= 20; done++) {
    const expected = 0.1 + 0.45 * (1 + Math.cos((Math.PI * done) / 20));
    t.true(Math.abs(at(cosine, done) - expected) < 1e-15);
    t.is(at({ ...cosine, epochs: 10 }, done), at(cosine, Math.min(20, 2 * done)));
    t.is(at({ name: 'exponential', factor: 0.9 }, done), at(undefined, done, 0.9));
    t.is(at(cosine, done, 0.5), at(cosine, done) * 0.5 ** done);
  }
  t.is(at(undefined, 7), 1);
});
