/** All that training is at after an iteration: a line of JSON, and the numbers of every array behind it, once. */
import type { RandomState } from '../../numerics/random.js';
import type { Lane, Ledger, Stop } from './lane.js';

const FORMAT = 2;

/** What is no array. */
interface Header {
  readonly format: number;
  /** Iterations done. */
  readonly iteration: number;
  readonly lanes: readonly {
    readonly id: string;
    readonly random: Readonly<Record<string, RandomState>>;
    readonly stopped: Stop | null;
    readonly remark: Lane['remark'] | null;
    /** Bytes of its arrays, in the order of partsOf(). */
    readonly bytes: readonly number[];
  }[];
}

export function writeCheckpoint(iteration: number, lanes: readonly Lane[]): Uint8Array {
  const parts = lanes.map(partsOf);
  const header: Header = {
    format: FORMAT,
    iteration,
    lanes: lanes.map(({ id, contestant, stopped, remark }, i) => ({
      id,
      random: contestant.random.states(),
      stopped: stopped ?? null,
      remark: remark ?? null,
      bytes: parts[i].map(({ byteLength }) => byteLength),
    })),
  };
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const whole = new Uint8Array(parts.flat().reduce((sum, { byteLength }) => sum + byteLength, line.length));
  whole.set(line);
  let at = line.length;
  for (const part of parts.flat()) {
    whole.set(bytesOf(part), at);
    at += part.byteLength;
  }
  return whole;
}

/**
 * Puts lanes, fresh from their start, where a checkpoint of the same run says; how many iterations are done.
 * @throws RangeError where it is a checkpoint of something else.
 */
export function readCheckpoint(bytes: Uint8Array, lanes: readonly Lane[]): number {
  const end = bytes.indexOf('\n'.charCodeAt(0)) + 1;
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Header;
  if (header.format !== FORMAT) throw new RangeError(`a checkpoint of format ${header.format}, expected ${FORMAT}`);
  let at = end;
  for (const [i, lane] of lanes.entries()) {
    const { id, random, stopped, remark, bytes: sizes } = header.lanes[i];
    if (id !== lane.id) throw new RangeError(`a checkpoint of engine '${id}', expected '${lane.id}'`);
    lane.contestant.random.resume(random);
    lane.stopped = stopped ?? undefined;
    lane.remark = remark ?? undefined;
    const parts = partsOf(lane);
    for (const [k, part] of parts.entries()) {
      if (sizes[k] !== part.byteLength) throw new RangeError(`a checkpoint of another size of engine '${id}'`);
      bytesOf(part).set(bytes.subarray(at, at + sizes[k]));
      at += sizes[k];
    }
    takeLedger(lane, parts[0] as Float64Array);
  }
  return header.iteration;
}

/** The arrays of a lane. The first is a copy of its ledger; the others are the lane's own. */
function partsOf({ theta, best, descent, tally, standing, ledger, particles }: Lane): (Float64Array | Float32Array)[] {
  return [
    Float64Array.from(Object.values(ledger)),
    tally.numbers,
    standing.numbers,
    theta.data,
    best.data,
    ...descent.memory.map(({ data }) => data),
    ...(particles ? [particles.states] : []),
  ];
}

function takeLedger({ ledger }: Lane, values: Float64Array): void {
  Object.keys(ledger).forEach((key, k) => {
    ledger[key as keyof Ledger] = values[k];
  });
}

/** Numbers as they lie in memory: little-endian wherever Node runs. */
function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
