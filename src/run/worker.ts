/** A process of its own for runs: takes one order after the other, and ends with the process that gave them. */
import { leaveSignals } from '../io/signals.js';
import { importSame } from '../plugin/import.js';
import type { ExecuteOptions } from './execute.js';
import { attempt, type Ending, failureOf } from './lane.js';
import { type FromWorker, type Order, packed, type ToWorker } from './messages.js';

const WORK_EVERY_MS = 100;

let current: AbortController | undefined;

leaveSignals();
process.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') current?.abort();
  else void carryOut(message.order);
});
process.on('disconnect', () => current?.abort());

async function carryOut(order: Order): Promise<void> {
  current = new AbortController();
  tell({ kind: 'begun' });
  let told = performance.now();
  const ending = await work(order, {
    ...order.options,
    signal: current.signal,
    onWork(work) {
      if (performance.now() - told < WORK_EVERY_MS) return;
      told = performance.now();
      tell({ kind: 'work', work });
    },
  });
  current = undefined;
  tell({ kind: 'ended', ending: packed(ending) });
}

async function work({ plan, run, plugins }: Order, options: ExecuteOptions): Promise<Ending> {
  try {
    await importSame(plugins);
  } catch (error) {
    return failureOf(error);
  }
  return attempt(plan, run, options);
}

function tell(message: FromWorker): void {
  if (process.connected) process.send!(message);
}
