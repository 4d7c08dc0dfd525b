import type { Backend } from './backend.js';
import { backend } from './current-backend.js';
import type { Numbers } from './numbers.js';

const rooms = new WeakMap<Backend, Map<string, Numbers>>();

/**
 * Room for `length` numbers until it is asked for again by this name, whatever they were: for what one operation writes and
 * reads, and nobody else. It grows to the largest that was asked for.
 */
export function workspace(name: string, length: number): Numbers {
  const owner = backend();
  const own = rooms.get(owner) ?? new Map<string, Numbers>();
  rooms.set(owner, own);
  let room = own.get(name);
  if (room === undefined || room.length < length) {
    if (room) owner.free?.(room);
    room = owner.allocate(length);
    own.set(name, room);
  }
  return room.subarray(0, length);
}
