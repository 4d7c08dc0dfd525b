import type { State } from '../model/types.js';

/** A batch on its way to rest. */
export interface Course {
  /** Where it is; another one when it has moved on, perhaps. */
  readonly s: State;
  /** F(s), from when it is looked at until it moves on. */
  readonly force: State;
  /** Where it is not 0; absent where it may be anywhere. */
  readonly blocks?: readonly number[];
  /** Finds F(s), and gives ‖F(s)‖_∞; may first bring nearer to rest what does that at no price of its own. */
  look(): number;
  /** Moves on from where it was looked at. */
  advance(): void;
  /** The same with some of the examples, in this order, once it has moved on; absent where the field cannot. */
  readonly some?: ((rows: Uint32Array) => Course) | undefined;
}
