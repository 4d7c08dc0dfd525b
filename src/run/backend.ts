import { create } from '../entry.js';
import { UserError } from '../errors.js';
import type { Backend } from '../numerics/backend.js';
import { useBackend } from '../numerics/current-backend.js';
import type { Precision } from '../numerics/numbers.js';
import { DEFAULT_BACKEND } from '../plan/identity.js';
import type { Plan } from '../plan/run-plan.js';
import { registry } from '../registry.js';
import { precisionIn } from '../spec/schema.js';

const made = new Map<string, Backend>();

/**
 * Makes a backend that of this thread, for numbers of a precision.
 * @throws UserError where this machine does not have it.
 */
export function chooseBackend(name: string, precision: Precision): void {
  useBackend(backendOf(name, precision));
}

function backendOf(name: string, precision: Precision): Backend {
  if (!Object.hasOwn(registry.backends, name)) {
    const names = Object.keys(registry.backends).join(', ');
    throw new UserError({ message: `there is no backend '${name}'`, hint: `there are ${names}, and those of plugins` });
  }
  const key = `${name} ${precision}`;
  const backend = made.get(key) ?? create(registry.backends, { name })(precision);
  made.set(key, backend);
  return backend;
}

/**
 * Makes sure that the runs of these plans can be computed here, before the first of them is.
 * @throws UserError where this machine does not have their backend.
 */
export function requireBackend(plans: readonly Plan[]): void {
  for (const { backend, runs } of plans) {
    // the kernels come with the package, and their memory only where it is needed
    if (backend === DEFAULT_BACKEND) continue;
    for (const precision of new Set(runs.map(({ spec }) => precisionIn(spec)))) backendOf(backend, precision);
  }
}
