/** Powers, and that nothing that computes takes those of the language: their last bits are a matter of the version of V8. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { power } from '../../src/numerics/power.js';
import { packageRoot } from '../../src/package.js';

const src = fileURLToPath(new URL('src/', packageRoot));

test('whole powers are products, to the bit; roots and squares are what they are; others are near', (t) => {
  for (const x of [0.1, 1e-4, 3, -0.7, 1 / 3]) {
    t.is(power(x, 0), 1);
    t.is(power(x, 1), x);
    t.is(power(x, -1), 1 / x);
    t.is(power(x, 3), x * x * x);
    for (const n of [-70, -65, 65, 80]) t.true(Math.abs(power(x, n) / x ** n - 1) < 1e-12, `${x}^${n}`);
  }
  t.is(power(2, 0.5), Math.SQRT2);
  t.true(Math.abs(power(2, 1 / 3) - Math.cbrt(2)) < 1e-15);
  t.deepEqual([power(0, 0), power(0, 2), power(0, -2), power(0, 0.3), power(-1, 0.3)], [1, 0, Infinity, 0, NaN]);
});

/** Exact in every version. */
const isExact = (base: string, exponent: string) => /(^|[^\w.])2$/.test(base) || /^2\b(?!\.)/.test(exponent);

test('rooms that compute take no power of the language but squares, and powers of 2', (t) => {
  const rooms = [
    'data',
    'engine',
    'metrics',
    'model',
    'numerics',
    'optimizer',
    'plan',
    'protocol',
    'solver',
    'task',
    'agent',
  ];
  let squares = 0;
  for (const room of rooms)
    for (const file of readdirSync(join(src, room), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const lines = readFileSync(join(src, room, file), 'utf8').split('\n');
      for (const line of lines.filter((one) => !/^\s*(\/?\*|\/\/)/.test(one))) {
        t.false(/Math\.pow\b/.test(line), `${room}/${file}: ${line}`);
        for (const [, base, exponent] of line.matchAll(/(\S+) \*\* (\S+)/g)) {
          t.true(isExact(base, exponent), `${room}/${file}: ${line}`);
          squares++;
        }
      }
    }
  t.true(squares > 5);
});
