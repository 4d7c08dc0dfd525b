import type { Complex } from '../../numerics/complex.js';
import { addScaled, axpy, maxAbs, scale } from '../../numerics/kernels.js';
import type { Matrix } from '../../numerics/matrix.js';
import { complexScale, rowDots } from '../../numerics/whole-state.js';
import { batchOf } from '../tensor.js';
import type {
  Delays,
  Dynamics,
  Energy,
  Linearisation,
  Params,
  Predictions,
  Predictor,
  State,
  System,
} from '../types.js';

/**
 * E = ½‖ε‖², ε = s − p(s):
 *
 *     F = −ε + Aᵀε,   ∂E/∂θ = −(∂p/∂θ)ᵀε,   −J = (1 − A)ᵀ(1 − A) − ε·∂²p/∂s²,   A = ∂p/∂s.
 *
 * The forward pass s = p(s) is at rest with ε = 0, E = 0 and J = −(1 − A)ᵀ(1 − A): phase one starts there.
 */
export function predictiveSystem(
  dynamics: Dynamics,
  predictions: Predictions,
  delays: Delays | undefined,
  theta: Params,
  x: Matrix,
): System {
  const shapes = batchOf(dynamics.states, x.rows);
  const at = errors(predictions, theta.of(shapes), theta.of(shapes, true));
  return {
    dynamics,
    shapes,
    predictions: { ...predictions, ...(delays && { delays }) },
    refresh: predictions.refresh,
    start: predictions.forward,
    force(s, out, nudge) {
      const { predictor, epsilon } = at(s);
      predictor.back(epsilon, out);
      axpy(-1, epsilon.data, out.data);
      nudge?.(s, out);
      return undefined;
    },
    energy: energyOf(at, theta, x.rows),
    linearise: (s0) => linearise(predictions, s0, x.rows),
  };
}

interface Errors {
  readonly predictor: Predictor;
  readonly epsilon: State;
}

/** ε at a state, real or complex, in buffers that are made when they are first needed. */
function errors(predictions: Predictions, real: State, complex: State): (s: State) => Errors {
  const made = new Map<State, Errors>();
  return (s) => {
    const like = s.im ? complex : real;
    const found = made.get(like) ?? { predictor: predictions.predictor(like), epsilon: like };
    made.set(like, found);
    errorsAt(found, s);
    return found;
  };
}

function errorsAt({ predictor, epsilon }: Errors, s: State): void {
  predictor.move(s);
  addScaled(s.data, -1, predictor.value.data, epsilon.data);
}

function energyOf(at: (s: State) => Errors, theta: Params, examples: number): Energy {
  /** out += Re w ∂E/∂θ(s), the mean over the batch. */
  function addGrad(s: State, weight: Complex, out: Params): void {
    const { predictor, epsilon } = at(s);
    complexScale({ re: -weight.re / examples, im: -weight.im / examples }, epsilon);
    predictor.addGrad(epsilon, out);
  }
  let room: readonly [Params, Params] | undefined;
  return {
    value(s) {
      const { epsilon } = at(s);
      return rowDots(epsilon, epsilon).map((square) => square / 2);
    },
    addGradChange(copies, base, out) {
      room ??= [theta.like(), theta.like()];
      const [there, here] = room;
      const silent = maxAbs(at(base).epsilon.data) === 0;
      for (const { s, weight } of copies) {
        addGrad(s, weight, there.fill(0));
        axpy(1, there.data, out.data);
        if (silent) continue;
        addGrad(base, { re: weight.re, im: 0 }, here.fill(0));
        axpy(-1, here.data, out.data);
      }
    },
  };
}

/** With buffers of its own: engines hold several. */
function linearise(predictions: Predictions, s0: State, examples: number): Linearisation {
  const here = { predictor: predictions.predictor(s0), epsilon: s0.like() };
  const { predictor, epsilon } = here;
  const [u, t] = [s0.like(), s0.like()];
  let isBent = false;
  const move = (s: State) => {
    errorsAt(here, s);
    isBent = maxAbs(epsilon.data) > 0;
  };
  /** u = (1 − A) v */
  const unpredicted = (v: State) => {
    predictor.along(v, u);
    addScaled(v.data, -1, u.data, u.data);
  };
  const apply = (v: State, out: State) => {
    unpredicted(v);
    predictor.back(u, out);
    axpy(-1, u.data, out.data);
    if (!isBent) return;
    predictor.bend(v, epsilon, t);
    axpy(1, t.data, out.data);
  };
  move(s0);
  return {
    symmetric: true,
    move,
    apply,
    applyTranspose: apply,
    gradParams(v, out) {
      unpredicted(v);
      predictor.addGrad(u, out.fill(0));
      if (isBent) predictor.addGradBend(v, epsilon, out);
      scale(1 / examples, out.data);
    },
  };
}
