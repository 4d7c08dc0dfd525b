import type { FetchObserver } from '../files/fetch-set.js';
import { Bar } from './bar.js';
import { isWatched, note } from './terminal.js';

/** Shows how far a download is: a bar on a terminal, a line a file elsewhere, nothing when quiet. */
export function fetchProgress(name: string, quiet: boolean): FetchObserver & { stop(): void } {
  if (quiet) return { stop() {} };
  return isWatched() ? bar(name) : lines(name);
}

function bar(name: string): FetchObserver & { stop(): void } {
  const shown = new Bar(`{bar} {percentage}%  ${name}/{file}  {megabytes} MB`);
  const done = lines(name);
  return {
    fileStarted: ({ path, bytes }) => shown.start(bytes, { file: path, megabytes: (bytes / 1e6).toFixed(1) }),
    progress: (_, bytes) => shown.update(bytes),
    fileThere(file, fetched) {
      shown.stop();
      done.fileThere?.(file, fetched);
    },
    stop: () => shown.stop(),
  };
}

function lines(name: string): FetchObserver & { stop(): void } {
  return {
    fileThere: ({ path, bytes }, fetched) =>
      note(`${name}/${path}  ${bytes} bytes, SHA-256 as published${fetched ? '' : ' (was there)'}`),
    stop() {},
  };
}
