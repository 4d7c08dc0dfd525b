import { entry } from '../entry.js';
import type { Params, State } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';
import { real } from '../numerics/complex.js';
import { addColumnSums, gemm, gemmOfInput, hadamard } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Engine, Estimate, Problem } from './engine.js';
import { family } from './family.js';

/** ρ of the last layer: that of the others, or none. */
export type OutputUnits = 'activation' | 'linear';

/**
 * Plain backpropagation in the multilayer perceptron of the same layers, tensors and activation: no fixed point, no second
 * phase. Of the recurrent network's dJ/dθ it knows nothing; it is what training that network is measured against.
 */
export function backpropagation(output: OutputUnits): Engine {
  return {
    needs: ['feed-forward'],
    accuracy: 'biased',
    residualGain: 0,
    hasProcess: false,
    predict(network, out) {
      forward(network, output, out).forEach(({ h }, l) => {
        out.parts[0][l].data.set(h.data);
      });
    },
    // biome-ignore lint/correctness/useYield: an end point has no process to yield
    *run(problem): Generator<never, Estimate> {
      const layers = forward(problem, output, problem.free);
      return { status: 'completed', steps: 0, gradient: backward(problem, layers) };
    },
  };
}

/** What one layer is at: activities, and ρ' there. */
interface Layer {
  readonly h: Blocks;
  readonly slope: Blocks;
}

const weight = (theta: Params, l: number): Matrix => theta.parts[0][2 * l];
const bias = (theta: Params, l: number): Matrix => theta.parts[0][2 * l + 1];

/** h_l = ρ(h_{l−1} W_l + b_l), in the arena of `like`. */
function forward({ system, theta, x }: Pick<Problem, 'system' | 'theta' | 'x'>, output: OutputUnits, like: State) {
  const rho = system.dynamics.feedForward!;
  const layers: Layer[] = [];
  for (const [l, shape] of like.shapes.entries()) {
    const a = like.of([shape]);
    const into = a.parts[0][0];
    if (l === 0) gemmOfInput(false, 1, x, weight(theta, l), bias(theta, l), into);
    else gemm(false, false, 1, layers[l - 1].h.parts[0][0], weight(theta, l), bias(theta, l), into);
    const slope = a.like();
    if (output === 'linear' && l === like.shapes.length - 1) slope.fill(1);
    else rho.evaluate(a, a, slope);
    layers.push({ h: a, slope });
  }
  return layers;
}

/** δ_L = ∂C/∂h ∘ ρ', δ_l = δ_{l+1} W_{l+1}ᵀ ∘ ρ', ∂J/∂W_l = mean of h_{l−1} δ_l. */
function backward({ theta, x, cost, free, gradient }: Problem, layers: readonly Layer[]): Params {
  const out = (gradient ?? theta.like()).fill(0);
  const [h, delta] = [free.like(), free.like()];
  layers.forEach((layer, l) => {
    h.parts[0][l].data.set(layer.h.data);
  });
  cost.addGradState(h, real(1), delta);
  for (let l = layers.length - 1; l >= 0; l--) {
    const d = delta.parts[0][l];
    if (l + 1 < layers.length) gemm(false, true, 1, delta.parts[0][l + 1], weight(theta, l + 1), 0, d);
    hadamard(d.data, layers[l].slope.data, d.data);
    if (l === 0) gemmOfInput(true, 1 / x.rows, x, d, 0, weight(out, l));
    else gemm(true, false, 1 / x.rows, h.parts[0][l - 1], d, 0, weight(out, l));
    addColumnSums(1 / x.rows, d, bias(out, l));
  }
  return out;
}

const outputs = {
  activation: entry({
    name: 'activation',
    summary: 'ρ at the output as everywhere',
    options: {},
    create: (): OutputUnits => 'activation',
  }),
  linear: entry({ name: 'linear', summary: 'no ρ at the output', options: {}, create: (): OutputUnits => 'linear' }),
};

export const backpropFamily = family({
  name: 'backprop',
  summary: 'the multilayer perceptron of the same layers, run forwards once: what training is measured against',
  source: 'Rumelhart, Hinton & Williams 1986',
  key: 'output',
  options: {},
  members: outputs,
  create: backpropagation,
});
