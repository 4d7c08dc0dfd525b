/** All that a run of trials is at between two of them: a line of JSON, and the numbers of the network that is learning. */
import * as z from 'zod';
import { RunError } from '../../errors.js';
import type { Pupil } from './pupil.js';

const count = z.int().nonnegative();
const stream = z.object({ generator: z.array(z.int()).length(4).readonly(), spare: z.number().nullable() });

const headerSchema = z.object({
  format: z.literal(1),
  number: z.int().positive().describe('of the network that is learning'),
  before: z.array(z.object({ learned: z.boolean(), trials: count, sound: z.boolean() })).describe('networks before it'),
  course: z.object({ trials: count, lessons: z.array(count), choices: stream, task: stream }),
});

/** What came of a network. */
export type Graduate = z.output<typeof headerSchema>['before'][number];

/** Where a run is: which networks are done, and the one that is at it. */
export interface Place {
  readonly before: readonly Graduate[];
  readonly pupil: Pupil;
}

export function writeCheckpoint({ before, pupil }: Place): Uint8Array {
  const header: z.input<typeof headerSchema> = {
    format: 1,
    number: pupil.number,
    before: [...before],
    course: { ...pupil.course(), lessons: [...pupil.lessons] },
  };
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const parts = arraysOf(pupil);
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, line.length));
  let at = 0;
  for (const part of [line, ...parts]) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param pupilOf the network of a number, fresh from its start. @throws RunError where it is a checkpoint of something else. */
export function readCheckpoint(bytes: Uint8Array, pupilOf: (number: number) => Pupil): Place {
  const end = bytes.indexOf('\n'.charCodeAt(0)) + 1;
  const { number, before, course } = headerOf(bytes.subarray(0, end));
  const pupil = pupilOf(number);
  let at = end;
  for (const part of arraysOf(pupil)) {
    if (at + part.length > bytes.length) throw wrong('its networks have another size');
    part.set(bytes.subarray(at, at + part.length));
    at += part.length;
  }
  pupil.resume(course);
  return { before, pupil };
}

function headerOf(line: Uint8Array): z.output<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder().decode(line)));
  } catch {
    throw wrong('what it says is not what trials write');
  }
}

const wrong = (why: string) =>
  new RunError(`the checkpoint is none of these trials: ${why}; run with --force to begin again`);

/** Numbers as they lie in memory: little-endian wherever Node runs. */
function arraysOf({ theta, standing }: Pupil): Uint8Array[] {
  return [theta.data, standing.numbers].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
}
