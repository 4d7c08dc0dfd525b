/** What threads inside a run are worth: the same batch by one of them, by two, by as many as there are cores. */
import { layered } from '../model/layered.js';
import { threadCount, useThreads } from '../numerics/wasm.js';
import { availableCores } from '../run/cores.js';
import { type Benchmark, lower } from './benchmark.js';
import { median } from './measure.js';
import { deep, digits, type Setting, small, updater } from './updates.js';

/** Alternating rounds: a machine that changes speed does it to all. */
const ROUNDS = 9;

function timesOf(setting: Setting, counts: readonly number[], seconds: number): number[] {
  const update = updater(layered(setting.layers), setting);
  const samples = counts.map((): number[] => []);
  update();
  const end = performance.now() + 1000 * seconds;
  for (let round = 0; round < ROUNDS || performance.now() < end; round++) {
    counts.forEach((count, i) => {
      useThreads(count);
      update();
      const started = performance.now();
      update();
      samples[i].push(performance.now() - started);
    });
  }
  return samples.map(median);
}

/** 1, 2, 4, … and all. */
function countsUpTo(most: number): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log2(most)) }, (_, k) => 2 ** k);
  return [...powers, most];
}

const scaling: Benchmark = {
  name: 'threads-scaling',
  summary: 'an EP update by 1, 2, 4, … threads up to the cores there are; the limit is that of one thread',
  isLong: true,
  run(seconds) {
    const before = threadCount();
    const counts = countsUpTo(availableCores());
    try {
      return [digits, deep, small].flatMap((setting) => {
        const times = timesOf(setting, counts, seconds);
        const name = `threads-scaling-${setting.layers.join('-')}`;
        return counts.map((count, i) => lower(`${name}-${count}`, times[i], 'ms', count === 1 ? undefined : times[0]));
      });
    } finally {
      useThreads(before);
    }
  },
};

export const threads: readonly Benchmark[] = [scaling];
