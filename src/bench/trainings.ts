/** Whole trainings, as a spec describes them: an epoch, and how long it takes to an error. */
import { join } from 'node:path';
import { published } from '../data/published.js';
import { cacheFolder } from '../files/cache.js';
import { isFetched } from '../files/fetch-set.js';
import { inScratch } from '../io/remove.js';
import { writeWhole } from '../io/write.js';
import { Arena } from '../numerics/arena.js';
import { backend } from '../numerics/current-backend.js';
import { plan } from '../plan/plan.js';
import type { ProtocolEvent } from '../protocol/protocol.js';
import { assemble } from '../run/assemble.js';
import { type Benchmark, type Breath, lower, type Result } from './benchmark.js';
import { median } from './measure.js';

const SEEDS = 3;

/** Milliseconds between two breaths. */
const BREATH_MS = 200;

/** Runs every seed of a spec; `see` is told everything, and ends a run when it says so. */
function training(spec: object, see: (event: ProtocolEvent, seed: number) => boolean, breath: Breath): Promise<void> {
  return inScratch('bench', async (folder) => {
    const file = join(folder, 'training.json');
    writeWhole(file, JSON.stringify({ name: 'training', precision: backend().precision, ...spec }));
    for (const [seed, run] of plan(file).runs.entries()) {
      const arena = new Arena();
      try {
        const { protocol, bench } = assemble(run, arena);
        let last = performance.now();
        for (const event of protocol.run(bench)) {
          if (see(event, seed)) break;
          if (performance.now() - last < BREATH_MS) continue;
          await breath();
          last = performance.now();
        }
      } finally {
        arena.release();
      }
    }
  });
}

const activation = 'shifted-sigmoid';
const init = { name: 'glorot-uniform', gain: 0.5 };

const EXAMPLES = 8000;

const epoch: Benchmark = {
  name: 'train-epoch-784-512-10',
  summary: `an epoch of ${EXAMPLES} synthetic digits, Adam, batch 50, 30 + 10 steps, and the error on 1000 others`,
  isLong: true,
  async run(_, breath) {
    let started = 0;
    let seconds = Number.NaN;
    const spec = {
      protocol: { name: 'train', epochs: 1, batch: 50, optimizer: { name: 'adam', rates: 1e-3 } },
      network: { energy: 'prototypical', layers: [784, 512, 10], activation, init },
      data: { name: 'digits-synthetic', examples: EXAMPLES, test: 1000, side: 28 },
      free: { tolerance: Number.MIN_VALUE, max_steps: 30 },
      second: { steps: 10 },
      engines: [{ name: 'ep', nudging: 'one-sided', beta: 0.1 }],
    };
    await training(
      spec,
      (event) => {
        started ||= performance.now();
        if (event.kind === 'rows' && event.table === 'evaluation') seconds = (performance.now() - started) / 1000;
        return false;
      },
      breath,
    );
    return [lower('train-epoch-784-512-10', seconds, 's')];
  },
};

/** The error to get to, and the epochs within which. */
const [ERROR, MOST_EPOCHS] = [0.05, 60];

/** Steps as published, and what the manual recommends in their place (eprbp help training). */
const settings = {
  fixed: {
    persistent: false,
    free: { tolerance: Number.MIN_VALUE, max_steps: 50 },
    second: { steps: 15 },
    engine: { nudging: 'one-sided', beta: 0.1 },
  },
  recommended: {
    persistent: true,
    free: { solver: 'anderson', tolerance: 3e-3, max_steps: 50 },
    second: { solver: 'anderson', tolerance: 2e-3, max_steps: 50 },
    engine: { nudging: 'one-sided', beta: 0.05 },
  },
} as const;

/** Handwritten digits where they have been fetched; else those that the package writes itself, which want more pixels. */
const digits = () =>
  published.some((set) => set.name === 'optdigits' && isFetched(set, cacheFolder()))
    ? { inputs: 64, rates: [0.05, 0.02], data: { name: 'optdigits', split: { validation: 500 } } }
    : {
        inputs: 196,
        rates: [0.2, 0.1],
        data: { name: 'digits-synthetic', examples: 4000, side: 14, split: { validation: 400 } },
      };

/** Seconds that each seed takes to the error, infinitely many where it does not get there. */
async function secondsToError(
  { persistent, free, second, engine }: (typeof settings)['fixed' | 'recommended'],
  breath: Breath,
) {
  const found = new Array<number>(SEEDS).fill(Number.POSITIVE_INFINITY);
  let [running, started] = [-1, 0];
  const { inputs, rates, data } = digits();
  const spec = {
    protocol: {
      ...{ name: 'train', epochs: MOST_EPOCHS, batch: 20, persistent },
      optimizer: { name: 'sgd', rates },
    },
    seeds: SEEDS,
    network: { energy: 'prototypical', layers: [inputs, 100, 10], activation, init },
    data,
    ...{ free, second },
    engines: [{ name: 'ep', ...engine }],
  };
  await training(
    spec,
    (event, seed) => {
      if (seed !== running) [running, started] = [seed, performance.now()];
      if (event.kind !== 'rows' || event.table !== 'evaluation') return false;
      const there = event.rows.some(([, , split, , , error]) => split === 'validation' && Number(error) <= ERROR);
      if (there) found[seed] = (performance.now() - started) / 1000;
      return there;
    },
    breath,
  );
  return found;
}

const timeToError: Benchmark = {
  name: 'time-to-error',
  summary: `batch 20, to ${100 * ERROR} % validation error, 50 + 15 steps and the settings that the manual recommends: 64-100-10 on optdigits where that has been fetched, else 196-100-10 on synthetic digits`,
  isLong: true,
  async run(_, breath) {
    // what comes first pays for compilation
    await secondsToError(settings.recommended, breath);
    const [fixed, recommended] = [
      await secondsToError(settings.fixed, breath),
      await secondsToError(settings.recommended, breath),
    ];
    const name = `time-to-error-${digits().data.name}`;
    const results = fixed.flatMap((seconds, seed): Result[] => [
      lower(`${name}-fixed-seed-${seed + 1}`, seconds, 's'),
      lower(`${name}-recommended-seed-${seed + 1}`, recommended[seed], 's', seconds),
    ]);
    return [...results, lower(`${name}-recommended`, median(recommended), 's', median(fixed))];
  },
};

export const trainings: readonly Benchmark[] = [epoch, timeToError];
