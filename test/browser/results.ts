/** Small results with all that a page can show: a sweep with figures, a training that fails, estimators, hostile words. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eprbp, writeSpec } from '../_support/cli.js';

const hopfield = { energy: 'hopfield', layers: [3, 4, 2], activation: 'tanh' };
const common = {
  network: hopfield,
  data: { name: 'random', examples: 2 },
  free: { solver: 'euler', step: 0.2, tolerance: 1e-9 },
  second: { integrator: 'euler', step: 0.2, steps: 12 },
};
const ep = (id: string, nudging: string) => ({ id, name: 'ep', nudging, beta: 0.1 });

export const HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'</title></style>';

const specs = [
  {
    ...common,
    name: 'slopes',
    title: 'The gap grows with β',
    source: 'Scellier & Bengio 2019',
    protocol: 'equivalence',
    engines: [ep('one-sided', 'one-sided'), ep('centered', 'centered'), { id: 'rbp', name: 'rbp', method: 'ode' }],
    reference: 'rbp',
    record: { processes: true },
    sweep: { zip: { 'engines.one-sided.beta': [0.001, 0.01, 0.1], 'engines.centered.beta': [0.001, 0.01, 0.1] } },
    figures: ['gap-over-beta', 'gap-over-time', 'processes'],
    assert: [
      { engine: 'one-sided', quantity: 'state', column: 'error_abs', max: 1e-3 },
      { engine: 'centered', quantity: 'params', column: 'error_scaled', max: 1 },
    ],
  },
  {
    ...common,
    name: 'estimators',
    title: 'Estimators on two networks',
    protocol: 'gradient',
    engines: [
      ep('one-sided', 'one-sided'),
      { id: 'limit', name: 'ep', nudging: 'exact' },
      { id: 'rbp', name: 'rbp', method: 'ode' },
    ],
    reference: 'exact',
    sweep: { network: [hopfield, { ...hopfield, layers: [3, 5, 2] }] },
  },
  {
    ...common,
    name: 'trained',
    title: HOSTILE,
    source: HOSTILE,
    protocol: { name: 'train', epochs: 2, batch: 8, optimizer: { name: 'sgd', rates: 0.5 } },
    seeds: 3,
    network: { energy: 'hopfield', layers: [2, 4, 2], activation: 'shifted-sigmoid' },
    data: { name: 'two-moons', examples: 24, test: 20 },
    free: { step: 0.5, tolerance: 1e-4, max_steps: 100 },
    engines: [{ id: 'mlp', name: 'backprop', output: 'activation' }],
    figures: ['learning-curves'],
  },
];

/** @returns the folder of results, with its pages */
export async function makeResults(): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'eprbp-browser-'));
  const files = specs.map((spec) => writeSpec(work, spec, `${spec.name}.yaml`));
  const { code, stderr } = await eprbp(work, 'run', '-q', '--report', ...files);
  if (code !== 3) throw new Error(`exit code ${code}: ${stderr}`);
  return join(work, 'results');
}
