/** Sweeps to be killed: many rows, much computing, and whatever has checkpoints. */
import { writeSpec } from '../_support/cli.js';

const network = { energy: 'hopfield', layers: [10, 20, 5], activation: 'tanh' };
const engines = [
  { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.01 },
  { id: 'rbp', name: 'rbp', method: 'ode' },
];
const common = { network, data: { name: 'random', examples: 4 }, engines, reference: 'rbp', second: { steps: 400 } };

/** About so many runs over two experiments. The folder of the specs. */
export function writeStressSpecs(folder: string, runs: number): string {
  const half = Math.max(1, Math.ceil(runs / 2));
  const rows = { ...common, name: 'rows', protocol: 'equivalence', seeds: half, record: { processes: { every: 4 } } };
  const end = { ...common, name: 'end', protocol: 'gradient', seeds: half, second: { steps: 6000 } };
  writeSpec(folder, rows, 'rows.yaml');
  writeSpec(folder, { ...end, figures: [] }, 'end.yaml');
  return folder;
}
