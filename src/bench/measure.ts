/** Times of one piece of work, done again and again. */

/** Samples of a benchmark: enough for a median that one interruption does not move. */
const FEWEST_SAMPLES = 5;
/** A sample takes about so long, for work that is shorter: clocks and calls then cost nothing beside it. */
const SAMPLE_MS = 20;
/** Part of the time that is spent before anything is counted: engines compile what runs often. */
const WARM_UP = 0.3;

/**
 * Median time of one `work`, in milliseconds, over about `seconds`.
 * `work` gets the number of repetitions to do, so that a loop without calls can be timed too.
 */
export function medianMs(work: (repetitions: number) => void, seconds: number): number {
  const time = (repetitions: number): number => {
    const started = performance.now();
    work(repetitions);
    return performance.now() - started;
  };
  let once = time(1);
  const warm = performance.now() + 1000 * WARM_UP * seconds;
  while (performance.now() < warm) once = Math.min(once, time(1));
  const repetitions = Math.max(1, Math.round(SAMPLE_MS / Math.max(once, 1e-4)));
  const samples: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end || samples.length < FEWEST_SAMPLES) samples.push(time(repetitions) / repetitions);
  return median(samples);
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
