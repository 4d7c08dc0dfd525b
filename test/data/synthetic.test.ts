import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { turn } from '../../src/numerics/turn.js';
import { numbersOf, reader, sourceOf } from '../_support/data.js';

const load = (name: string, options: object = {}) => sourceOf({ name, ...options }).load(reader({}));

testProp(
  'turn is cos and sin of 2π times its argument',
  [fc.double({ min: -4, max: 4, noNaN: true })],
  (t, turns) => {
    const [cos, sin] = turn(turns);
    t.true(Math.abs(cos - Math.cos(2 * Math.PI * turns)) < 1e-14);
    t.true(Math.abs(sin - Math.sin(2 * Math.PI * turns)) < 1e-14);
    t.true(Math.abs(cos * cos + sin * sin - 1) < 1e-15);
  },
  { seed: 1987 },
);

test('turn is exact at quarters', (t) => {
  for (let quarter = -8; quarter <= 8; quarter++) {
    const [cos, sin] = turn(quarter / 4);
    t.deepEqual([cos + 0, sin + 0].map(Math.abs).sort(), [0, 1]);
    t.is(cos + 0, Math.round(Math.cos((quarter * Math.PI) / 2)) + 0);
  }
});

test('xor is the exclusive or of its inputs', (t) => {
  const { train, test: none } = load('xor');
  const { x, y } = numbersOf(train);
  t.is(none, undefined);
  t.deepEqual(x.map(String).sort(), ['0,0', '0,1', '1,0', '1,1']);
  for (const [i, [a, b]] of x.entries()) t.deepEqual(y[i], a === b ? [1, 0] : [0, 1]);
});

test('moons without noise are half circles about (0, 0) and (1, ½)', (t) => {
  const { train } = load('two-moons', { noise: 0 });
  for (const [i, [a, b]] of numbersOf(train).x.entries()) {
    const moon = train.labels![i];
    const [x, y] = moon === 0 ? [a, b] : [1 - a, 0.5 - b];
    t.true(Math.abs(x * x + y * y - 1) < 1e-14 && y >= 0);
  }
});

test('a point of a spiral without noise lies on its arm', (t) => {
  const [arms, turns] = [3, 1.5];
  const { train } = load('spirals', { noise: 0, arms, turns });
  t.is(train.outputs, arms);
  for (const [i, [x, y]] of numbersOf(train).x.entries()) {
    const along = Math.hypot(x, y);
    const angle = Math.atan2(y, x) / (2 * Math.PI) - along * turns - train.labels![i] / arms;
    t.true(Math.abs(angle - Math.round(angle)) < 1e-12);
    t.true(along <= 1);
  }
});

test('noise is normal with the standard deviation asked for', (t) => {
  const options = { examples: 4000, noise: 0.2 };
  const { x } = numbersOf(load('xor', options).train);
  const squares = x.map(([a], i) => (a - (Math.floor(i / 2) % 2)) ** 2);
  // σ² = 0.04 ± 0.0009
  t.true(Math.abs(squares.reduce((a, b) => a + b) / squares.length - 0.04) < 0.005);
});

const small = { examples: 60, test: 30, side: 14 };

test('every ten digits in a row are the ten digits', (t) => {
  const { train, test: held } = load('digits-synthetic', { ...small, examples: 65 });
  for (const set of [train, held!]) {
    for (let from = 0; from + 10 <= set.count; from += 10) {
      t.deepEqual([...set.labels!.slice(from, from + 10)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  }
  t.is(train.count, 65);
});

test('a smaller set of digits is the beginning of a larger one; training and test are apart', (t) => {
  const [few, many] = [load('digits-synthetic', small), load('digits-synthetic', { ...small, examples: 90, test: 0 })];
  const [a, b] = [numbersOf(few.train), numbersOf(many.train)];
  t.deepEqual(a.x, b.x.slice(0, 60));
  t.deepEqual(a.y, b.y.slice(0, 60));
  t.is(many.test, undefined);
  const written = new Set(a.x.map(String));
  t.is(written.size, 60, 'no two are alike');
  t.false(numbersOf(few.test!).x.some((image) => written.has(String(image))));
});

test('another seed writes other digits; distortion 0 writes them all alike, as many ways as there are', (t) => {
  const images = (options: object) => numbersOf(load('digits-synthetic', { ...small, ...options }).train).x.map(String);
  const one = new Set(images({}));
  t.false(images({ seed: 2 }).some((image) => one.has(image)));
  const ways = new Set(images({ distortion: 0, examples: 400 })).size;
  t.true(ways >= 20 && ways <= 30, `${ways} ways`);
});

test('digits keep off the margin and are ink on paper', (t) => {
  const { train } = load('digits-synthetic', { ...small, examples: 200, side: 28 });
  t.deepEqual(train.image, [28, 28]);
  for (const image of numbersOf(train).x) {
    const ink = image.reduce((a, b) => a + b) / image.length;
    t.true(ink > 0.02 && ink < 0.4, `${ink} of the image is ink`);
    const corners = [0, 27, 28 * 27, 28 * 28 - 1].map((at) => image[at]);
    t.deepEqual(corners, [0, 0, 0, 0]);
    t.true(image.every((value) => value >= 0 && value <= 1) && image.some((value) => value > 0.9));
  }
});

test('a digit is nearer to the mean of its own class than to another, mostly and not always: neither noise nor a giveaway', (t) => {
  const { train, test: held } = load('digits-synthetic', { examples: 1000, test: 400, side: 14 });
  const [known, asked] = [numbersOf(train).x, numbersOf(held!).x];
  const means = Array.from({ length: 10 }, (_, digit) => {
    const own = known.filter((_, i) => train.labels![i] === digit);
    return own[0].map((_, j) => own.reduce((sum, image) => sum + image[j], 0) / own.length);
  });
  const distance = (a: number[], b: number[]) => a.reduce((sum, value, j) => sum + (value - b[j]) ** 2, 0);
  const wrong = asked.filter((image, i) => {
    const distances = means.map((mean) => distance(image, mean));
    return distances.indexOf(Math.min(...distances)) !== held!.labels![i];
  });
  const error = wrong.length / asked.length;
  t.log(`nearest mean: ${(100 * error).toFixed(1)} % wrong`);
  t.true(error > 0.05 && error < 0.4);
});

test('points of the plane are no images, of whatever shape', (t) => {
  for (const name of ['xor', 'two-moons', 'spirals']) {
    const { problems } = sourceOf({ name });
    t.deepEqual(problems!({ inputs: 2, outputs: 2 }), []);
    const said = problems!({ inputs: 2, outputs: 2, image: [1, 1, 2] }).map(([, message]) => message);
    t.deepEqual(said, [
      `the examples of ${name} are points of the plane, and the network takes images of 1 × 1 × 2: write layers: [2, …]`,
    ]);
  }
});
