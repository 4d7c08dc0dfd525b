/** Results of the protocol gradient on two networks to draw. */
import { csv, writeRun } from './fixture.js';

const engines = [
  { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.01, rule: 'energy' },
  { id: 'rbp', name: 'rbp', method: 'ode' },
  { id: 'direct', name: 'rbp', method: 'direct' },
];

/** Runs whose engines are off by these: one-sided EP by the first, RBP by 10⁻¹¹, a direct solve by nothing. */
export function estimates(folder: string, off: readonly number[] = [0.01, 0.04]): string[] {
  return off.map((error, i) => {
    const errors = { ep: error, rbp: 1e-11, direct: 0 };
    const rows = Object.entries(errors).map(([id, relative]) => [
      id,
      'exact',
      'params',
      1,
      1,
      relative,
      relative,
      1 - relative,
      1,
      100,
      1e-16,
    ]);
    return writeRun(folder, `network-${i}`, {
      changes: { network: i },
      spec: {
        protocol: { name: 'gradient' },
        reference: 'exact',
        engines,
        network: { energy: 'hopfield', layers: [3, 4 + i, 2], activation: { name: 'tanh' } },
      },
      files: { 'metrics.csv': csv('gradient', rows) },
    });
  });
}
