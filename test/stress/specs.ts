/** Sweeps to be killed: many rows, much computing, and whatever has checkpoints. */
import { writeSpec } from '../_support/cli.js';

const network = { energy: 'hopfield', layers: [10, 20, 5], activation: 'tanh' };
const engines = [
  { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.01 },
  { id: 'rbp', name: 'rbp', method: 'ode' },
];
const common = { network, data: { name: 'random', examples: 4 }, engines, reference: 'rbp', second: { steps: 400 } };

/** Goes on from the checkpoint of every eighth iteration. */
const training = {
  ...common,
  name: 'training',
  protocol: {
    name: 'train',
    epochs: 12,
    batch: 10,
    optimizer: { name: 'adam', rates: [0.01, 0.01] },
    persistent: true,
    checkpoint_every: 8,
  },
  // at the usual gain some seeds of many diverge, and a sweep with them ends with 1
  network: {
    energy: 'hopfield',
    layers: [2, 20, 2],
    activation: 'shifted-sigmoid',
    init: { name: 'glorot-uniform', gain: 0.5 },
  },
  data: { name: 'two-moons', examples: 200, test: 100 },
  free: { solver: 'euler', step: 0.5, tolerance: 1e-3, max_steps: 100 },
  second: { step: 0.5, steps: 20 },
  reference: [],
  figures: [],
};

/** About so many runs over three experiments. The folder of the specs. */
export function writeStressSpecs(folder: string, runs: number): string {
  const seeds = Math.max(1, Math.ceil(runs / 3));
  const rows = { ...common, name: 'rows', protocol: 'equivalence', seeds, record: { processes: { every: 4 } } };
  const end = { ...common, name: 'end', protocol: 'gradient', seeds, second: { steps: 6000 }, figures: [] };
  writeSpec(folder, rows, 'rows.yaml');
  writeSpec(folder, end, 'end.yaml');
  writeSpec(folder, { ...training, seeds }, 'training.yaml');
  return folder;
}
