/** Dense systems and eigenvalues at the edges of what numbers hold. */
import test from 'ava';
import { eigenpairs, solved } from '../../src/numerics/decompositions.js';

const system = (...rows: number[][]) => Float64Array.from(rows.flat());

test('what is small beside the rest of a solution is as exact as the rest', (t) => {
  const chain = system([1, -1e-9, 0], [0, 1, -1e-9], [0, 0, 1]);
  t.deepEqual(solved(chain, Float64Array.of(0, 0, 1)), [1e-9 * 1e-9, 1e-9, 1]);
  t.deepEqual(solved(system([1e-16, 0], [0, 2e-16]), Float64Array.of(1, 1)), [1e16, 5e15]);
  // an entry below 1e-15 under its pivot
  t.deepEqual(solved(system([-1, 0], [1e-17, -1]), Float64Array.of(1, 0)), [-1, -1e-17]);
});

test('a matrix is singular where a pivot is round-off of the others', (t) => {
  t.is(solved(system([1, 2], [2, 4]), Float64Array.of(1, 1)), undefined);
  t.is(solved(system([1, 1 / 3], [3, 1 + 2 ** -52]), Float64Array.of(1, 1)), undefined);
  t.is(solved(system([0]), Float64Array.of(1)), undefined);
  t.true(Number.isNaN(solved(system([1, Number.NaN], [0, 1]), Float64Array.of(1, 1))?.[0]));
});

for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
  for (const symmetric of [true, false])
    test(`eigenvalues of what is not finite are NaN: ${bad}${symmetric ? ', symmetric' : ''}`, (t) => {
      const matrix = [
        [1, 2, 3],
        [2, bad, 1],
        [3, 1, 5],
      ];
      t.deepEqual(
        eigenpairs(matrix, symmetric).map(({ re }) => re),
        [Number.NaN, Number.NaN, Number.NaN],
      );
    });
