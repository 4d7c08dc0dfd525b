/** Pins: the examples that come out of a seed, to the bit, on every Node. A change of one is a change of every result on it. */
import { createHash } from 'node:crypto';
import test from 'ava';
import { numbersOf, reader, sourceOf } from '../_support/data.js';

const pins: Record<string, [options: object, sha256: string]> = {
  xor: [{ noise: 0.1, examples: 20, test: 20 }, '8f2e1e6e70ac8e7b2aa7f34615984816a4c7ca51fc90533c7b9682ffcdf02f74'],
  'two-moons': [{}, '642f8768d882edd4907459c43c68a8941554866e72e62bb5db7e1057d80a6e28'],
  spirals: [{}, 'c0d9ee6341402c549da41dbb10d8110936d076a536c62c49b27a28d2bc429075'],
  'digits-synthetic': [
    { examples: 300, test: 100, noise: 0.02 },
    '54cad9964ee190cf12de3ab3b1b6e286788294d9df7d60804e8df07221dda401',
  ],
};

for (const [name, [options, pin]] of Object.entries(pins)) {
  test(`${name} is what it was`, (t) => {
    const { train, test: held } = sourceOf({ name, ...options }).load(reader({}));
    const hash = createHash('sha256');
    for (const set of [train, held!]) {
      const { x, y } = numbersOf(set);
      for (const rows of [x, y]) hash.update(Float64Array.from(rows.flat()));
    }
    t.is(hash.digest('hex'), pin);
  });
}
