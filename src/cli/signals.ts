/** How this program takes a signal that is to end it. */
import { isatty } from 'node:tty';
import { ENDING_SIGNALS, type EndingSignal } from '../io/signals.js';
import { Interrupted, workBegins } from './exit-codes.js';
import { note } from './terminal.js';

/** At the start: a terminal that closes takes its file descriptors along. */
const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));

/** How many pieces of work there are that end by themselves when they are told to. */
let works = 0;

/**
 * To be called before anything else is loaded: until then SIGUSR1 opens Node's debugger. Without a terminal SIGHUP is
 * nobody's order: whoever started the program with nohup meant it to go on, and Node forgets that nohup ignored it. The
 * others have their default, an end at once, which also ends what never looks up, until there is work to lose.
 */
export function watchSignals(): void {
  if (!hasTerminal) process.on('SIGHUP', () => {});
  if (!ENDING_SIGNALS.includes('SIGUSR1')) return;
  const end = () => {
    if (works > 0) return;
    const { message, exitCode } = new Interrupted('SIGUSR1', 'nothing was begun');
    note(message);
    process.exit(exitCode);
  };
  process.on('SIGUSR1', end);
  const look = () => {
    if (closeDebugger()) end();
  };
  look();
  // Node opens it at its leisure
  setImmediate(look);
}

/** Whether the signal came before anybody heard it, so that a debugger is open which nobody asked for. */
function closeDebugger(): boolean {
  if ([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((option) => option.includes('--inspect')))
    return false;
  const inspector = process.getBuiltinModule?.('node:inspector');
  if (inspector?.url() === undefined) return false;
  inspector.close();
  return true;
}

/** A process may have a signal twice, from its terminal and from the npm or shell that started it: an echo within so long. */
const ECHO_MS = 500;

/**
 * A signal ends the work at its next breath; `kept` says what is not lost then, and how to go on. Another one after that
 * ends the process at once.
 */
export async function underSignals<T>(work: (signal: AbortSignal) => Promise<T>, kept: string): Promise<T> {
  const controller = new AbortController();
  const heard = ENDING_SIGNALS.filter((name) => name !== 'SIGHUP' || hasTerminal);
  const release = () => {
    for (const name of heard) process.off(name, stop);
  };
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) return;
    controller.abort(new Interrupted(name as EndingSignal, kept));
    setTimeout(release, ECHO_MS).unref();
  };
  for (const name of heard) process.on(name, stop);
  works++;
  workBegins();
  try {
    return await work(controller.signal);
  } finally {
    works--;
    release();
  }
}
