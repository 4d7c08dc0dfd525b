/** Signs of life that come while the process computes: a thread touches files, whatever the main thread is at. */
import { Worker } from 'node:worker_threads';

/** Plain text, so that it starts in milliseconds, and alike from source, build and bundle. */
const BEATING = `
const { parentPort } = require('node:worker_threads');
const { lutimesSync } = require('node:fs');
const timers = new Map();
const touch = (path) => {
  const now = Date.now() / 1000;
  try { lutimesSync(path, now, now); } catch {}
};
parentPort.on('message', ({ path, everyMs }) => {
  clearInterval(timers.get(path));
  timers.delete(path);
  if (everyMs > 0) timers.set(path, setInterval(touch, everyMs, path));
});
`;

/** One for all files of this process, from the first that it holds on. It stops where the process is stopped. */
let thread: Worker | undefined;

/** Touches a file that is there, again and again, until the function that is given back is called. */
export function beat(path: string, everyMs: number): () => void {
  try {
    thread ??= started();
  } catch {
    // no more threads: others may take over what this process holds, which ends nothing but costs time
  }
  thread?.postMessage({ path, everyMs });
  return () => thread?.postMessage({ path, everyMs: 0 });
}

function started(): Worker {
  const worker = new Worker(BEATING, { eval: true, execArgv: [], env: {}, name: 'beat' });
  // as above: nothing here needs it
  worker.on('error', () => {
    thread = undefined;
  });
  worker.unref();
  return worker;
}
