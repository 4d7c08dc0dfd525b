/** The part of V8's heap where every object begins: two halves, one of which is filled until it is swept. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Loading the program has brought it there. */
const ENOUGH_BYTES = 2 * 8 * 2 ** 20;

/**
 * Lets it grow no further than 2 × 8 MB. V8 doubles it when as many bytes as it holds have outlived sweeps since it last
 * grew, which every long run comes to, and does not make it smaller again. But what an update makes is dead by the next
 * one: sweeps of 16 MB find no more of it than those of 8 MB do, and take as long. To be said now and then, for V8 takes the
 * factor back whenever a thread starts; one that does not know it any more goes on as it was.
 */
export function keepYoungSpace(): void {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  if (young !== undefined && young.space_size >= ENOUGH_BYTES) setFlagsFromString('--semi-space-growth-factor=1');
}
