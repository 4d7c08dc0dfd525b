/** What every dynamics promises of its fixed points, and of the ways there that it offers. */
import { Blocks } from '../numerics/blocks.js';
import { lowerAt, upperAt } from '../numerics/bounds.js';
import { boundsOf, freeField, freeUnits } from '../solver/field.js';
import { restOf } from './bench.js';
import { energySlopes } from './differences.js';
import { rangesOf } from './networks.js';
import { distance } from './numbers.js';
import { type Promised, randomLike } from './place.js';

const NO_BOX = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

export const ofRest: readonly Promised[] = [
  [
    `at the free fixed point the projected force vanishes, and pinned units are left out of J`,
    (at, t) => {
      const { bench } = at;
      const { system, free, freeUnits: mask, residual: left } = restOf(bench, t);
      const residual = free.like();
      freeField(system)(free, residual);
      t.near(
        residual.data,
        residual.data.map(() => 0),
        left,
        'F at the free fixed point',
      );
      t.equal(mask, freeUnits(system, free), 'units that no bound pins');
      if (system.energy && (system.dynamics.time === 'discrete' || system.dynamics.agreement !== 'none')) {
        // stationary where no bound holds it; a map steps towards its bounds, and is as near as F is small
        const { slopes, doubts } = energySlopes(system, free);
        const bounds = boundsOf(system) ?? rangesOf(at.network, free) ?? NO_BOX;
        const isHeld = (s: number, i: number) => s - left <= lowerAt(bounds, i) || s + left >= upperAt(bounds, i);
        const beyond = slopes.map((slope, i) =>
          isHeld(free.data[i], i) ? 0 : Math.max(0, Math.abs(slope) - doubts[i]),
        );
        t.near(
          beyond,
          beyond.map(() => 0),
          1e-7,
          '∂E/∂s at the free fixed point, beyond what differences of E may be off by',
        );
      }
      if (!mask) return t.is(bench.dynamics.box, undefined, 'box, where no unit is pinned');
      const [v, Jv] = [randomLike(free, 'v'), free.like()];
      system.linearise(free, mask).apply(v, Jv);
      const pinned = Jv.data.map((value, i) => (mask[i] === 1 ? 0 : value));
      return t.near(
        pinned,
        pinned.map(() => 0),
        0,
        'Jv of pinned units',
      );
    },
  ],
  [
    `a set of blocks goes to where its F vanishes, no other moves; none sees its own members`,
    (at, t) => {
      const { bench, system } = at;
      if (!system.response) return;
      const { groups, move } = system.response;
      t.equal(groups.flat().sort(), [...system.shapes.keys()], 'blocks in all sets');
      const random = randomLike(Blocks.real(system.shapes), 's', true);
      for (const [group, blocks] of groups.entries()) {
        const s = random.clone();
        const before = s.clone();
        move(s, group, s);
        const F = s.like();
        // of max pooling what comes down changes where the units below let another through
        if (system.switches?.between(before, s)) continue;
        freeField(system)(s, F);
        s.parts[0].forEach((block, k) => {
          const name = system.shapes[k].name;
          if (!blocks.includes(k)) t.equal(block.data, random.parts[0][k].data, `${name}, which is held`);
          else
            t.near(
              F.parts[0][k].data,
              block.data.map(() => 0),
              1e-12,
              `F of ${name}, which has moved`,
            );
        });
      }
      // taken in turns they lead to the fixed point
      const { free } = restOf(bench, t);
      const s = Blocks.real(system.shapes);
      for (let turn = 0; turn < 2000; turn++) move(s, turn % groups.length, s);
      const apart = distance(s.data, free.data);
      t.suppose(
        apart <= 1e-9,
        `turns lead to the one fixed point: after 2000 they are at a relative distance of ${apart}`,
      );
    },
  ],
];
