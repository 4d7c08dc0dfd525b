/**
 * A thread that kills its process, busy as it may be, where it takes more memory than it may, on the heap or beside it, or
 * where the process that started it is gone.
 */
const EVERY_MS = 20;

const mostBytes = Number(process.argv[2]);
const parent = process.ppid;

setInterval(() => {
  if (process.memoryUsage.rss() > mostBytes || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, EVERY_MS);
