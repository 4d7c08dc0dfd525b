/** `--threads`: what is typed, and what there is to say about it. */
import { hasSharedMemory } from '../numerics/kernels/module.js';
import { availableCores, threadsOfEach } from '../run/cores.js';
import { counted } from '../text.js';
import { wholeNumber } from './numbers.js';
import { note, styled } from './terminal.js';

/** undefined: as many as there are cores for a run. @throws UserError */
export function threadsOf(given: string): number | undefined {
  return given === 'auto' ? undefined : wholeNumber('--threads', given, 1, 'auto');
}

/** What is asked for, and what there is. */
interface Wish {
  /** undefined: auto. */
  readonly threads: number | undefined;
  /** Runs side by side. */
  readonly lanes: number;
  readonly backend: string;
  readonly cores: number;
  readonly shared: boolean;
}

/** Says where so many threads of each of the runs side by side will not be, or will not help. */
export function noteThreads(threads: number | undefined, lanes: number, backend: string): void {
  const said = aboutThreads({ threads, lanes, backend, cores: availableCores(), shared: hasSharedMemory() });
  if (said) note(said.isWarning ? `${styled('yellow', 'warning', process.stderr)} ${said.text}` : said.text);
}

/** Nothing where each run has the threads that it was to have, and a core for each. */
export function aboutThreads({
  threads,
  lanes,
  backend,
  cores,
  shared,
}: Wish): { readonly text: string; readonly isWarning: boolean } | undefined {
  if (backend === 'mathjs') {
    const isAsked = threads !== undefined && threads > 1;
    return isAsked ? { text: 'mathjs computes with one thread', isWarning: false } : undefined;
  }
  if (!shared) {
    const isLess = (threads ?? threadsOfEach(lanes, cores)) > 1;
    return isLess ? { text: NO_SHARED_MEMORY, isWarning: false } : undefined;
  }
  if (threads === undefined || threads === 1 || threads * lanes <= cores) return undefined;
  const runs = lanes === 1 ? '' : ` for each of ${counted(lanes, 'run')} side by side`;
  const text = `--threads ${threads}${runs} is more than the ${counted(cores, 'core')} that there are: threads that wait for each other are slower than fewer`;
  return { text, isWarning: true };
}

const NO_SHARED_MEMORY =
  'this Node has no memory that threads share (SharedArrayBuffer): each run computes with one thread, to the same bytes, only slower; -j still runs several side by side';
