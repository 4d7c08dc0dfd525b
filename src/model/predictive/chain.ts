import type { Activation } from '../../numerics/activation.js';
import type { Blocks } from '../../numerics/blocks.js';
import { hadamard } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import { complexHadamard } from '../../numerics/whole-state.js';
import { batchOf } from '../tensor.js';
import type { Driven, Held } from '../topology.js';
import type { Params, Predictions, Predictor, State } from '../types.js';

/** Layers, each predicted by the one below: what a chain of them does with its weights, one way and the other. */
export interface Chain extends Driven {
  /** out_l = start_l + p_{l−1}W_l; the first layer is its start. With `only`, one block alone. */
  push(theta: Params, p: Blocks, start: 0 | Blocks, out: Blocks, only?: number): void;
  /** out_l = q_{l+1}W_{l+1}ᵀ; nothing comes down to the last. */
  pull(theta: Params, q: Blocks, out: Blocks): void;
  /** out += α · p_{l−1}ᵀq_l */
  addPairs(alpha: number, p: readonly Matrix[], q: readonly Matrix[], out: Params): void;
  /** The same with every choice held, where what comes through is chosen by what goes in: see Couplings. */
  held?(theta: Params, x: Matrix, like: Blocks): Omit<Chain, 'held'> & Pick<Held, 'hold'>;
}

/** p_l = f(a_l), a_l = s_{l−1}W_l + b_l, f inside the prediction (Millidge et al. 2020). */
export function chainPredictions(chain: Chain, theta: Params, x: Matrix, f: Activation): Predictions {
  const shapes = batchOf(chain.states, x.rows);
  const drive = theta.of(shapes);
  const refresh = () => chain.drive(theta, x, drive);
  refresh();
  return {
    refresh,
    forward(s) {
      shapes.forEach(({ name }, k) => {
        chain.push(theta, s, drive, s, k);
        const block = { re: s.parts[0][k].data };
        f.of(name).value(block, block);
      });
    },
    predictor: (like) => chainPredictor({ chain, theta, x, f, drive }, like),
  };
}

interface Bound {
  readonly chain: Chain;
  readonly theta: Params;
  readonly x: Matrix;
  readonly f: Activation;
  readonly drive: Blocks;
}

function chainPredictor({ chain: free, theta, x, f, drive }: Bound, like: State): Predictor {
  const held = free.held?.(theta, x, like);
  const chain: Omit<Chain, 'held'> = held ?? free;
  const [a, value, slope, q, r] = [like.like(), like.like(), like.like(), like.like(), like.like()];
  let at = like;
  const addPairs = (p: State, to: State, out: Params): void => {
    chain.addPairs(1, p.parts[0], to.parts[0], out);
    if (p.im) chain.addPairs(-1, p.parts[1], to.parts[1], out);
  };
  /** r = f''(a) ∘ e ∘ vW */
  function bent(v: State, e: State): void {
    chain.push(theta, v, 0, r);
    hadamard(r.data, e.data, r.data);
    f.curvature(a, q);
    hadamard(r.data, q.data, r.data);
  }
  return {
    value,
    move(s) {
      at = s;
      held?.hold(s);
      chain.push(theta, s, drive, a);
      f.evaluate(a, value, slope);
    },
    back(e, out) {
      chain.pull(theta, complexHadamard(slope, e, q), out);
    },
    addGrad(e, out) {
      complexHadamard(slope, e, q);
      addPairs(at, q, out);
      chain.addInputPairs(1, x, q.parts[0], out);
    },
    along(v, out) {
      chain.push(theta, v, 0, out);
      hadamard(slope.data, out.data, out.data);
    },
    bend(v, e, out) {
      bent(v, e);
      chain.pull(theta, r, out);
    },
    addGradBend(v, e, out) {
      bent(v, e);
      addPairs(at, r, out);
      chain.addInputPairs(1, x, r.parts[0], out);
      addPairs(v, complexHadamard(slope, e, q), out);
    },
  };
}
