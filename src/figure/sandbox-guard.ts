/**
 * A thread that ends its process, busy as it may be, where it takes more memory than it may, on the heap or beside it, or
 * where the process that started it is gone.
 */
import { writeSync } from 'node:fs';

const EVERY_MS = 20;
const STDERR = 2;

const mostBytes = Number(process.argv[2]);
const parent = process.ppid;

setInterval(() => {
  const tooMuch = process.memoryUsage.rss() > mostBytes;
  if (!tooMuch && process.ppid === parent) return;
  if (tooMuch) writeSync(STDERR, 'out of memory');
  process.kill(process.pid, 'SIGKILL');
}, EVERY_MS);
