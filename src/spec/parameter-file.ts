import { createHash } from 'node:crypto';
import { type Location, UserError } from '../errors.js';
import { decode } from '../io/encoding.js';
import { KINDS } from '../io/kinds.js';
import { readWhole } from '../io/read.js';
import { nested } from '../model/tensor.js';
import { isNpy } from '../numerics/npy.js';
import { readNpz } from '../numerics/npz.js';
import { parseParameters } from './document.js';
import type { Path } from './source-document.js';

/** Explicit parameters, plain data; the digest of the contents where they are in a file. */
export interface GivenParameters {
  readonly tensors: Readonly<Record<string, unknown>>;
  readonly digest: string | undefined;
}

/** A tensor of a file. */
export interface Origin {
  readonly name: string;
  /** It is the transpose. */
  readonly turned: boolean;
}

/** The same, with the places of their parts. */
export interface ParameterSource {
  readonly given: GivenParameters;
  /** What of the file each parameter is, where a map says so. */
  readonly origins?: ReadonlyMap<string, Origin>;
  /** Tensors of the file that are no parameter by the map, and whether there may be such. */
  readonly left?: readonly string[];
  readonly needsAll?: boolean;
  locate(path: Path): Location;
}

/** The tensors of a file: JSON, YAML, or a `.npz` archive, whatever it is called. @throws UserError */
export function readParameterFile(file: string): ParameterSource {
  const bytes = readWhole(file, KINDS.parameters);
  if (isNpy(bytes)) {
    throw new UserError({
      where: { file },
      message: 'is one NumPy array (.npy), and parameters are several, each with its name',
      hint: "save them by numpy.savez('parameters.npz', W1=…, b1=…)",
    });
  }
  return isZip(bytes) || /\.npz$/i.test(file) ? archive(bytes, file) : text(bytes, file);
}

const isZip = ([p, k]: Uint8Array) => p === 0x50 && k === 0x4b;

function text(bytes: Uint8Array, file: string): ParameterSource {
  const { data, locate } = parseParameters(decode(bytes, file, 'parameters'), file);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new UserError({ where: { file }, message: 'must be a map of tensors, {"W1": [[…]], "b1": […], …}' });
  }
  const digest = createHash('sha256').update(JSON.stringify(data)).digest('hex');
  return { given: { tensors: data as Record<string, unknown>, digest }, locate };
}

function archive(bytes: Uint8Array, file: string): ParameterSource {
  try {
    const tensors = Object.entries(readNpz(bytes)).map(([name, { data, shape }]) => {
      return [name, nested(data, shape)] as const;
    });
    const digest = createHash('sha256').update(bytes).digest('hex');
    return { given: { tensors: Object.fromEntries(tensors), digest }, locate: () => ({ file }) };
  } catch (error) {
    if (error instanceof RangeError) throw new UserError({ where: { file }, message: error.message });
    throw error;
  }
}
