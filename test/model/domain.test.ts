/** What every domain promises of the numbers in it. */
import { testProp } from '@fast-check/ava';
import test from 'ava';
import fc from 'fast-check';
import { bounded, type Domain, free, level, positive, positiveDefinite, tied, turned } from '../../src/model/domain.js';
import { coordinatesOf, layersOf, nested, tensor } from '../../src/model/tensor.js';
import { Matrix } from '../../src/numerics/matrix.js';

const domains: Readonly<Record<string, Domain>> = {
  free,
  level,
  tied,
  positiveDefinite,
  positive: positive(),
  bounded: bounded(-0.5, 2),
  turned: turned(90),
};

const square = fc
  .integer({ min: 1, max: 6 })
  .chain((n) => fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: n * n, maxLength: n * n }))
  .map((numbers) => new Matrix(Math.sqrt(numbers.length), Math.sqrt(numbers.length), Float64Array.from(numbers)));

const copy = ({ rows, cols, data }: Matrix) => new Matrix(rows, cols, data.slice());

for (const [name, domain] of Object.entries(domains)) {
  testProp(`${name}: a draw and an update end inside, and what is inside stays`, [square], (t, values) => {
    const drawn = copy(values);
    domain.fromDraw(drawn);
    t.is(domain.problem(drawn, 'w'), undefined);
    domain.impose(values);
    // a matrix that is not positive definite cannot be made one
    if (domain !== positiveDefinite) t.is(domain.problem(values, 'w'), undefined);
    const again = copy(values);
    domain.impose(again);
    t.deepEqual(again.data, values.data);
  });

  testProp(
    `${name}: a free parameter moves as far as it reaches, and stays inside`,
    [square, fc.nat()],
    (t, values, k) => {
      domain.fromDraw(values);
      const all = domain.coordinates(values.rows, values.cols);
      t.is(new Set(all.flat()).size, all.flat().length, 'no cell is of two parameters');
      if (all.length === 0) return;
      const places = all[k % all.length];
      for (const sign of [-1, 1]) {
        const moved = copy(values);
        const h = sign * Math.min(1e-4, domain.reach(values.data[places[0]]));
        for (const at of places) moved.data[at] += h;
        t.is(domain.problem(moved, 'w'), undefined);
      }
    },
  );
}

test('draws that lie outside bounds are mirrored at them, and not put on them', (t) => {
  const drawn = new Matrix(1, 4, Float64Array.of(2.5, -1, 10, 1));
  bounded(-0.5, 2).fromDraw(drawn);
  t.deepEqual([...drawn.data], [1.5, 0, 0, 1]);
});

test('what is wrong with a value is told with its indices, got and expected', (t) => {
  const w = (...rows: number[][]) => Matrix.from(rows);
  t.is(tied.problem(w([0, 1], [2, 0]), 'W'), 'must be symmetric, got W[0][1] = 1 and W[1][0] = 2');
  t.is(tied.problem(w([0, 1], [1, 3]), 'W'), 'must have a zero diagonal, got W[1][1] = 3');
  t.is(positiveDefinite.problem(w([1, 2], [2, 1]), 'A'), 'must be positive definite');
  t.is(positive().problem(w([1, 0, -1]), 'k'), 'must be greater than 0, got k[1] = 0');
  t.is(bounded(0, 1).problem(w([1, 0], [2, 0]), 'w'), 'must be from 0 to 1, got w[1][0] = 2');
  t.is(bounded(0, 1).problem(w([1, 0], [2, 0]), 'w', [2, 1, 2]), 'must be from 0 to 1, got w[1][0][0] = 2');
});

test('biases do not decay, everything else may; layers come in the order of the input', (t) => {
  const tensors = [
    tensor({ name: 'W1', kind: 'input', shape: [2, 3], layer: 1 }),
    tensor({ name: 'b1', kind: 'bias', shape: [3], layer: 1, domain: level }),
    tensor({ name: 'K', kind: 'coupling', shape: [4, 1, 3, 3], layer: 2, fan: { in: 9, out: 36 } }),
    tensor({ name: 'W', kind: 'coupling', shape: [2, 2], layer: 3, domain: tied }),
  ];
  t.deepEqual(
    tensors.map(({ domain }) => domain.decays),
    [true, false, true, true],
  );
  t.deepEqual(layersOf(tensors), [[0, 1], [2], [3]]);
  t.deepEqual(
    tensors.map(({ rows, cols }) => [rows, cols]),
    [
      [2, 3],
      [1, 3],
      [4, 9],
      [2, 2],
    ],
  );
  t.is(coordinatesOf(tensors).length, 6 + 3 + 36 + 1);
  t.deepEqual(coordinatesOf(tensors).at(-1), [46, 47]);
});

test('numbers nest as their indices do', (t) => {
  t.deepEqual(nested([1, 2, 3], [3]), [1, 2, 3]);
  t.deepEqual(nested([1, 2, 3, 4, 5, 6], [3, 1, 2]), [[[1, 2]], [[3, 4]], [[5, 6]]]);
});
