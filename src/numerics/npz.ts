/** NumPy's `.npz`: a zip archive of arrays; what is written is stored, the same bytes whenever it is written. */
import { zipSync } from 'fflate';
import { isNpy, type NpyArray, readNpy, writeNpy } from './npy.js';
import { zipEntries } from './zip.js';

export type { NpyArray } from './npy.js';

/** Zip archives carry a date; theirs starts here. */
const NO_DATE = '1980-01-01T00:00:00';

export function writeNpz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)] as const);
  return zipSync(Object.fromEntries(files), { level: 0, mtime: new Date(NO_DATE) });
}

/** @throws RangeError where it is no such archive, is damaged, or holds arrays of another kind. */
export function readNpz(bytes: Uint8Array): Record<string, NpyArray> {
  const arrays = new Map<string, NpyArray>();
  for (const entry of zipEntries(bytes)) {
    const name = entry.name.replace(/\.npy$/, '');
    if (arrays.has(name)) throw new RangeError(`has two arrays of the name ${name}`);
    const contents = entry.read();
    if (!isNpy(contents)) throw new RangeError(`${entry.name} is no NumPy array (.npy)${torch(entry.name)}`);
    arrays.set(name, readNpy(contents, entry.name));
  }
  return Object.fromEntries(arrays);
}

const torch = (name: string) => (/\.pkl$/.test(name) ? ': of a file of PyTorch, save the tensors by numpy.savez' : '');
