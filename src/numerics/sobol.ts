/** Points that fill a cube evenly, the first of them whatever their number. */
import { directions } from './joe-kuo.js';
import type { Random } from './random.js';

const BITS = 32;

export const SOBOL_DIMENSIONS = directions.length + 1;

/**
 * One coordinate of Sobol's sequence in the order of Gray code (Antonov & Saleev 1979), as 32 bits behind the point: of
 * its first 2^m points there is one in each interval of length 2^−m. @param dimension from 0.
 */
export function sobol(dimension: number, scramble?: Random): (index: number) => number {
  const plain = directionNumbers(dimension);
  const rows = scramble && lowerTriangle(scramble);
  const numbers = rows ? plain.map((number) => times(rows, number)) : plain;
  const shift = scramble ? word(scramble) : 0;
  return (index) => {
    let found = shift;
    for (let [gray, k] = [index ^ (index >>> 1), 0]; gray > 0; gray >>>= 1, k++) if (gray & 1) found ^= numbers[k];
    return found >>> 0;
  };
}

/** v₁ … v₃₂, the first bit behind the point highest: Bratley & Fox 1988, (2) and (3). */
function directionNumbers(dimension: number): number[] {
  if (dimension === 0) return Array.from({ length: BITS }, (_, k) => 2 ** (BITS - 1 - k));
  const { a, m } = directions[dimension - 1];
  const degree = m.length;
  const numbers = m.map((value, k) => (value * 2 ** (BITS - 1 - k)) >>> 0);
  for (let k = degree; k < BITS; k++) {
    let next = numbers[k - degree] ^ (numbers[k - degree] >>> degree);
    for (let i = 1; i < degree; i++) if ((a >>> (degree - 1 - i)) & 1) next ^= numbers[k - i];
    numbers.push(next >>> 0);
  }
  return numbers;
}

/** 32 random bits. */
export const word = (random: Random): number => Math.floor(random.uniform() * 2 ** BITS);

/** A random matrix of bits, 1 on its diagonal and 0 above: it leaves the intervals even (Matoušek 1998). Row by row. */
function lowerTriangle(random: Random): number[] {
  return Array.from({ length: BITS }, (_, row) => {
    const diagonal = 2 ** (BITS - 1 - row);
    const below = row === 0 ? 0 : (word(random) & -(2 * diagonal)) >>> 0;
    return (below | diagonal) >>> 0;
  });
}

/** A product over bits. */
function times(rows: readonly number[], vector: number): number {
  return rows.reduce((sum, row, k) => (parity(row & vector) ? sum | (2 ** (BITS - 1 - k)) : sum), 0) >>> 0;
}

function parity(bits: number): number {
  let folded = bits;
  for (const by of [16, 8, 4, 2, 1]) folded ^= folded >>> by;
  return folded & 1;
}
