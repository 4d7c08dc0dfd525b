/** A search that takes a moment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn } from './cli.js';

/** Four points, two of them go on from epoch 1 to 2, one to 4 and to the end. */
export const search = {
  name: 'search',
  protocol: { name: 'train', epochs: 5, batch: 8, optimizer: { name: 'sgd', rates: 0.5 }, checkpoint_every: 2 },
  seeds: 2,
  network: {
    energy: 'hopfield',
    layers: [2, 3, 2],
    activation: 'shifted-sigmoid',
    init: { name: 'glorot-uniform' },
  },
  data: { name: 'two-moons', examples: 24, test: 8, split: { validation: 12 } },
  free: { step: 0.5, tolerance: 1e-3, max_steps: 20 },
  second: { step: 0.5, steps: 3 },
  engines: [{ id: 'mlp', name: 'backprop', output: 'activation' }],
  sweep: {
    'protocol.optimizer.rates': { from: 0.01, to: 10, scale: 'log' },
    'network.init.gain': { from: 0.3, to: 3, scale: 'log' },
    sample: { points: 4 },
    prune: { after: 1, keep: 0.5 },
  },
} as const;

/** The bytes of all files of an experiment but those of holders, and run.json and checkpoints, which hold times. */
export const bytesIn = (experiment: string): Record<string, string> =>
  Object.fromEntries(
    filesIn(experiment)
      .filter((file) => !/(^|\/)(run\.json$|checkpoint\.bin$|\.)/.test(file))
      .map((file) => [file, readFileSync(join(experiment, file), 'latin1')]),
  );
