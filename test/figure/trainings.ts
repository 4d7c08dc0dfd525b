/** Results of trainings to draw. */
import type { Row } from '../../src/metrics/columns.js';
import { csv, writeRun } from './fixture.js';

const learners = [
  { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.1, rule: 'energy' },
  { id: 'rbp', name: 'rbp', method: 'ode' },
  { id: 'mlp', name: 'backprop', output: 'activation' },
];
const LEARNERS = learners.map(({ id }) => id);

/** Finished trainings with two classes, one a seed: errors fall over five epochs of ten iterations, to 0 for the first engine. */
export function trainings(folder: string, seeds: readonly number[]): string[] {
  const epochs = [1, 2, 3, 4, 5];
  return seeds.map((seed) => {
    const error = (epoch: number, k: number) => (k === 0 && epoch === 5 ? 0 : 0.5 / (epoch + k + seed / 10));
    const evaluation = epochs.flatMap((epoch) =>
      LEARNERS.flatMap((engine, k) =>
        ['train', 'validation', 'test'].map(
          (split): Row => [epoch, engine, split, 20, error(epoch, k), error(epoch, k), 12, 1e-3],
        ),
      ),
    );
    const iterations = Array.from({ length: 50 }, (_, i) =>
      LEARNERS.map((engine, k): Row => {
        const cosine = k < 2 && i % 5 === 4 ? 1 - k / (i + 5) : Number.NaN;
        const rest = k < 2 ? [10 + i, 1e-6 * (1 + i * i)] : [0, Number.NaN];
        return [1 + Math.floor(i / 10), i + 1, 4 * (i + 1), engine, 0.5, 0.5, ...rest, 8, 0.5 / (i + 1), 1e-3, cosine];
      }),
    );
    const filters = LEARNERS.flatMap((engine) =>
      [0, 1, 2].flatMap((unit) => [0, 1, 2, 3].map((at): Row => [engine, unit, at >> 1, at & 1, (at - unit) / 3])),
    );
    const confusion = LEARNERS.flatMap((engine) =>
      [0, 1].flatMap((label) =>
        [0, 1].map((prediction): Row => [engine, 'test', label, prediction, label === prediction ? 9 : 1]),
      ),
    );
    return writeRun(folder, `seed-${seed}`, {
      engines: Object.fromEntries(LEARNERS.map((id) => [id, { measured: { best_epoch: 4 } }])),
      changes: seeds.length > 1 ? { seed } : {},
      spec: {
        protocol: { name: 'train' },
        engines: learners,
        reference: [],
      },
      files: {
        'metrics.csv': csv('train', iterations.flat()),
        'evaluation.csv': csv('evaluation', evaluation),
        'filters.csv': csv('filters', filters),
        'confusion.csv': csv('confusion', confusion),
      },
    });
  });
}

/** Trainings over rates (and β), one engine: the least validation error at rate 0.1, and at β = 0.5. */
export function sweptTrainings(
  folder: string,
  rates: readonly number[],
  betas: readonly number[],
  seeds: readonly number[],
): string[] {
  const points = rates.flatMap((rate) => betas.flatMap((beta) => seeds.map((seed) => ({ rate, beta, seed }))));
  return points.map(({ rate, beta, seed }) => {
    const error = (epoch: number) =>
      0.05 +
      0.1 * Math.abs(Math.log10(rate / 0.1)) +
      0.05 * Math.abs(Math.log2(beta / 0.5)) +
      0.01 * seed +
      0.02 * Math.abs(epoch - 2);
    const rows = [1, 2, 3].flatMap((epoch) =>
      ['train', 'validation', 'test'].map(
        (split, i): Row => [epoch, 'ep', split, 20, error(epoch) * (1 + i / 10), error(epoch) * (1 + i / 10), 12, 1e-3],
      ),
    );
    return writeRun(folder, `rates-${rate}_beta-${beta}_seed-${seed}`, {
      engines: { ep: { measured: { best_epoch: 2 } } },
      changes: {
        'protocol.optimizer.rates': rate,
        ...(betas.length > 1 ? { 'engines.ep.beta': beta } : {}),
        ...(seeds.length > 1 ? { seed } : {}),
      },
      spec: { protocol: { name: 'train' }, engines: [{ ...learners[0], beta }], reference: [] },
      files: { 'evaluation.csv': csv('evaluation', rows) },
    });
  });
}
