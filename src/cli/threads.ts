/** `--threads`: what is typed, and what there is to say about it. */
import { hasSharedMemory } from '../numerics/kernels/module.js';
import { availableCores } from '../run/cores.js';
import { counted } from '../text.js';
import { wholeNumber } from './numbers.js';
import { note, styled } from './terminal.js';

/** undefined: as many as there are cores for a run. @throws UserError */
export function threadsOf(given: string): number | undefined {
  return given === 'auto' ? undefined : wholeNumber('--threads', given, 1, 'auto');
}

/** Says where so many threads of each of the runs side by side will not be, or will not help. */
export function noteThreads(threads: number | undefined, lanes: number, backend: string): void {
  const cores = availableCores();
  const alone = backend === 'mathjs' ? 'mathjs computes' : hasSharedMemory() ? undefined : NO_SHARED_MEMORY;
  if (alone !== undefined) {
    if (threads !== 1 && !(threads === undefined && backend === 'mathjs')) note(`${alone} with one thread`);
  } else if (threads !== undefined && threads > 1 && threads * lanes > cores) {
    const runs = lanes === 1 ? '' : ` for each of ${counted(lanes, 'run')} side by side`;
    note(
      `${styled('yellow', 'warning', process.stderr)} --threads ${threads}${runs} is more than the ${counted(cores, 'core')} that there are: threads that wait for each other are slower than fewer`,
    );
  }
}

const NO_SHARED_MEMORY = 'this Node has no memory that threads share: runs compute';
