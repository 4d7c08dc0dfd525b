/** Data files as bytes, and data sets as plain numbers. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export { type Numbers, numbersOf } from '../../src/laws/data.js';

import type { DataFile, FixedSource, ReadFile } from '../../src/data/source.js';
import { create, type Named } from '../../src/entry.js';
import { UserError } from '../../src/errors.js';
import { registry } from '../../src/registry.js';
import { specSchema } from '../../src/spec/schema.js';
import { root } from './cli.js';

/** An IDX file of unsigned bytes. */
export function idxBytes(shape: readonly number[], values: Iterable<number>, type = 0x08): Uint8Array {
  const header = new Uint8Array(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  for (const [i, size] of shape.entries()) new DataView(header.buffer).setUint32(4 + 4 * i, size);
  return Buffer.concat([header, Uint8Array.from(values)]);
}

/** A reader of files that are in memory, in blocks of some size: valid until the next, as those of a disk. */
export function reader(files: Readonly<Record<string, Uint8Array | string>>, blockSize = 1 << 20): ReadFile {
  return function* ({ path }: DataFile) {
    const bytes = Buffer.from(files[path] as string);
    const block = new Uint8Array(blockSize);
    for (let at = 0; at < bytes.length; at += blockSize) {
      const part = bytes.subarray(at, at + blockSize);
      block.fill(0xff);
      block.set(part);
      yield block.subarray(0, part.length);
    }
  };
}

/** A fixed source as a spec names it. */
export function sourceOf(named: Named): FixedSource {
  const source = create(registry.data, specSchema.shape.data.parse(named));
  if (!source.fixed) throw new Error(`${named.name} is not fixed`);
  return source;
}

/** What an action complains of, in words. */
export function complaint(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'no complaint';
}

/** A file of real data where this machine has it: ../shared/data, or the folder EPRBP_TEST_DATA. */
export function realData(file: string): string | undefined {
  const folders = [process.env['EPRBP_TEST_DATA'], join(root, '../shared/data')].filter(
    (folder) => folder !== undefined,
  );
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}
