import { impose } from '../../model/tensor.js';
import type { Params, State, System } from '../../model/types.js';
import { axpy, clip, maxAbs } from '../../numerics/kernels.js';
import type { Numbers } from '../../numerics/numbers.js';
import { boundsOf, type Field, freeField } from '../../solver/field.js';
import { startOf } from '../../solver/ramp.js';
import { hasDiverged } from '../../solver/relax.js';
import type { Bench } from '../protocol.js';
import type { TimescalesOptions } from './options.js';
import { nudgedCopy, type Side, sideNetwork } from './side.js';
import { Flow, Still } from './still.js';

/** Where β is not said. */
const BETA = 0.01;

/**
 * State, side network and parameters at once (the setting of Flynn 2015, in the form of NEIGHBOURS), all three stepped by
 * Euler at the old values,
 *
 *     ds/dt = F(θ, x, s)      dz/dt = J(s)ᵀz + ∂C/∂s(s)      dθ/dt = −ε (∂F/∂θ(s))ᵀz,
 *
 * from s = z = 0; beside them what they are compared with: s⁰(θ), z⁰(θ), and the gradient flow.
 */
export class Course {
  step = 0;
  readonly theta: Params;
  readonly s: State;
  readonly side: Side;
  readonly still: Still;
  readonly flow: Flow;
  /** Largest speed in each third of the steps. */
  readonly speeds = new Float64Array(3);
  private readonly system: System;
  private readonly field: Field;
  private readonly ds: State;
  private readonly gradient: Params;
  private readonly learned: Numbers;

  constructor(
    private readonly bench: Bench,
    private readonly options: TimescalesOptions,
  ) {
    const { dynamics, x, y, free } = bench;
    const cost = bench.cost.bind(y, dynamics.outputs);
    this.theta = bench.theta.clone();
    this.system = dynamics.bind(this.theta, x);
    this.field = freeField(this.system);
    this.s = startOf(this.system, this.theta);
    this.ds = this.s.like();
    this.gradient = this.theta.like();
    this.learned = this.theta.like().data;
    dynamics.parameters.reduce((at, { name, rows, cols }) => {
      if (options.learn?.includes(name) ?? true) this.learned.fill(1, at, at + rows * cols);
      return at + rows * cols;
    }, 0);
    const { side, beta = BETA } = options;
    this.side = side === 'ep' ? nudgedCopy(this.system, cost, this.s, beta) : sideNetwork(this.system, cost, this.s);
    this.still = new Still(this.system, cost, free, this.theta);
    const bound = this.theta.clone();
    const other = dynamics.bind(bound, x);
    this.flow = new Flow(this.theta.clone(), bound, other, new Still(other, cost, free, bound), this.learned);
  }

  get time(): number {
    return this.step * this.options.step;
  }

  /** The rates of all three where they are. */
  evaluate(): void {
    this.field(this.s, this.ds);
    this.side.evaluate(this.s, this.ds, this.gradient);
    const third = Math.min(2, Math.floor((3 * this.step) / this.options.steps));
    this.speeds[third] = Math.max(this.speeds[third], this.speed());
  }

  speed(): number {
    return Math.max(maxAbs(this.ds.data), this.side.speed());
  }

  hasDiverged(): boolean {
    return [this.s, this.side.moving, this.theta].some((moving) => hasDiverged(moving));
  }

  /** One step, by the rates as evaluated. */
  advance(): void {
    const { theta, gradient, learned, s, ds, side, system } = this;
    const { step: dt, epsilon } = this.options;
    axpy(dt, ds.data, s.data);
    const bounds = boundsOf(system);
    if (bounds) clip(bounds, s.data);
    side.advance(dt);
    for (let i = 0; i < theta.data.length; i++) theta.data[i] -= dt * epsilon * learned[i] * gradient.data[i];
    impose(this.bench.dynamics.parameters, theta);
    system.refresh();
    this.step++;
  }

  /** Takes the gradient flow to where the network should be by now, from where it was at step `since`. */
  follow(since: number): void {
    const { step: dt, epsilon } = this.options;
    if (this.step > since) this.flow.advance(epsilon * dt * (this.step - since));
  }

  /** All that it is at, in a fixed order: what a checkpoint holds. */
  get arrays(): readonly Numbers[] {
    const { theta, s, side, still, flow, speeds } = this;
    return [theta.data, s.data, side.moving.data, still.rest.data, ...flow.arrays, speeds];
  }

  /** Takes in what has been written into its arrays. */
  resume(step: number): void {
    this.step = step;
    this.system.refresh();
    this.flow.resume();
  }
}
