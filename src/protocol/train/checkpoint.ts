/** All that training is at after an iteration: a line of JSON, and the numbers of every array behind it, once. */
import * as z from 'zod';
import { Packed, type Parts, pack, type Stored } from '../packed.js';
import type { Lane, Ledger } from './lane.js';

const FORMAT = 2;

const count = z.int().nonnegative();
const stream = z.object({ generator: z.array(z.int()).length(4).readonly(), spare: z.number().nullable() });

/** What is no array. */
const headerSchema = z.object({
  format: z.literal(FORMAT),
  iteration: count.describe('iterations done'),
  lanes: z.array(
    z.object({
      id: z.string(),
      random: z.record(z.string(), stream),
      stopped: z.object({ iteration: count, epoch: count, why: z.string().optional() }).nullable(),
      remark: z.object({ count, last: z.string() }).nullable(),
      bytes: z.array(count).describe('of its arrays, in the order of partsOf()'),
    }),
  ),
});
type Header = z.output<typeof headerSchema>;

export function writeCheckpoint(iteration: number, lanes: readonly Lane[]): Parts {
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
  return pack(header, parts.flat());
}

/**
 * Puts lanes, fresh from their start, where a checkpoint of the same run says; how many iterations are done.
 * @throws RunError where it is a checkpoint of something else.
 */
export function readCheckpoint(bytes: Uint8Array, lanes: readonly Lane[]): number {
  const found = new Packed(bytes, headerSchema, { of: 'this training', writer: 'a training writes' });
  const { header } = found;
  if (header.lanes.length !== lanes.length)
    throw found.wrong(`it has ${header.lanes.length} engines, the training ${lanes.length}`);
  for (const [i, lane] of lanes.entries()) {
    const { id, random, stopped, remark, bytes: sizes } = header.lanes[i];
    if (id !== lane.id) throw found.wrong(`it is of engine '${id}', expected '${lane.id}'`);
    const parts = partsOf(lane);
    const isOfSize = parts.every(({ byteLength }, k) => sizes[k] === byteLength) && sizes.length === parts.length;
    const length = sizes.reduce((sum, size) => sum + size, 0);
    if (!isOfSize || length > found.left) throw found.wrong(`engine '${id}' has another size in it`);
    lane.contestant.random.resume(random);
    lane.stopped = stopped ?? undefined;
    lane.remark = remark ?? undefined;
    for (const part of parts) found.take(part);
    takeLedger(lane, parts[0] as Float64Array);
  }
  return header.iteration;
}

/** The arrays of a lane. The first is a copy of its ledger; the others are the lane's own. */
function partsOf({ theta, best, descent, tally, standing, ledger, particles }: Lane): Stored[] {
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
