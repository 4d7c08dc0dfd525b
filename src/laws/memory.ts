/** What every dynamics promises of the memory that it takes. */
import type { System } from '../model/types.js';
import { Blocks } from '../numerics/blocks.js';
import { backend } from '../numerics/current-backend.js';
import type { Numbers } from '../numerics/numbers.js';
import { force, type Promised, randomLike } from './place.js';

/** All numbers that a system gives of two states. */
function numbersOf({ energy, response, switches, ...system }: System, a: Blocks, b: Blocks): number[] {
  const found: number[] = [...force(system as System)(a)];
  const z = a.of(a.shapes, true).copy(a);
  const out = z.like();
  system.force(z, out);
  found.push(...out.data);
  if (energy) {
    const change = Blocks.real(system.dynamics.parameters);
    energy.addGradChange([{ s: b, weight: { re: 1, im: 0 } }], a, change);
    found.push(...energy.value(a), ...change.data);
  }
  response?.groups.forEach((_, group) => {
    const moved = a.clone();
    response.move(a, group, moved);
    found.push(...moved.data);
  });
  if (switches) found.push(switches.between(a, b));
  return found;
}

export const ofMemory: readonly Promised[] = [
  [
    `whoever linearises again and again takes no more room from θ`,
    (at, t) => {
      const { bench, s } = at;
      let taken = 0;
      const theta = bench.theta.counting((length) => {
        taken += length;
      });
      const system = bench.dynamics.bind(theta, bench.x);
      const first = system.linearise(s);
      first.move(s);
      first.apply(s, s.like());
      const before = taken;
      for (let i = 0; i < 3; i++) system.linearise(s).apply(s, s.like());
      t.is(taken, before, 'numbers taken from θ');
    },
  ],

  [
    `what it gives is that of the states shown, whatever it was shown before and wherever that was`,
    ({ bench, s }, t) => {
      const gone: Numbers[] = [];
      const lent = {
        allocate(length: number) {
          const buffer = backend().allocate(length);
          gone.push(buffer);
          return buffer;
        },
      };
      const system = bench.dynamics.bind(bench.theta, bench.x);
      const other = randomLike(s, 'other', true);
      const first = numbersOf(system, s.clone(lent), other.clone(lent));
      for (const buffer of gone) buffer.fill(Number.NaN);
      t.equal(numbersOf(system, s, other), first, 'numbers of the same states elsewhere');
      const written = gone.reduce((sum, buffer) => sum + buffer.filter((value) => !Number.isNaN(value)).length, 0);
      t.is(written, 0, 'numbers written where the first states were');
    },
  ],
];
