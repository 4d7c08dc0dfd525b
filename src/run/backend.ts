import { create } from '../entry.js';
import type { Backend } from '../numerics/backend.js';
import { useBackend } from '../numerics/current-backend.js';
import { DEFAULT_BACKEND } from '../plan/identity.js';
import { registry } from '../registry.js';

const made = new Map<string, Backend>();

/**
 * Makes a backend that of this thread.
 * @throws UserError where this machine does not have it.
 */
export function chooseBackend(name: string): void {
  if (name !== DEFAULT_BACKEND && !made.has(name)) made.set(name, create(registry.backends, { name }));
  useBackend(made.get(name));
}
