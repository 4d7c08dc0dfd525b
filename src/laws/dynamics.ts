/** What every dynamics promises, judged by finite differences and by the complex step. */
import { coordinatesOf, type Tensor } from '../model/tensor.js';
import type { System, WeightedState } from '../model/types.js';
import { Blocks } from '../numerics/blocks.js';
import { lowerAt, upperAt } from '../numerics/bounds.js';
import { real } from '../numerics/complex.js';
import { addScaled, clip, dot, norm2 } from '../numerics/kernels.js';
import { sum } from '../numerics/numbers.js';
import { randomStream } from '../numerics/random.js';
import type { Bench } from '../protocol/protocol.js';
import { boundsOf, freeField, freeUnits, nudgedField } from '../solver/field.js';
import { euler } from '../solver/integrator.js';
import { settle } from '../solver/relax.js';
import { benchOf, problemOf } from './bench.js';
import { directional, energySlopes } from './differences.js';
import { type Claims, type Law, law } from './law.js';
import { boxOf, type Network, title } from './networks.js';
import { distance } from './numbers.js';

function randomLike(blocks: Blocks, purpose: string, inside = false): Blocks {
  const random = randomStream(7, purpose);
  const out = blocks.like();
  for (let i = 0; i < out.data.length; i++) out.data[i] = inside ? 0.1 + 0.8 * random.uniform() : random.normal();
  return out;
}

const NO_BOX = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

const force = (system: System) => (s: Blocks) => {
  const out = s.like();
  system.force(s, out);
  return out.data;
};

/** A network at hand: inside every box, so that no kink is near. */
interface At {
  readonly network: Network;
  readonly bench: Bench;
  readonly system: System;
  readonly s: Blocks;
}

function setup(network: Network): At {
  const engines = [{ name: 'rbp', method: 'direct' }];
  const bench = benchOf({ network, engines, protocol: 'gradient', reference: 'exact' });
  const system = bench.dynamics.bind(bench.theta, bench.x);
  return { network, bench, system, s: randomLike(Blocks.real(system.shapes), 's', true) };
}

const promises: readonly (readonly [says: string, holds: (at: At, t: Claims) => void])[] = [
  [
    `F = −∂E/∂s where declared, or for a map F∂E/∂s ≤ 0 unit by unit`,
    (at, t) => {
      const { system, s } = at;
      if (!system.energy) return t.is(system.dynamics.offers.includes('energy'), false);
      if (system.dynamics.time === 'discrete') {
        // ∂E/∂s = ρ⁻¹(s) − a and F = ρ(a) − s, with ρ rising
        const F = force(system)(s);
        const slopes = energySlopes(system, s);
        return t.true(slopes.every((slope, i) => slope * F[i] < 0 || Math.abs(F[i]) < 1e-6));
      }
      const direction = randomLike(s, 'd');
      const slope = sum(directional((x) => system.energy!.value(x), s, direction));
      const gap = Math.abs(slope + dot(force(system)(s), direction.data));
      // a field that is declared to be no gradient is measurably none
      if (system.dynamics.agreement === 'none') return t.true(gap > 1e-4 * Math.abs(slope), `${gap}`);
      return t.true(gap < 1e-7 * Math.abs(slope) + 1e-8, `${gap}`);
    },
  ],

  [
    `Euler's way is s + dt F(s) within the bounds, number for number, whoever takes the steps`,
    ({ system, s, bench }, t) => {
      const [bounds, cost] = [boundsOf(system), bench.cost.bind(bench.y, system.dynamics.outputs)];
      for (const field of [freeField(system), nudgedField(system, cost, real(0.1))]) {
        const rule = { solver: euler, step: 0.3, tolerance: -1, maxSteps: 3 };
        const end = settle(field, s, rule, bounds);
        const [at, F] = [s.clone(), s.like()];
        if (bounds) clip(bounds, at.data);
        for (let step = 0; step < rule.maxSteps; step++) {
          field(at, F);
          addScaled(at.data, rule.step, F.data, at.data);
          if (bounds) clip(bounds, at.data);
        }
        t.equal([...end.state.data], [...at.data]);
        field(at, F);
        t.is(end.residualL2, norm2(F.data));
      }
    },
  ],

  [
    `J v is the derivative of F along v, Jᵀ its adjoint`,
    (at, t) => {
      const { system, s } = at;
      const [v, u] = [randomLike(s, 'v'), randomLike(s, 'u')];
      const linear = system.linearise(s);
      const [Jv, JTu] = [s.like(), s.like()];
      linear.apply(v, Jv);
      linear.applyTranspose(u, JTu);
      t.true(distance(Jv.data, directional(force(system), s, v)) < 1e-8);
      t.true(Math.abs(dot(u.data, Jv.data) - dot(JTu.data, v.data)) < 1e-12);
      const JTv = s.like();
      linear.applyTranspose(v, JTv);
      if (linear.symmetric) t.true(distance(JTv.data, Jv.data) < 1e-13, 'said to be symmetric');
    },
  ],

  [
    `a linearisation that has moved is that of the place it has moved to`,
    (at, t) => {
      const { bench, system, s } = at;
      const [there, v] = [randomLike(s, 'there', true), randomLike(s, 'v')];
      const free = Float64Array.from(s.data, (_, i) => i % 3 && 1);
      for (const mask of bench.dynamics.box ? [undefined, free] : [undefined]) {
        const [fresh, moved] = [system.linearise(there, mask), system.linearise(s)];
        moved.move(there, mask);
        for (const what of ['apply', 'applyTranspose'] as const) {
          const [a, b] = [s.like(), s.like()];
          fresh[what](v, a);
          moved[what](v, b);
          t.equal(b.data, a.data);
        }
        const [a, b] = [Blocks.real(bench.dynamics.parameters), Blocks.real(bench.dynamics.parameters)];
        fresh.gradParams(v, a);
        moved.gradParams(v, b);
        t.equal(b.data, a.data);
      }
    },
  ],

  [
    `whoever linearises again and again takes no more room from θ`,
    (at, t) => {
      const { bench, s } = at;
      let taken = 0;
      const theta = bench.theta.counting((length) => {
        taken += length;
      });
      const system = bench.dynamics.bind(theta, bench.x);
      system.linearise(s).move(s);
      const before = taken;
      for (let i = 0; i < 3; i++) system.linearise(s).apply(s, s.like());
      t.is(taken, before);
    },
  ],

  [
    `the complex field at s + ihv has F(s) as real part and hJv as imaginary part`,
    (at, t) => {
      const { system, s } = at;
      const v = randomLike(s, 'v');
      const h = 2 ** -600;
      const z = Blocks.complex(s.shapes).copy(s);
      for (let i = 0; i < v.data.length; i++) z.im![i] = h * v.data[i];
      const out = z.like();
      system.force(z, out);
      const Jv = s.like();
      system.linearise(s).apply(v, Jv);
      t.true(distance(out.re, force(system)(s)) < 1e-14);
      t.true(
        distance(
          out.im!.map((value) => value / h),
          Jv.data,
        ) < 1e-13,
      );
    },
  ],

  [
    `(∂F/∂θ)ᵀ v is the gradient of ⟨v, F⟩ by θ, a tied pair moving together`,
    (at, t) => {
      const { bench, system, s } = at;
      const v = randomLike(s, 'v');
      const out = Blocks.real(bench.dynamics.parameters);
      system.linearise(s).gradParams(v, out);
      const direction = tiedDirection(bench.dynamics.parameters, out);
      const along = directional(
        (theta) => Float64Array.of(dot(v.data, force(bench.dynamics.bind(theta, bench.x))(s)) / bench.x.rows),
        bench.theta,
        direction.both,
      )[0];
      t.true(Math.abs(along - dot(direction.once.data, out.data)) < 1e-8 + 1e-7 * Math.abs(along));
    },
  ],

  [
    `the change of ∂E/∂θ between states is the gradient of the change of E, under complex weights too`,
    (at, t) => {
      const { bench, system, s } = at;
      if (!system.energy) return t.is(system.dynamics.offers.includes('energy'), false);
      const base = randomLike(s, 'base', true);
      const change = (copies: WeightedState[]) => {
        const out = Blocks.real(bench.dynamics.parameters);
        system.energy!.addGradChange(copies, base, out);
        return out;
      };
      const one = { re: 1, im: 0 };
      const out = change([{ s, weight: one }]);
      const direction = tiedDirection(bench.dynamics.parameters, out);
      const mean = (theta: Blocks) => {
        const { value } = bench.dynamics.bind(theta, bench.x).energy!;
        const [at, from] = [value(s).slice(), value(base)];
        return Float64Array.of(at.reduce((sum, e, i) => sum + e - from[i], 0) / at.length);
      };
      const along = directional(mean, bench.theta, direction.both)[0];
      t.true(Math.abs(along - dot(direction.once.data, out.data)) < 1e-8 + 1e-7 * Math.abs(along));
      t.true(
        change([{ s: base, weight: one }]).data.every((v) => v === 0),
        'nothing has changed: exactly 0',
      );
      const both = change([
        { s, weight: one },
        { s, weight: { re: -0.5, im: 0 } },
      ]);
      t.true(
        distance(
          both.data,
          out.data.map((v) => v / 2),
        ) < 1e-13,
      );

      // d/dh ∂E/∂θ(s + hv) twice over: real differences, and the imaginary part at s + ihv under the weight −i/h
      const v = randomLike(s, 'v');
      const h = 2 ** -600;
      const z = Blocks.complex(s.shapes).copy(s);
      for (let i = 0; i < v.data.length; i++) z.im![i] = h * v.data[i];
      const complexStep = change([{ s: z, weight: { re: 0, im: -1 / h } }]);
      const differences = directional((x) => change([{ s: x, weight: one }]).data, s, v);
      return t.true(distance(complexStep.data, differences) < 1e-7);
    },
  ],

  [
    `at the free fixed point the projected force vanishes, and pinned units are left out of J`,
    (at, t) => {
      const { bench } = at;
      const { system, free, freeUnits: mask } = problemOf(bench);
      const residual = free.like();
      freeField(system)(free, residual);
      t.true(residual.data.every((value) => Math.abs(value) <= 1e-14));
      t.equal(mask, freeUnits(system, free));
      if (system.energy && (system.dynamics.time === 'discrete' || system.dynamics.agreement !== 'none')) {
        // stationary where no bound holds it
        const slopes = energySlopes(system, free);
        const bounds = boundsOf(system) ?? boxOf(at.network) ?? NO_BOX;
        const isHeld = (s: number, i: number) => s <= lowerAt(bounds, i) || s >= upperAt(bounds, i);
        t.true(slopes.every((slope, i) => isHeld(free.data[i], i) || Math.abs(slope) < 1e-7));
      }
      if (!mask) return t.is(bench.dynamics.box, undefined);
      const [v, Jv] = [randomLike(free, 'v'), free.like()];
      system.linearise(free, mask).apply(v, Jv);
      return t.true(Jv.data.every((value, i) => mask[i] === 1 || Math.abs(value) === 0));
    },
  ],
  [
    `a set of blocks goes to where its F vanishes, no other moves; none sees its own members`,
    (at, t) => {
      const bench = benchOf({ network: at.network });
      const system = bench.dynamics.bind(bench.theta, bench.x);
      if (!system.response) return;
      const { groups, move } = system.response;
      t.equal(groups.flat().sort(), [...system.shapes.keys()]);
      const random = randomLike(Blocks.real(system.shapes), 's', true);
      for (const [group, blocks] of groups.entries()) {
        const s = random.clone();
        move(s, group, s);
        const F = s.like();
        freeField(system)(s, F);
        s.parts[0].forEach((block, k) => {
          if (!blocks.includes(k)) t.equal(block.data, random.parts[0][k].data);
          else t.true(F.parts[0][k].data.every((value) => Math.abs(value) < 1e-12));
        });
      }
      // taken in turns they lead to the fixed point
      const { free } = problemOf(bench);
      const s = Blocks.real(system.shapes);
      for (let turn = 0; turn < 2000; turn++) move(s, turn % groups.length, s);
      return t.true(distance(s.data, free.data) < 1e-9);
    },
  ],
];

export const dynamicsLaws = (network: Network): Law[] =>
  promises.map(([says, holds]) => law(`${title(network)}: ${says}`, (t) => holds(setup(network), t)));

/** A random direction of θ in which the cells of a tied pair move alike, and the same with each pair counted once. */
function tiedDirection(tensors: readonly Tensor[], like: Blocks): { both: Blocks; once: Blocks } {
  const random = randomLike(like, 'θ');
  const [both, once] = [like.like(), like.like()];
  for (const places of coordinatesOf(tensors)) {
    once.data[places[0]] = random.data[places[0]];
    for (const at of places) both.data[at] = random.data[places[0]];
  }
  return { both, once };
}
