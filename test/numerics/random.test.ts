import test from 'ava';
import { randomStream, randomStreams, resumedStream } from '../../src/numerics/random.js';

const draw = (seed: number, purpose: string, count: number, kind: 'uniform' | 'normal' = 'uniform') => {
  const random = randomStream(seed, purpose);
  return Array.from({ length: count }, () => random[kind]());
};
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

test('the same seed and purpose give the same numbers, another of either gives others', (t) => {
  t.deepEqual(draw(1, 'init/W1', 5), draw(1, 'init/W1', 5));
  t.notDeepEqual(draw(1, 'init/W1', 5), draw(2, 'init/W1', 5));
  t.notDeepEqual(draw(1, 'init/W1', 5), draw(1, 'init/W2', 5));
});

test('first draws of neighbouring seeds are not correlated', (t) => {
  const first = Array.from({ length: 4000 }, (_, seed) => draw(seed, 'x', 1)[0]);
  const [a, b] = [first.slice(0, -1).map((v) => v - 0.5), first.slice(1).map((v) => v - 0.5)];
  t.true(Math.abs(mean(first) - 0.5) < 0.02);
  t.true(Math.abs(mean(a.map((v, i) => v * b[i])) * 12) < 0.06);
});

test('uniform fills (0, 1) evenly; normal has mean 0, variance 1 and normal tails', (t) => {
  const uniform = draw(3, 'u', 20000);
  t.true(uniform.every((v) => v > 0 && v < 1));
  const tenths = uniform.reduce(
    (bins, v) => bins.with(Math.floor(v * 10), bins[Math.floor(v * 10)] + 1),
    Array(10).fill(0),
  );
  t.true(tenths.every((n) => Math.abs(n - 2000) < 200));
  const normal = draw(3, 'n', 20000, 'normal');
  t.true(Math.abs(mean(normal)) < 0.03);
  t.true(Math.abs(mean(normal.map((v) => v * v)) - 1) < 0.04);
  t.true(Math.abs(normal.filter((v) => Math.abs(v) > 1.959964).length / 20000 - 0.05) < 0.006);
});

test('a stream goes on from its state, in the middle of a pair of normal numbers too', (t) => {
  const random = randomStream(5, 'sign');
  for (const kind of ['uniform', 'normal', 'uniform'] as const) {
    random[kind]();
    const resumed = resumedStream(JSON.parse(JSON.stringify(random.state())));
    t.deepEqual(
      Array.from({ length: 4 }, () => [resumed.normal(), resumed.uniform()]),
      Array.from({ length: 4 }, () => [random.normal(), random.uniform()]),
    );
  }
});

test('the streams of an owner go on where they were, by purpose, and are their own', (t) => {
  const streams = randomStreams(1, 'engine/ep');
  const first = streams.stream('sign').uniform();
  t.is(first, draw(1, 'engine/ep/sign', 1)[0]);
  const saved = streams.states();
  t.deepEqual(Object.keys(saved), ['sign']);
  const second = streams.stream('sign').uniform();
  t.is(second, draw(1, 'engine/ep/sign', 2)[1]);
  t.is(randomStreams(1, 'engine/ep', saved).stream('sign').uniform(), second);
  streams.resume(saved);
  t.is(streams.stream('sign').uniform(), second);
  t.not(randomStreams(1, 'engine/other').stream('sign').uniform(), first);
  t.not(streams.stream('other').uniform(), second);
});

test('pin: the numbers that published CSV files were made from', (t) => {
  t.snapshot(draw(1, 'data/x', 4));
  t.snapshot(draw(1, 'init/W1', 4, 'normal'));
});
