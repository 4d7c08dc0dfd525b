import { entry } from '../entry.js';
import type { State } from '../model/types.js';
import { real } from '../numerics/complex.js';
import { dot } from '../numerics/kernels.js';
import { fromStates } from './claims.js';
import type { Engine, Estimate } from './engine.js';
import { family } from './family.js';

/**
 * The state that a teacher shows against the one found, where the sign of the last output is wrong: of a sheet
 *
 *     ∂/∂log κ_i = −(ρ_i² − ρ*_i²) / ⟨ρ² + ρ*²⟩,
 *
 * the mean over the creases of the wrong examples: stiffer where it folds too far, softer where too little, and silent where
 * the fold is right. That is agnostic EP in κ, which descends on E(ρ*) − E(ρ); with `optimizer: {scale: log}` the step of
 * one example is κ_i ← κ_i exp(η (ρ_i² − ρ*_i²)/⟨ρ² + ρ*²⟩).
 */
export function contrast(): Engine {
  return {
    needs: ['energy', 'clamping', 'whole-output'],
    accuracy: 'biased',
    residualGain: 1,
    hasProcess: false,
    // biome-ignore lint/correctness/useYield: an end point has no process to yield
    *run({ system, theta, cost, free, gradient = theta.like() }): Generator<never, Estimate> {
      const shown = free.clone();
      cost.clamp!(shown, 1);
      const wrong = keepWrong(shown, free, system.dynamics.outputs.to - 1);
      gradient.fill(0);
      // the squares of the right ones are in neither sum
      const size = wrong.squares / (wrong.count * (free.data.length / system.shapes[0].rows));
      if (wrong.count > 0 && size > 0) {
        system.energy!.addGradChange([{ s: shown, weight: real(2 / size) }], free, gradient);
        for (let i = 0; i < gradient.data.length; i++) gradient.data[i] /= theta.data[i];
      }
      return { status: 'completed', steps: 0, gradient };
    },
  };
}

/** Leaves in `shown` what is against `found` in wrong examples only; how many, and Σ(ρ² + ρ*²) of them. */
function keepWrong(shown: State, found: State, last: number): { count: number; squares: number } {
  let [count, squares] = [0, 0];
  const [[teacher], [student]] = [shown.parts[0], found.parts[0]];
  for (let i = 0; i < teacher.rows; i++) {
    const [there, here] = [teacher.row(i), student.row(i)];
    if (Math.sign(there[last]) === Math.sign(here[last])) there.set(here);
    else {
      count++;
      squares += dot(there, there) + dot(here, here);
    }
  }
  return { count, squares };
}

export const contrastFamily = family({
  name: 'contrast',
  summary:
    'a sheet against a teacher’s fold, where the last crease folds the wrong way: stiffer where it folds too far',
  source: 'after Stern, Arinze, Perez, Palmer & Murugan 2020',
  symbol: 'contrast',
  options: {},
  members: {
    contrast: entry({
      name: 'contrast',
      summary: 'all creases are outputs, targets a fold',
      claims: { ...fromStates('folded, shown'), equals: 'd/dlog κ (E(ρ*) − E(ρ)) of wrong folds, scaled' },
      options: {},
      create: () => null,
    }),
  },
  create: contrast,
});
