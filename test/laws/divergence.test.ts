/** A look at a whole state is saved where it can say nothing new; whether it has diverged is known as if it were taken. */
import test from 'ava';
import { Blocks } from '../../src/numerics/blocks.js';
import type { Bounds } from '../../src/numerics/bounds.js';
import { maxAbs } from '../../src/numerics/kernels.js';
import { randomStream } from '../../src/numerics/random.js';
import { euler, rk4 } from '../../src/solver/integrator.js';
import { hasDiverged, Watch } from '../../src/solver/relax.js';

const bounded: [name: string, bounds: Bounds | undefined][] = [
  ['no bounds', undefined],
  ['a box with 0 in it', { lower: -3e5, upper: Number.POSITIVE_INFINITY }],
  ['a box far from 0', { lower: 2e6, upper: 3e6 }],
];

for (const integrator of [euler, rk4]) {
  for (const [name, bounds] of bounded) {
    test(`${integrator.name}, ${name}: a watch says at every step what a look says`, (t) => {
      const random = randomStream(3, `watch/${integrator.name}/${name}`);
      const said = new Set<boolean>();
      for (const rate of [0.1, -0.4, 1.5, Number.NaN]) {
        const s = Blocks.real([{ name: 's', rows: 3, cols: 4 }]);
        for (let i = 0; i < s.data.length; i++) s.data[i] = random.normal();
        const force = s.like();
        const field = (at: Blocks, out: Blocks) => {
          for (let i = 0; i < out.data.length; i++) out.data[i] = rate * at.data[i] + random.normal();
          return maxAbs(out.data);
        };
        const step = integrator.prepare(s, integrator.projects ? bounds : undefined);
        const watch = new Watch(integrator, bounds);
        for (let i = 0; i < 60; i++) {
          said.add(hasDiverged(s));
          t.is(watch.hasDiverged(s), hasDiverged(s), `${rate}, step ${i}`);
          const size = field(s, force);
          step(field, s, force, 0.5, s);
          watch.moved(0.5, size);
        }
      }
      t.is(said.size, 2);
    });
  }
}
