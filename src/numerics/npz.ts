/** NumPy's `.npz`: a zip archive of arrays; what is written is stored, the same bytes whenever it is written. */
import { zipSync } from 'fflate';
import { holdsIntegers, isNpy, type NpyArray, readNpy, writeNpy } from './npy.js';
import { type ZipEntry, zipEntries } from './zip.js';

export type { NpyArray } from './npy.js';

/** Zip archives carry a date; theirs starts here. */
const NO_DATE = '1980-01-01T00:00:00';

export function writeNpz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)] as const);
  return zipSync(Object.fromEntries(files), { level: 0, mtime: new Date(NO_DATE) });
}

/** One array of an archive, unpacked when it is read. */
export interface NpzMember {
  readonly name: string;
  /** @throws RangeError where it is damaged, or no array of real numbers */
  read(): NpyArray & { readonly whole: boolean };
}

/** @throws RangeError where it is no such archive, or is damaged */
export function npzMembers(bytes: Uint8Array): NpzMember[] {
  const entries = zipEntries(bytes);
  const pickle = entries.find(({ name }) => name.endsWith('.pkl'));
  if (pickle)
    throw new RangeError(
      `${pickle.name} is no NumPy array (.npy): of a file of PyTorch, save the tensors by numpy.savez`,
    );
  const names = entries.map(({ name }) => name.replace(/\.npy$/, ''));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new RangeError(`has two arrays of the name ${twice}`);
  return entries.map((entry, i) => ({ name: names[i], read: () => readEntry(entry) }));
}

function readEntry(entry: ZipEntry) {
  const contents = entry.read();
  if (!isNpy(contents)) throw new RangeError(`${entry.name} is no NumPy array (.npy)`);
  return { ...readNpy(contents, entry.name), whole: holdsIntegers(contents) };
}

/** @throws RangeError where it is no such archive, is damaged, or holds arrays of another kind. */
export function readNpz(bytes: Uint8Array): Record<string, NpyArray> {
  return Object.fromEntries(
    npzMembers(bytes).map((member) => {
      const { shape, data } = member.read();
      return [member.name, { shape, data }];
    }),
  );
}
