/** Arrays of an `.npz` archive that examples come from. */
import { UserError } from '../errors.js';
import { cellName } from '../model/domain.js';
import { isNpy } from '../numerics/npy.js';
import { type NpzMember, npzMembers } from '../numerics/npz.js';
import { wholeContents } from './contents.js';
import { listed } from './npz-names.js';
import type { Values } from './rows.js';
import type { DataFile, ReadFile } from './source.js';

export interface Stored {
  readonly name: string;
  readonly shape: readonly number[];
  /** In C order, finite. */
  readonly values: Values;
  /** Its type is one of whole numbers. */
  readonly whole: boolean;
}

export interface Archive {
  readonly file: string;
  readonly names: readonly string[];
  /** @throws UserError where there is none of that name, or it is damaged, or no array of finite numbers */
  array(name: string): Stored;
}

export const isArchive = ([p, k, a, b]: Uint8Array) =>
  p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6));

/** What is in an archive, of which only what is asked for is unpacked. @throws UserError where it is none, or is damaged */
export function openArchive(from: DataFile, read: ReadFile): Archive {
  const { path: file } = from;
  const bytes = wholeContents(read(from), file);
  const fail = (message: string, hint?: string) =>
    new UserError({ where: { file }, message, ...(hint !== undefined && { hint }) });
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      if (error instanceof RangeError) throw fail(error.message);
      throw error;
    }
  };
  if (bytes.length === 0) throw fail('is empty');
  if (isNpy(bytes)) {
    const hint = "save inputs and labels together: numpy.savez('data.npz', x=…, labels=…)";
    throw fail('is one NumPy array (.npy), and examples are two', hint);
  }
  const members = new Map(guarded(() => npzMembers(bytes)).map((member) => [member.name, member]));
  const names = [...members.keys()];
  return {
    file,
    names,
    array(name) {
      const member = members.get(name);
      if (member === undefined)
        throw new UserError({ message: `${file} has no array '${name}', it has ${listed(names)}` });
      return guarded(() => finite(member));
    },
  };
}

function finite(member: NpzMember): Stored {
  const { name } = member;
  const { shape, data: values, whole } = member.read();
  const bad = values instanceof Uint8Array ? -1 : values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return { name, shape, values, whole };
  throw new RangeError(`${cellName(name, bad, shape)} is ${values[bad]}, a finite number is expected`);
}
