import type { State } from '../model/types.js';
import type { Integrator } from './integrator.js';
import type { RelaxSample } from './solver.js';

/** The last steps of a relaxation, all of one size. */
export interface Trajectory {
  /** The states that the steps were taken from, oldest first. */
  readonly states: readonly State[];
  readonly integrator: Integrator;
  readonly step: number;
}

/** Keeps the states of the last `length` steps: shown every sample of a relaxation, and no more of it in memory. */
export class Recorder {
  private readonly ring: State[] = [];
  private last = 0;

  constructor(
    private readonly length: number,
    private readonly integrator: Integrator,
    private readonly step: number,
  ) {}

  see({ step, state }: Pick<RelaxSample, 'step' | 'state'>): void {
    const slot = step % (this.length + 1);
    this.ring[slot] ??= state.like();
    this.ring[slot].copy(state);
    this.last = step;
  }

  /** The last `count` steps; all of them where fewer were taken. */
  readonly trajectory = (count: number): Trajectory => {
    const kept = Math.min(count, this.length, this.last);
    const states = Array.from({ length: kept }, (_, i) => this.ring[(this.last - kept + i) % (this.length + 1)]);
    return { states, integrator: this.integrator, step: this.step };
  };
}
