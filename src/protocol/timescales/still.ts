import type { BoundCost, Params, State, System } from '../../model/types.js';
import { within } from '../../numerics/arena.js';
import { addScaled, axpy } from '../../numerics/kernels.js';
import type { ByPrecision, Numbers } from '../../numerics/numbers.js';
import { boundsOf, freeField } from '../../solver/field.js';
import { type RelaxRule, settle } from '../../solver/relax.js';
import { adjoint } from '../exact-gradient.js';

/** z is solved for to this relative residual. */
const SOLVED: ByPrecision = { float64: 1e-12, float32: 1e-6 };

/** The network at rest for parameters that move: each search begins where the last one ended. */
export class Still {
  /** s⁰(θ) */
  readonly rest: State;
  /** z⁰ = −J⁻ᵀc there. */
  readonly z: State;
  /** dJ/dθ */
  readonly gradient: Params;

  constructor(
    private readonly system: System,
    private readonly cost: BoundCost,
    private readonly free: RelaxRule,
    theta: Params,
  ) {
    this.rest = theta.of(system.shapes);
    system.start?.(this.rest);
    this.z = this.rest.like();
    this.gradient = theta.like();
  }

  /** Goes to rest; false, with NaN in all three, where no fixed point is found from where the last one was. */
  find(): boolean {
    const { system, cost, rest, z, gradient } = this;
    return within((arena) => {
      const from = rest.clone(arena);
      const end = settle(freeField(system), from, this.free, boundsOf(system));
      if (end.status !== 'converged') {
        z.fill(Number.NaN);
        gradient.fill(Number.NaN);
        return false;
      }
      rest.copy(end.state);
      z.copy(adjoint({ system, cost }, from.copy(rest), SOLVED[rest.precision], gradient).z);
      return true;
    });
  }

  /** J(θ), where it has been found. */
  objective(): number {
    const costs = this.cost.value(this.rest);
    return costs.reduce((sum, value) => sum + value, 0) / costs.length;
  }
}

/** Steps of the gradient flow are no longer than this. */
const LONGEST = 0.1;

/** dθ/dτ = −dJ/dθ of the parameters that learn, by RK4: what the network does in the limit ε → 0. */
export class Flow {
  private readonly theta: Params;

  /**
   * @param bound a copy of `at`, to which `system` and `still` are bound
   * @param learned 1 where a parameter learns, 0 elsewhere
   */
  constructor(
    readonly at: Params,
    private readonly bound: Params,
    private readonly system: System,
    private readonly still: Still,
    private readonly learned: Numbers,
  ) {
    this.theta = at.clone();
  }

  /** What a checkpoint holds of it. */
  get arrays(): readonly Numbers[] {
    return [this.at.data, this.still.rest.data];
  }

  /** Takes in what has been written into its arrays. */
  resume(): void {
    this.bound.copy(this.at);
  }

  advance(time: number): void {
    const steps = Math.ceil(time / LONGEST);
    for (let k = 0; k < steps; k++) this.step(time / steps);
  }

  private step(h: number): void {
    const { at, theta } = this;
    theta.copy(at);
    for (const [weight, next] of [
      [1 / 6, 1 / 2],
      [1 / 3, 1 / 2],
      [1 / 3, 1],
      [1 / 6, 0],
    ]) {
      const slope = this.slope();
      axpy(-h * weight, slope.data, at.data);
      addScaled(theta.data, -h * next, slope.data, this.bound.data);
    }
    this.bound.copy(at);
  }

  private slope(): Params {
    this.system.refresh();
    this.still.find();
    const { gradient } = this.still;
    for (let i = 0; i < gradient.data.length; i++) if (this.learned[i] === 0) gradient.data[i] = 0;
    return gradient;
  }
}
