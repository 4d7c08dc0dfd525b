import { Interrupted } from './exit-codes.js';

/** SIGINT and SIGTERM end the work at its next breath; `kept` says what is not lost then. */
export async function underSignals<T>(work: (signal: AbortSignal) => Promise<T>, kept: string): Promise<T> {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => controller.abort(new Interrupted(signal as 'SIGINT', kept));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
