/** A thread that carries out pieces of commands: the same kernels, on the same memory, with a workspace of its own. */
import { workerData } from 'node:worker_threads';
import { threadNumber } from '../../io/threads.js';
import { Command, type Kernel } from './command.js';
import { instantiate, kernelsOf, type Memory } from './instance.js';

/** Functions beside the kernels: a module whose `functions` makes them of `data`. */
export interface More {
  readonly url: string;
  readonly data: unknown;
}

export interface ThreadData {
  readonly module: object;
  readonly memory: Memory;
  readonly more: readonly More[];
  readonly address: number;
  readonly thread: number;
  readonly work: number;
  readonly scratch: number;
}

const { module, memory, more, address, thread, work, scratch } = workerData as ThreadData;
const { buffer } = memory;
const exports = instantiate(module, memory);
exports.useScratch(scratch);
const functions: Kernel[] = kernelsOf(exports);
for (const { url, data } of more) functions.push(...(await import(url)).functions(buffer, data));
const command = new Command(buffer, address, functions, thread, threadNumber(), work);
for (;;) {
  while (command.take());
  command.rest();
}
