/** Examples that say too little of their classes, before anything runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { plan } from '../../src/plan/plan.js';
import { complaint } from '../_support/data.js';

/** A file that is sorted by its class. */
const sorted = ['a', 'b', 'c'].flatMap((label, k) =>
  Array.from({ length: 10 }, (_, i) => `${i / 7},${k + i / 9},${label}\n`),
);

const folder = mkdtempSync(join(tmpdir(), 'eprbp-plan-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'sorted.csv'), sorted.join(''));
let count = 0;

function planned(data: object, more: object = {}) {
  const spec = {
    name: 'sorted',
    protocol: { name: 'train', epochs: 2, batch: 5, optimizer: { name: 'sgd', rates: 0.1 } },
    network: { energy: 'hopfield', layers: [2, 5, 3], activation: 'tanh' },
    data: { name: 'csv', train: 'sorted.csv', ...data },
    engines: [{ id: 'ep', name: 'ep', nudging: 'centered', beta: 0.1 }],
    ...more,
  };
  const file = join(folder, `spec-${count++}.json`);
  writeFileSync(file, JSON.stringify(spec));
  return () => plan(file).runs[0];
}
const about = (run: ReturnType<typeof planned>) => run().warnings.filter((warning) => warning.includes('of class'));

test('training on one class of several is refused, with what to write; on some of them it is warned of', (t) => {
  t.regex(
    complaint(planned({ examples: 10 })),
    /data: all 10 examples are of class a, of the 3 that there are \(is the file sorted by class\?\); write examples: \{count: 10, by: class\}$/,
  );
  t.deepEqual(about(planned({ examples: 15 })), ['data: no example of the training set is of class c']);
  t.deepEqual(about(planned({ examples: { count: 10, by: 'class' } })), []);
  t.deepEqual(about(planned({ examples: { count: 12, by: 'random' } })), []);
  t.is(complaint(planned({ examples: 1 })), 'no complaint', 'one example is meant');
  const gradient = { protocol: 'gradient', reference: 'exact' };
  t.deepEqual(about(planned({ examples: 10 }, gradient)), [], 'nothing is learned of classes there');
});

test('keys that are left out leave hashes as they were; those that change rows change them', (t) => {
  const gradient = { protocol: 'gradient', reference: 'exact' };
  const hash = (data: object) => planned(data, gradient)().hash;
  t.is(hash({}), '090ba5dddb2194f1', 'as on 49f1a15');
  const hashes = [{}, { examples: 5 }, { split: { validation: 3 } }, { standardise: true }, { missing: '?' }].map(hash);
  t.is(new Set(hashes).size, hashes.length);
});

test('patience is refused, with what it is called now', (t) => {
  const protocol = { name: 'train', epochs: 2, batch: 5, optimizer: { name: 'sgd', rates: 0.1 }, patience: 3 };
  t.regex(
    complaint(planned({}, { protocol })),
    /unknown key 'protocol\.patience'; patience is now chance_epochs; for early stopping use stop: \{patience: n\}$/,
  );
});
