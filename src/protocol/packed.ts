/** Checkpoints as bytes: a line of JSON, and the numbers of every array behind it. */
import * as z from 'zod';
import { RunError } from '../errors.js';

export type Stored = Float64Array | Float32Array | Uint32Array;

/** Bytes one after the other: of what is large no copy is made to keep it. */
export type Parts = readonly Uint8Array[];

/** The arrays themselves: what changes in them changes there. */
export const pack = (header: object, arrays: readonly Stored[]): Parts => [
  new TextEncoder().encode(`${JSON.stringify(header)}\n`),
  ...arrays.map(bytesOf),
];

/** What a checkpoint should be of, and who writes it, as messages say it. */
export interface Origin {
  readonly of: string;
  readonly writer: string;
}

/** A checkpoint that is read from its line to its last number. */
export class Packed<Header> {
  readonly header: Header;
  private at: number;

  /** @throws RunError where it does not begin with such a line. */
  constructor(
    private readonly bytes: Uint8Array,
    schema: z.ZodType<Header>,
    private readonly origin: Origin,
  ) {
    this.at = bytes.indexOf('\n'.charCodeAt(0)) + 1;
    try {
      this.header = schema.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(0, this.at))));
    } catch {
      throw this.wrong(`what it says is not what ${origin.writer}`);
    }
  }

  /** Bytes that are not taken yet. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** The next numbers, into an array that there are enough for. */
  take(array: Stored): void {
    bytesOf(array).set(this.bytes.subarray(this.at, this.at + array.byteLength));
    this.at += array.byteLength;
  }

  wrong(why: string): RunError {
    return new RunError(`the checkpoint is none of ${this.origin.of}: ${why}; run with --force to begin again`);
  }
}

/** As they lie in memory: little-endian wherever Node runs. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Stored) => new Uint8Array(buffer, byteOffset, byteLength);

const stepSchema = z.strictObject({ step: z.int().nonnegative(), lengths: z.array(z.int().nonnegative()) });

/** Of a protocol that is nothing but a step and arrays of known sizes. */
export const packed = (step: number, arrays: readonly Stored[]): Parts =>
  pack({ step, lengths: arrays.map(({ length }) => length) }, arrays);

/** Writes the numbers into arrays of the same sizes, and gives the step. @throws RunError where it is a checkpoint of something else */
export function unpack(bytes: Uint8Array, arrays: readonly Stored[]): number {
  const found = new Packed(bytes, stepSchema, { of: 'this run', writer: 'this protocol writes' });
  const { step, lengths } = found.header;
  const fits = lengths.length === arrays.length && arrays.every(({ length }, i) => length === lengths[i]);
  const size = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (!fits || size !== found.left) throw found.wrong('it has other sizes');
  for (const array of arrays) found.take(array);
  return step;
}
