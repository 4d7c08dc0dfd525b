import type { State, System } from '../model/types.js';
import { boundsOf, freeField } from '../solver/field.js';
import { euler } from '../solver/integrator.js';
import { sizeOf } from '../solver/stepped.js';

/** Windows of max pooling that go on choosing, and how many there are. */
export interface Circling {
  readonly switching: number;
  readonly windows: number;
}

/** So many more steps, and as many again, tell a circle from a way that is not over. */
const HALF = 96;

/**
 * Whether a state does not come to rest because windows of max pooling choose now one entry, now another. Not where none
 * comes back to what it chose before, nor where the residual is on its way down: what is not at rest may yet come to it.
 */
export function circlingFrom(s0: State, system: System, dt: number): Circling | undefined {
  const { switches } = system;
  if (switches === undefined) return undefined;
  const field = freeField(system);
  const [s, before, force] = [s0.clone(), s0.clone(), s0.like()];
  const advance = euler.prepare(s, boundsOf(system));
  const largest = [0, 0];
  let [switching, way] = [0, 0];
  for (let step = 0; step < 2 * HALF; step++) {
    const half = step < HALF ? 0 : 1;
    largest[half] = Math.max(largest[half], sizeOf(field, s, force));
    advance(field, s, force, dt, s);
    const switched = switches.between(s, before);
    switching = Math.max(switching, switched);
    way += switched;
    before.copy(s);
  }
  const comesBack = way > switches.between(s, s0);
  return comesBack && largest[1] > largest[0] / 2 ? { switching, windows: switches.windows } : undefined;
}
