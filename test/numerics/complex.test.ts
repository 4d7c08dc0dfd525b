import test from 'ava';
import { onUnitCircle } from '../../src/numerics/complex.js';

test('points of the unit circle are cos and sin to a unit in the last place', (t) => {
  for (const whole of [1, 2, 3, 4, 5, 7, 8, 12, 30, 360, 1000]) {
    for (let part = 0; part < whole; part++) {
      const angle = (2 * Math.PI * part) / whole;
      const { re, im } = onUnitCircle(part, whole);
      // the angle itself is rounded: half a unit of 2π
      t.true(Math.abs(re - Math.cos(angle)) < 1.5e-15 && Math.abs(im - Math.sin(angle)) < 1.5e-15, `${part}/${whole}`);
      t.true(Math.abs(re * re + im * im - 1) < 4e-16);
    }
  }
});

test('quarters are exact, and what is symmetric has the same bits', (t) => {
  for (const whole of [4, 8, 360]) {
    const quarters = [0, 1, 2, 3].map((quarter) => onUnitCircle((quarter * whole) / 4, whole));
    // numbers compared with ===, for which 0 is −0
    const expected = [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ];
    for (const [i, { re, im }] of quarters.entries()) t.true(re === expected[i][0] && im === expected[i][1]);
  }
  for (const whole of [3, 5, 7, 30]) {
    for (let part = 1; part < whole; part++) {
      const [up, down] = [onUnitCircle(part, whole), onUnitCircle(whole - part, whole)];
      t.true(Math.abs(up.re - down.re) < 4e-16 && Math.abs(up.im + down.im) < 4e-16);
    }
  }
});

test('a fraction of a degree', (t) => {
  const { re, im } = onUnitCircle(12.5, 360);
  t.true(Math.abs(re - Math.cos((12.5 * Math.PI) / 180)) < 3e-16);
  t.true(Math.abs(im - Math.sin((12.5 * Math.PI) / 180)) < 3e-16);
});
