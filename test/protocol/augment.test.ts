import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { Matrix } from '../../src/numerics/matrix.js';
import { randomStream } from '../../src/numerics/random.js';
import { augmented } from '../../src/protocol/train/augment.js';
import { bench, small, trainBench, trained } from '../_support/train.js';

const [C, H, W] = [2, 4, 5];
/** Pixels that tell where they are; 0 is the margin alone. */
const image = Array.from({ length: C * H * W }, (_, i) => i + 1);

/** Every image that a crop of the margin can give, mirrored or not, as text. */
function possible(crop: number, flips: readonly boolean[]): Map<string, string> {
  const all = new Map<string, string>();
  for (let down = -crop; down <= crop; down++)
    for (let right = -crop; right <= crop; right++)
      for (const flip of flips) {
        const pixels: number[] = [];
        for (let c = 0; c < C; c++)
          for (let y = down; y < H + down; y++)
            for (let x = right; x < W + right; x++) {
              const column = flip ? W - 1 - x : x;
              const inside = y >= 0 && y < H && column >= 0 && column < W;
              pixels.push(inside ? image[c * H * W + y * W + column] : 0);
            }
        all.set(pixels.join(), `${down} ${right} ${flip}`);
      }
  return all;
}

testProp(
  'each image is one that its margin holds, channels together, and each of those comes as often as the others',
  [fc.integer({ min: 0, max: 1 }), fc.boolean(), fc.nat()],
  (t, crop, flip, seed) => {
    fc.pre(crop > 0 || flip);
    const ways = possible(crop, flip ? [false, true] : [false]);
    const counts = new Map<string, number>();
    const rows = 200 * ways.size;
    const x = new Matrix(rows, C * H * W);
    for (let i = 0; i < rows; i++) x.row(i).set(image);
    augmented({ ...(crop > 0 && { crop }), flip }, [C, H, W], x, randomStream(seed, 'test'));
    for (let i = 0; i < rows; i++) {
      const way = ways.get(Array.from(x.row(i)).join());
      t.truthy(way);
      counts.set(way!, (counts.get(way!) ?? 0) + 1);
    }
    // 200 ± 14 of each: six standard deviations
    t.is(counts.size, ways.size);
    for (const count of counts.values()) t.true(Math.abs(count - 200) < 85, String(count));
  },
  { seed: 1987, numRuns: 10 },
);

test('training sees other images in every epoch, alike for all engines and after a checkpoint', (t) => {
  const given = (augment: object | undefined) => ({
    network: { energy: 'hopfield', layers: [[1, 3, 3], { channels: 2, kernel: 2 }, 2], activation: 'sigmoid' },
    protocol: {
      name: 'train',
      epochs: 2,
      batch: 3,
      checkpoint_every: 4,
      optimizer: { name: 'sgd', rates: 0.1 },
      ...(augment && { augment }),
    },
  });
  const [plain, first, again] = [undefined, { crop: 1, flip: true }, { crop: 1, flip: true }].map((augment) =>
    trained(given(augment)),
  );
  const resumed = trained(given({ crop: 1, flip: true }), (made) => bench(made, { resume: first.checkpoints[0].data }));
  const last = (run: typeof first) => Buffer.from(run.files.get('ep-last.npz')!);
  t.true(last(first).equals(last(again)));
  t.true(last(first).equals(last(resumed)));
  t.false(last(first).equals(last(plain)));
});

test('an input that is no image is refused', (t) => {
  const given = { network: small.network, protocol: { ...small.protocol, augment: { flip: true } } };
  const { protocol, bench: made } = trainBench(given);
  t.deepEqual(protocol.problems!(made.dynamics, false), [
    [
      ['augment'],
      'must be left out: the input of hopfield is no image, which layers: [[channels, height, width], …] would make it',
    ],
  ]);
});
