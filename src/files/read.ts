import { closeSync, openSync, readSync } from 'node:fs';

const BLOCK_BYTES = 1 << 20;

/** The contents of a file, block by block; each is valid until the next. */
export function* readBlocks(path: string): Generator<Uint8Array> {
  const descriptor = openSync(path, 'r');
  try {
    const block = new Uint8Array(BLOCK_BYTES);
    for (;;) {
      const length = readSync(descriptor, block);
      if (length === 0) return;
      yield block.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}
