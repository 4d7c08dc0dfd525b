import type { Random } from '../numerics/random.js';

/** What an agent is shown, and paid for. Plain data but for `play`. */
export interface Task {
  readonly name: string;
  /** Numbers of an observation. */
  readonly inputs: number;
  readonly actions: number;
  /** What they are called; their numbers where absent. */
  readonly names?: readonly string[];
  /** What sorts of trials there are, equally often; none where nothing tells them apart. */
  readonly kinds: readonly string[];
  /** Steps that a trial may have at most. */
  readonly longest: number;
  /** Forms of it from the easiest on, each until it is learned; most tasks have one. */
  readonly lessons: number;
  /** It says at every step what is done, or for so many trials: nothing is learned for good. */
  readonly script?: { readonly trials: number; readonly gates: number };
  play(): Play;
}

/** A choice that is not the agent's own. */
export interface Prescribed {
  readonly action?: number | undefined;
  readonly gate?: number | undefined;
}

/** Which trial it is, both from 0. */
export interface Occasion {
  readonly lesson: number;
  readonly trial: number;
}

/** Trials of a task, one after another. */
export interface Play {
  /** What there is to see; the same buffer at every step. */
  readonly x: Float64Array;
  /** For the last action. */
  readonly reward: number;
  /** There is nothing more to see. */
  readonly over: boolean;
  /** Whether it ended as it should. */
  readonly success: boolean;
  /** Of the task's kinds. */
  readonly kind: number;
  readonly prescribed?: Prescribed;
  /** Goes to the first observation of a trial. @param kind drawn where absent. */
  begin(random: Random, at: Occasion, kind?: number): void;
  act(action: number): void;
}

/** One of so many, each as likely. */
export function drawn(random: Random, count: number): number {
  return Math.min(count - 1, Math.floor(random.uniform() * count));
}
