import test from 'ava';
import { readNpz } from '../../src/numerics/npz.js';
import { inPrecision } from '../_support/precision.js';
import { bench, small, trained } from '../_support/train.js';

const single = {
  precision: 'float32',
  free: { step: 0.5, max_steps: 500 },
  protocol: { ...small.protocol, persistent: true, checkpoint_every: 1, weights: ['npz'] },
  data: { ...small.data, split: { validation: 2 } },
};

test('weights of single precision are written as such, and are numbers of it', (t) => {
  const { files } = inPrecision('float32', () => trained(single));
  const archives = [...files].filter(([name]) => name.endsWith('.npz'));
  t.true(archives.length > 0);
  for (const [, bytes] of archives) {
    t.true(Buffer.from(bytes).includes("'descr': '<f4'"));
    for (const { data } of Object.values(readNpz(bytes)))
      t.true(data instanceof Float32Array && data.some((w) => w !== 0));
  }
});

test('in single precision, too, a training goes on from any checkpoint to the same bytes', (t) => {
  inPrecision('float32', () => {
    const whole = trained(single);
    t.true(whole.checkpoints.length >= 4);
    for (const { data, rowsBefore } of whole.checkpoints) {
      const rest = trained(single, (made) => bench(made, { resume: data }));
      for (const [table, rows] of Object.entries(whole.rows))
        t.deepEqual(rest.rows[table] ?? [], rows.slice(rowsBefore[table] ?? 0), table);
      t.deepEqual(rest.files, whole.files);
    }
  });
});

test('a checkpoint of another precision is none of this training', (t) => {
  const { checkpoints } = inPrecision('float32', () => trained(single));
  const [{ data }] = checkpoints;
  t.throws(() => trained({ ...single, precision: 'float64' }, (made) => bench(made, { resume: data })), {
    message: /none of this training: engine 'ep' has another size in it/,
  });
});

test('a training in single precision is that in double precision, to its digits', (t) => {
  const cost = (precision: 'float32' | 'float64') =>
    inPrecision(precision, () =>
      trained({ ...single, precision, free: { step: 0.5, tolerance: 1e-6, max_steps: 500 } }),
    )
      .rows['train'].map((row) => row.filter((cell) => typeof cell === 'number'))
      .map((numbers) => numbers[2] as number);
  const [one, two] = [cost('float32'), cost('float64')];
  t.true(one.length > 3);
  one.forEach((value, i) => {
    t.true(Math.abs(value - two[i]) <= 1e-4 * Math.abs(two[i]), `${value} ${two[i]}`);
  });
});
