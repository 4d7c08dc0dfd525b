/** NumPy's `.npy`: one array of real numbers, of any type, byte order and order of its indices. */
import { strFromU8, strToU8 } from 'fflate';

export interface NpyArray {
  readonly shape: readonly number[];
  /** In C order: the last index moves first. Types other than these are read as float64. */
  readonly data: Float64Array | Float32Array | Uint8Array;
}

const MAGIC = '\x93NUMPY';
/** Magic, version and the length of the header come first; numbers start on a multiple of 64 bytes. */
const PREFIX = 10;
const ALIGNMENT = 64;
const MOST_HEADER = 100_000;
const MOST_DIMENSIONS = 32;

const kept = { f8: Float64Array, f4: Float32Array, u1: Uint8Array } as const;

export const isNpy = (bytes: Uint8Array) => strFromU8(bytes.subarray(0, MAGIC.length), true) === MAGIC;

/** Numbers are little-endian, as they are in the memory of every machine that Node runs on. */
export function writeNpy({ shape, data }: NpyArray): Uint8Array {
  const [kind] = Object.entries(kept).find(([, type]) => data instanceof type)!;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${kind === 'u1' ? '|' : '<'}${kind}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((PREFIX + text.length + 1) / ALIGNMENT) * ALIGNMENT - PREFIX;
  const file = new Uint8Array(PREFIX + length + data.byteLength);
  file.set(strToU8(`${MAGIC}\x01\x00`, true));
  new DataView(file.buffer).setUint16(PREFIX - 2, length, true);
  file.set(strToU8(`${text.padEnd(length - 1)}\n`), PREFIX);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), PREFIX + length);
  return file;
}

/** @throws RangeError where it is no array of real numbers; `name` says in the message which one */
export function readNpy(file: Uint8Array, name: string): NpyArray {
  const wrong = (why: string) => new RangeError(`${name} ${why}`);
  const { text, start } = headerOf(file, wrong);
  const [, descr, record] = /['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|(\[))/.exec(text) ?? [];
  const [, order] = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text) ?? [];
  const [, sizes] = /['"]shape['"]\s*:\s*\(([\d\sL,]*)\)/.exec(text) ?? [];
  if (record !== undefined) throw wrong('holds records, arrays of numbers are expected');
  if (descr === undefined || order === undefined || sizes === undefined)
    throw wrong('has a header that is not NumPy’s');
  const type = typeOf(descr, wrong);
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number.parseInt(size, 10)]));
  const count = shape.reduce((product, size) => product * size, 1);
  // a copy of its own, for numbers begin where their type says: a Buffer’s slice would be none
  const bytes = new Uint8Array(file.subarray(start));
  if (shape.length > MOST_DIMENSIONS) throw wrong(`has ${shape.length} dimensions`);
  if (bytes.length !== count * type.bytes)
    throw wrong(`has ${bytes.length} bytes for ${count} numbers of ${type.bytes}`);
  const data = numbersOf(bytes, type, wrong);
  return { shape, data: order === 'True' && shape.length > 1 ? inCOrder(data, shape) : data };
}

/** Whether the type of an array that can be read is one of whole numbers, or of truth values. */
export function holdsIntegers(file: Uint8Array): boolean {
  const { text } = headerOf(file, (why) => new RangeError(why));
  return /['"]descr['"]\s*:\s*['"][<>=|]?[iub]\d/.test(text);
}

type Wrong = (why: string) => RangeError;

/** Versions differ in how long a header may be. */
function headerOf(file: Uint8Array, wrong: Wrong): { text: string; start: number } {
  if (!isNpy(file) || file.length < PREFIX + 2) throw wrong('is no NumPy array (.npy)');
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const version = file[6];
  if (version < 1 || version > 3) throw wrong(`is of version ${version} of NumPy’s format, 1 to 3 are read`);
  const from = version === 1 ? PREFIX : PREFIX + 2;
  const length = version === 1 ? view.getUint16(PREFIX - 2, true) : view.getUint32(PREFIX - 2, true);
  if (length > MOST_HEADER) throw wrong(`has a header of ${length} bytes`);
  if (from + length > file.length) throw wrong('is cut off within its header');
  return { text: strFromU8(file.subarray(from, from + length), true), start: from + length };
}

interface NumberType {
  /** `f8`, `u1`, … */
  readonly name: string;
  readonly bytes: number;
  readonly littleEndian: boolean;
  readonly get: (view: DataView, at: number, littleEndian: boolean) => number | bigint;
}

const getters: Readonly<Record<string, NumberType['get']>> = {
  f8: (view, at, little) => view.getFloat64(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  f2: (view, at, little) => half(view.getUint16(at, little)),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => view.getBigInt64(at, little),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => view.getBigUint64(at, little),
  b1: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
};

const others: Readonly<Record<string, string>> = {
  c: 'complex numbers',
  f: 'numbers of extended precision',
  g: 'numbers of extended precision',
  O: 'Python objects',
  S: 'text',
  U: 'text',
  a: 'text',
  V: 'raw bytes',
  M: 'dates',
  m: 'durations',
};

function typeOf(descr: string, wrong: Wrong): NumberType {
  const [, order = '', name = ''] = /^([<>=|]?)(\w+)/.exec(descr) ?? [];
  const get = Object.hasOwn(getters, name) ? getters[name] : undefined;
  if (get) return { name, bytes: Number(name[1]), littleEndian: order !== '>', get };
  const what = Object.hasOwn(others, name[0] ?? '') ? others[name[0]] : 'something else';
  throw wrong(`holds ${what} (${descr.slice(0, 20)}), real numbers are expected`);
}

function numbersOf(bytes: Uint8Array<ArrayBuffer>, type: NumberType, wrong: Wrong): NpyArray['data'] {
  const { name, littleEndian, get } = type;
  if (name in kept && (littleEndian || type.bytes === 1)) return new kept[name as keyof typeof kept](bytes.buffer);
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / type.bytes }, (_, i) => {
    const value = get(view, i * type.bytes, littleEndian);
    const number = Number(value);
    if (typeof value === 'bigint' && BigInt(number) !== value) throw wrong(`holds ${value}, which no float64 is`);
    return number;
  });
}

/** IEEE 754's binary16: a sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return (sign * fraction) / 2 ** 24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** From Fortran's order, where the first index moves first. */
function inCOrder<T extends NpyArray['data']>(data: T, shape: readonly number[]): T {
  const strides = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));
  const index = shape.map(() => 0);
  const out = data.slice() as T;
  let to = 0;
  for (const value of data) {
    out[to] = value;
    for (let d = 0; d < shape.length; d++) {
      to += strides[d];
      if (++index[d] < shape[d]) break;
      to -= shape[d] * strides[d];
      index[d] = 0;
    }
  }
  return out;
}
