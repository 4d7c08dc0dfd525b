/** What every dynamics promises of its parameters. */

import type { WeightedState } from '../model/types.js';
import { Blocks } from '../numerics/blocks.js';
import { dot } from '../numerics/kernels.js';
import { directional } from './differences.js';
import { distance } from './numbers.js';
import { force, type Promised, randomLike, tiedDirection } from './place.js';

export const ofParameters: readonly Promised[] = [
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
      t.near(
        dot(direction.once.data, out.data),
        along,
        1e-8 + 1e-7 * Math.abs(along),
        '(∂F/∂θ)ᵀv along a direction of θ, against a central difference of ⟨v, F⟩',
      );
    },
  ],

  [
    `the change of ∂E/∂θ between states is the gradient of the change of E, under complex weights too`,
    (at, t) => {
      const { bench, system, s } = at;
      if (!system.energy) return t.is(system.dynamics.offers.includes('energy'), false, 'offers energy');
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
      t.near(
        dot(direction.once.data, out.data),
        along,
        1e-8 + 1e-7 * Math.abs(along),
        'the change of ∂E/∂θ along a direction of θ, against a central difference of E',
      );
      t.near(
        change([{ s: base, weight: one }]).data,
        out.data.map(() => 0),
        0,
        'the change of ∂E/∂θ where no state has changed',
      );
      const both = change([
        { s, weight: one },
        { s, weight: { re: -0.5, im: 0 } },
      ]);
      const half = out.data.map((v) => v / 2);
      t.atMost(distance(both.data, half), 1e-13, 'weights 1 and −½ of one state against half of it, relative');

      // d/dh ∂E/∂θ(s + hv) twice over: real differences, and the imaginary part at s + ihv under the weight −i/h
      const v = randomLike(s, 'v');
      const h = 2 ** -600;
      const z = Blocks.complex(s.shapes).copy(s);
      for (let i = 0; i < v.data.length; i++) z.im![i] = h * v.data[i];
      const complexStep = change([{ s: z, weight: { re: 0, im: -1 / h } }]);
      const differences = directional((x) => change([{ s: x, weight: one }]).data, s, v);
      return t.atMost(
        distance(complexStep.data, differences),
        1e-7,
        'under the weight −i/h at s + ihv, against a central difference, relative',
      );
    },
  ],
];
