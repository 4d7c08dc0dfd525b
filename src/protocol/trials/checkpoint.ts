/** All that a run of trials is at between two of them: a line of JSON, and the numbers of the network that is learning. */
import * as z from 'zod';
import { Packed, type Parts, pack, type Stored } from '../packed.js';
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

export function writeCheckpoint({ before, pupil }: Place): Parts {
  const header: z.input<typeof headerSchema> = {
    format: 1,
    number: pupil.number,
    before: [...before],
    course: { ...pupil.course(), lessons: [...pupil.lessons] },
  };
  return pack(header, arraysOf(pupil));
}

/** @param pupilOf the network of a number, fresh from its start. @throws RunError where it is a checkpoint of something else. */
export function readCheckpoint(bytes: Uint8Array, pupilOf: (number: number) => Pupil): Place {
  const found = new Packed(bytes, headerSchema, { of: 'these trials', writer: 'trials write' });
  const { number, before, course } = found.header;
  const pupil = pupilOf(number);
  for (const part of arraysOf(pupil)) {
    if (part.byteLength > found.left) throw found.wrong('its networks have another size');
    found.take(part);
  }
  pupil.resume(course);
  return { before, pupil };
}

const arraysOf = ({ theta, standing }: Pupil): Stored[] => [theta.data, standing.numbers];
