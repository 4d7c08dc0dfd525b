import type { Backend } from './backend.js';
import { backend } from './current-backend.js';
import type { Numbers } from './numbers.js';

/**
 * Where buffers come from and go together: everything that a computation allocates in its arena is given back by
 * release(). What is derived from a Blocks (like, clone, of) lives in the same arena.
 */
export class Arena {
  private buffers: Numbers[] = [];
  private readonly owner: Backend = backend();

  /** Zeros. @throws RunError where there is no room. */
  allocate(length: number): Numbers {
    const buffer = this.owner.allocate(length);
    if (this.owner.free) this.buffers.push(buffer);
    return buffer;
  }

  /** The arena can be used again; what was allocated in it cannot. */
  release(): void {
    for (const buffer of this.buffers) this.owner.free?.(buffer);
    this.buffers = [];
  }

  /** What has been allocated since the last release, but for these, is given back. */
  protected releaseBut(kept: ReadonlySet<Numbers>): void {
    if (this.buffers.length === kept.size) return;
    for (const buffer of this.buffers) if (!kept.has(buffer)) this.owner.free?.(buffer);
    this.buffers = [...kept];
  }
}

/** What `compute` allocates in the arena that it is given is given back when it ends. */
export function within<T>(compute: (arena: Arena) => T): T {
  const arena = new Arena();
  try {
    return compute(arena);
  } finally {
    arena.release();
  }
}

/** For those who bring no arena: a buffer is given back when its last view is gone and the event loop turns. */
export const collected = {
  allocate(length: number): Numbers {
    const { allocate, free } = backend();
    const view = allocate(length);
    if (free === undefined) return view;
    // the cleanup must not hold the view itself
    const { buffer, byteOffset } = view;
    const View = view.constructor as new (...of: [ArrayBufferLike, number, number]) => Numbers;
    const token = {};
    tokens.set(view, token);
    registry.register(token, () => free(new View(buffer, byteOffset, length)));
    return view;
  },
};

/** A view of part of `whole` that keeps it from being given back. */
export function part(whole: Numbers, from: number, to: number): Numbers {
  // a view costs more than small numbers do
  if (from === 0 && to === whole.length) return whole;
  return keeping(whole, whole.subarray(from, to));
}

/** The first `count` integers of 32 bits in the memory of `whole`, a view that keeps it from being given back. */
export function integersIn(whole: Numbers, count: number): Int32Array {
  return keeping(whole, new Int32Array(whole.buffer, whole.byteOffset, count));
}

function keeping<T extends object>(whole: Numbers, view: T): T {
  const token = tokens.get(whole);
  if (token) tokens.set(view, token);
  return view;
}

const tokens = new WeakMap<object, object>();
const registry = new FinalizationRegistry<() => void>((free) => free());
