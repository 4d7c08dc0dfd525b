/** Arrays of known sizes and a step, as bytes of a checkpoint: a line of JSON, and the numbers behind it. */
import * as z from 'zod';
import { RunError } from '../errors.js';

const headerSchema = z.strictObject({ step: z.int().nonnegative(), lengths: z.array(z.int().nonnegative()) });

export function packed(step: number, arrays: readonly Float64Array[]): Uint8Array {
  const header = `${JSON.stringify({ step, lengths: arrays.map(({ length }) => length) })}\n`;
  return new Uint8Array(Buffer.concat([Buffer.from(header), ...arrays.map(bytesOf)]));
}

/** Writes the numbers into arrays of the same sizes, and gives the step. @throws RunError where it is a checkpoint of something else */
export function unpack(bytes: Uint8Array, arrays: readonly Float64Array[]): number {
  const end = bytes.indexOf('\n'.charCodeAt(0)) + 1;
  const { step, lengths } = headerOf(bytes.subarray(0, end));
  const fits = lengths.length === arrays.length && arrays.every(({ length }, i) => length === lengths[i]);
  const size = arrays.reduce((sum, { byteLength }) => sum + byteLength, end);
  if (!fits || size !== bytes.length) throw wrong('it has other sizes');
  let at = end;
  for (const array of arrays) {
    bytesOf(array).set(bytes.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
  return step;
}

function headerOf(line: Uint8Array): z.output<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder().decode(line)));
  } catch {
    throw wrong('what it says is not what this protocol writes');
  }
}

const wrong = (why: string) =>
  new RunError(`the checkpoint is none of this run: ${why}; run with --force to begin again`);

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array) => new Uint8Array(buffer, byteOffset, byteLength);
