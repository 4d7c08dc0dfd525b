/** What threads inside a run are worth: the same batch by one of them, by two, by as many as there are cores. */
import { layered } from '../model/layered.js';
import { threadCount, useThreads } from '../numerics/wasm.js';
import { availableCores } from '../run/cores.js';
import { type Benchmark, type Breath, lower, type Result } from './benchmark.js';
import { median } from './measure.js';
import { deep, digits, type Setting, small, updater } from './updates.js';

/** Alternating rounds: a machine that changes speed does it to all. */
const ROUNDS = 9;

async function timesOf(
  setting: Setting,
  counts: readonly number[],
  seconds: number,
  breath: Breath,
): Promise<number[]> {
  const update = updater(layered(setting.layers), setting);
  const samples = counts.map((): number[] => []);
  update();
  const end = performance.now() + 1000 * seconds;
  for (let round = 0; round < ROUNDS || performance.now() < end; round++) {
    for (const [i, count] of counts.entries()) {
      useThreads(count);
      // threads that are let go give back what they worked in
      await breath();
      update();
      const started = performance.now();
      update();
      samples[i].push(performance.now() - started);
    }
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
  async run(seconds, breath) {
    const before = threadCount();
    const counts = countsUpTo(availableCores());
    const results: Result[] = [];
    try {
      for (const setting of [digits, deep, small]) {
        const times = await timesOf(setting, counts, seconds, breath);
        const name = `threads-scaling-${setting.layers.join('-')}`;
        const figure = (count: number, i: number) =>
          lower(`${name}-${count}`, times[i], 'ms', count === 1 ? undefined : times[0]);
        results.push(...counts.map(figure));
      }
      return results;
    } finally {
      useThreads(before);
    }
  },
};

export const threads: readonly Benchmark[] = [scaling];
