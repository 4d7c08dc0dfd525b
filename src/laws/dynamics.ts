/** What every dynamics promises, judged by finite differences and by the complex step. */
import { lacking } from '../model/claimed.js';
import { costOn } from '../model/read-out.js';
import { Blocks } from '../numerics/blocks.js';
import { real } from '../numerics/complex.js';
import { addScaled, clip, dot, norm2 } from '../numerics/kernels.js';
import { sum } from '../numerics/numbers.js';
import { boundsOf, freeField, nudgedField } from '../solver/field.js';
import { euler } from '../solver/integrator.js';
import { settle } from '../solver/relax.js';
import { ofRest } from './at-rest.js';
import { directional, energySlopes } from './differences.js';
import { type Law, law, of } from './law.js';
import { ofMemory } from './memory.js';
import { type Network, type Setting, title } from './networks.js';
import { distance } from './numbers.js';
import { ofParameters } from './parameters.js';
import { force, type Promised, randomLike, setup } from './place.js';

const ofFields: readonly Promised[] = [
  [
    `F = −∂E/∂s where declared, or for a map F∂E/∂s ≤ 0 unit by unit`,
    (at, t) => {
      const { system, s } = at;
      if (!system.energy) return t.is(system.dynamics.offers.includes('energy'), false, 'offers energy');
      if (system.dynamics.time === 'discrete') {
        // ∂E/∂s = ρ⁻¹(s) − a and F = ρ(a) − s, with ρ rising
        const F = force(system)(s);
        const { slopes } = energySlopes(system, s);
        for (const [i, slope] of slopes.entries())
          if (Math.abs(F[i]) >= 1e-6)
            t.true(slope * F[i] < 0, `unit ${i}: ∂E/∂s = ${slope} and F = ${F[i]} have one sign`);
        return;
      }
      const direction = randomLike(s, 'd');
      const slope = sum(directional((x) => system.energy!.value(x), s, direction));
      const gap = Math.abs(slope + dot(force(system)(s), direction.data));
      // a field that is declared to be no gradient is measurably none
      if (system.dynamics.agreement === 'none')
        return t.atLeast(
          gap,
          1e-4 * Math.abs(slope),
          '|dE + ⟨F, d⟩| along a direction, of a field that is no gradient',
        );
      return t.near(
        slope,
        -dot(force(system)(s), direction.data),
        1e-7 * Math.abs(slope) + 1e-8,
        'dE along a direction d, and −⟨F, d⟩',
      );
    },
  ],

  [
    `Euler's way is s + dt F(s) within the bounds, number for number, whoever takes the steps`,
    ({ system, s, bench }, t) => {
      const [bounds, cost] = [boundsOf(system), costOn(bench.dynamics, bench.theta, bench.cost, bench.y)];
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
        t.equal(end.state.data, at.data, 'state after 3 steps');
        field(at, F);
        t.is(end.residualL2, norm2(F.data), 'residual there');
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
      t.atMost(
        distance(Jv.data, directional(force(system), s, v)),
        1e-8,
        'J v against a central difference of F, relative',
      );
      t.near(dot(u.data, Jv.data), dot(JTu.data, v.data), 1e-12, '⟨u, Jv⟩ and ⟨Jᵀu, v⟩');
      const JTv = s.like();
      linear.applyTranspose(v, JTv);
      if (linear.symmetric)
        t.atMost(distance(JTv.data, Jv.data), 1e-13, 'Jᵀv against Jv, where J is said to be symmetric, relative');
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
          t.equal(b.data, a.data, what);
        }
        const [a, b] = [Blocks.real(bench.dynamics.parameters), Blocks.real(bench.dynamics.parameters)];
        fresh.gradParams(v, a);
        moved.gradParams(v, b);
        t.equal(b.data, a.data, 'gradParams');
      }
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
      t.atMost(distance(out.re, force(system)(s)), 1e-14, 'real part against F(s), relative');
      const steep = out.im!.map((value) => value / h);
      t.atMost(distance(steep, Jv.data), 1e-13, 'imaginary part / h against Jv, relative');
    },
  ],

  [
    `it has what it offers; a field that is said to be analytic changes along the imaginary axis as along the real one`,
    ({ system, s }, t) => {
      const { offers } = system.dynamics;
      t.equal(lacking(offers, system), [], 'offered, and not there');
      if (!offers.includes('analytic-field')) return;
      const [v, u] = [randomLike(s, 'v'), randomLike(s, 'u')];
      const at = Blocks.complex(s.shapes).copy(s);
      for (let i = 0; i < u.data.length; i++) at.im![i] = 0.05 * u.data[i];
      const H = 1e-5;
      const along = (part: 're' | 'im') => {
        const [up, down] = [H, -H].map((h) => {
          const [moved, out] = [at.clone(), at.like()];
          for (let i = 0; i < v.data.length; i++) moved[part]![i] += h * v.data[i];
          system.force(moved, out);
          return out;
        });
        return (of: 're' | 'im') => up[of]!.map((value, i) => (value - down[of]![i]) / (2 * H));
      };
      const [real, imaginary] = [along('re'), along('im')];
      t.near(imaginary('im'), real('re'), 1e-7, 'Im dF along iv, and Re dF along v');
      t.near(
        imaginary('re'),
        real('im').map((value) => -value),
        1e-7,
        'Re dF along iv, and −Im dF along v',
      );
    },
  ],
];

/** What is promised wherever its units are, and of its parameters. */
export const fieldLaws = (network: Network, setting: Setting = {}): Law[] =>
  tried(network, setting, [...ofFields, ...ofMemory, ...ofParameters]);

export const dynamicsLaws = (network: Network, setting: Setting = {}): Law[] => [
  ...fieldLaws(network, setting),
  ...tried(network, setting, ofRest),
];

const tried = (network: Network, setting: Setting, promises: readonly Promised[]): Law[] =>
  promises.map(([says, holds]) =>
    law(`${title(network)}: ${says}`, (t) => holds(setup(network, setting), of(t, `seed ${setting['seed'] ?? 1}`))),
  );
