/** One update: a batch at rest, an estimate of dJ/dθ, a step of θ. */
import type { Estimate } from '../../engine/engine.js';
import { impose, type Tensor } from '../../model/tensor.js';
import type { Params, State } from '../../model/types.js';
import { addScaled, dot, maxAbs, norm2 } from '../../numerics/kernels.js';
import { freeUnits } from '../../solver/field.js';
import { remarked } from '../outcome.js';
import { hasCollapsed, pinnedShares, problemFor, recorderFor } from '../phase-one.js';
import { cosinesToExact } from './cosine.js';
import type { Moment } from './course.js';
import type { Batch } from './examples.js';
import { estimateOf, type Lane } from './lane.js';
import { type Judged, judge, restOf, startFromCues } from './network.js';
import type { Training } from './training.js';

export interface Lesson {
  readonly judged: Judged;
  readonly pinned: { readonly units: number; readonly outputs: number } | undefined;
  readonly secondSteps: number;
  /** Overall and tensor by tensor, in the order of the parameters. */
  readonly update: Update;
  readonly updates: readonly Update[];
  /** What the engine says of its estimate. */
  readonly remarks: readonly string[];
  /** What went wrong; θ is then as it was. */
  readonly failure: Failure | undefined;
}

export type Failure = 'free phase' | 'collapse' | 'second phase' | 'no estimate' | 'overflow' | 'structure';

export interface Update {
  readonly gradientNorm: number;
  readonly weightNorm: number;
  /** ‖Δθ‖₂ / ‖θ‖₂ */
  readonly ratio: number;
  readonly cosine: number;
}

export function learn(lane: Lane, batch: Batch, { iteration, decay }: Moment, { bench, options }: Training): Lesson {
  const measures = options.cosine_every !== undefined && iteration % options.cosine_every === 0;
  const { contestant, gradient, particles } = lane;
  const { train } = bench.dataset;
  return lane.arena.within((arena): Lesson => {
    const network = lane.on(batch);
    const recorder = recorderFor({ contestants: [contestant], free: bench.free });
    const start = (state: State) =>
      particles ? particles.load(batch.at, state) : startFromCues(train, batch.at, state, bench.dynamics.outputs);
    const rest = restOf(contestant, network, bench, arena, { start, recorder });
    const judged = judge(network, rest, batch, train);
    if (rest.status === 'diverged') {
      const isCollapse = hasCollapsed(rest.residual, rest.state, bench.dynamics);
      return failed(judged, isCollapse ? 'collapse' : 'free phase', lane);
    }
    particles?.save(batch.at, rest.state);
    // a prediction is no fixed point: the force on it says nothing of bounds
    const mask = contestant.engine.predict ? undefined : freeUnits(network.system, rest.state);
    // the same draws for every engine
    const cost = network.cost.selecting?.(rest.state, bench.stream(`train/selection/${iteration}`)) ?? network.cost;
    const { system, theta, x } = network;
    const { state: free, moving } = rest;
    const at = { system, theta, x, cost, first: bench.free, free, moving, freeUnits: mask, gradient };
    const problem = problemFor(contestant, recorder ? { lastSteps: recorder.trajectory, ...at } : at);
    const estimate = estimateOf(contestant.engine.run(problem));
    if (estimate.gradient !== gradient) gradient.copy(estimate.gradient);
    const failure = failureOf(estimate, lane);
    if (failure) return failed(judged, failure, lane, estimate);
    const cosines = measures && !contestant.engine.predict ? cosinesToExact(at, bench, options.cosine_tolerance) : [];
    const made = step(lane, decay, cosines);
    if (typeof made === 'string') return failed(judged, made, lane, estimate);
    return {
      judged,
      pinned: mask && pinnedShares(mask, rest.state, bench.dynamics.outputs),
      secondSteps: estimate.steps,
      remarks: remarksOf(estimate, lane),
      ...made,
      failure: undefined,
    };
  });
}

function failureOf({ status }: Estimate, { gradient }: Lane): Failure | undefined {
  if (status === 'diverged') return 'second phase';
  return Number.isFinite(dot(gradient.data, gradient.data)) ? undefined : 'no estimate';
}

/** θ ← θ − Δ, or why there is no such θ, which then stays. @param cosines overall and of every tensor, or none. */
function step(
  { theta, gradient, descent, constraints, tensors }: Lane,
  decay: number,
  cosines: readonly number[],
): Pick<Lesson, 'update' | 'updates'> | Failure {
  const norms = tensors.map((_, k) => [norm2(gradient.parts[0][k].data), norm2(theta.parts[0][k].data)] as const);
  descent.turn(gradient, theta, decay);
  const steps = tensors.map((_, k) => norm2(gradient.parts[0][k].data));
  addScaled(theta.data, -1, gradient.data, gradient.data);
  for (const constrain of constraints) constrain(gradient, theta);
  const problem = settle(gradient, tensors);
  if (problem) return problem;
  theta.copy(gradient);
  const update = (gradientNorm: number, weightNorm: number, size: number, cosine = Number.NaN): Update => ({
    gradientNorm,
    weightNorm,
    ratio: size / weightNorm,
    cosine,
  });
  return {
    update: update(
      hypotenuse(norms.map(([g]) => g)),
      hypotenuse(norms.map(([, w]) => w)),
      hypotenuse(steps),
      cosines[0],
    ),
    updates: norms.map(([g, w], k) => update(g, w, steps[k], cosines[k + 1])),
  };
}

/** Brings a new θ into its domains, where it can. */
function settle(theta: Params, tensors: readonly Tensor[]): Failure | undefined {
  if (!Number.isFinite(maxAbs(theta.data))) return 'overflow';
  impose(tensors, theta);
  const isOut = tensors.some(({ domain, name }, k) => domain.problem(theta.parts[0][k], name) !== undefined);
  return isOut ? 'structure' : undefined;
}

/** √Σx²; Math.hypot differs between versions of V8. */
function hypotenuse(sizes: readonly number[]): number {
  return Math.sqrt(sizes.reduce((sum, size) => sum + size * size, 0));
}

function remarksOf({ remarks = [] }: Estimate, { contestant }: Lane): string[] {
  return remarks.map((remark) => remarked(remark, contestant.settings));
}

function failed(judged: Judged, failure: Failure, lane: Lane, estimate?: Estimate): Lesson {
  const { theta, tensors } = lane;
  const none = Number.NaN;
  const nothing = (weightNorm: number): Update => ({ gradientNorm: none, weightNorm, ratio: none, cosine: none });
  return {
    judged,
    pinned: undefined,
    secondSteps: estimate?.steps ?? 0,
    remarks: estimate ? remarksOf(estimate, lane) : [],
    update: nothing(norm2(theta.data)),
    updates: tensors.map((_, k) => nothing(norm2(theta.parts[0][k].data))),
    failure,
  };
}
