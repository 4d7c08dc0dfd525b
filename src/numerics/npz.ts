/** NumPy's `.npz`: a zip archive of arrays, stored without compression, the same bytes whenever it is written. */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float64Array | Float32Array | Uint8Array;
}

const MAGIC = '\x93NUMPY\x01\x00';
/** Magic, version and the length of the header come first; numbers start on a multiple of 64 bytes. */
const PREFIX = 10;
const ALIGNMENT = 64;
/** Zip archives carry a date; theirs starts here. */
const NO_DATE = '1980-01-01T00:00:00';

const kinds = { '<f8': Float64Array, '<f4': Float32Array, '|u1': Uint8Array } as const;
type Kind = keyof typeof kinds;

export function writeNpz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)] as const);
  return zipSync(Object.fromEntries(files), { level: 0, mtime: new Date(NO_DATE) });
}

/** @throws RangeError where it is no such archive, or holds arrays of another kind. */
export function readNpz(bytes: Uint8Array): Record<string, NpyArray> {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (error) {
    throw new RangeError(`is no .npz archive: ${(error as Error).message}`);
  }
  const arrays = Object.entries(files).map(
    ([name, file]) => [name.replace(/\.npy$/, ''), readNpy(file, name)] as const,
  );
  return Object.fromEntries(arrays);
}

/** Numbers are little-endian, as they are in the memory of every machine that Node runs on. */
function writeNpy({ shape, data }: NpyArray): Uint8Array {
  const kind = Object.entries(kinds).find(([, type]) => data instanceof type)![0];
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((PREFIX + text.length + 1) / ALIGNMENT) * ALIGNMENT - PREFIX;
  const file = new Uint8Array(PREFIX + length + data.byteLength);
  file.set(strToU8(MAGIC, true));
  new DataView(file.buffer).setUint16(PREFIX - 2, length, true);
  file.set(strToU8(`${text.padEnd(length - 1)}\n`), PREFIX);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), PREFIX + length);
  return file;
}

function readNpy(file: Uint8Array, name: string): NpyArray {
  const wrong = (why: string) => new RangeError(`${name} ${why}`);
  if (file.length < PREFIX || strFromU8(file.subarray(0, PREFIX - 2), true) !== MAGIC) {
    throw wrong('is not in NumPy’s format 1.0');
  }
  const start = PREFIX + new DataView(file.buffer, file.byteOffset).getUint16(PREFIX - 2, true);
  const header = strFromU8(file.subarray(PREFIX, start), true);
  const [, kind, order, sizes] = /'descr': '(.*?)', 'fortran_order': (\w+), 'shape': \((.*?)\)/.exec(header) ?? [];
  if (!(kind in kinds) || order !== 'False') throw wrong(`must hold <f8, <f4 or |u1 in C order, got ${header.trim()}`);
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const type = kinds[kind as Kind];
  const bytes = file.slice(start);
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== count * type.BYTES_PER_ELEMENT) {
    throw wrong(`has ${bytes.length} bytes for ${count} numbers of ${type.BYTES_PER_ELEMENT}`);
  }
  return { shape, data: new type(bytes.buffer) };
}
