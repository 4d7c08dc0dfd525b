/** What leaves this process for a worker and comes back, and what moves from one folder to another, stays what it is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'ava';
import { plan } from '../../src/plan/plan.js';
import { relocate } from '../../src/run/folder.js';
import type { Ending } from '../../src/run/lane.js';
import { orderOf, packed, unpacked } from '../../src/run/messages.js';
import { byLabels, keysOf, type Labelled, labelCells, labelColumns } from '../../src/run/tidy.js';
import type { Spec } from '../../src/spec/schema.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { runHere } from '../_support/in-process.js';

test('a run that a worker has finished is told as if it had been finished here; so is one that failed', async (t) => {
  const work = workspace(t);
  const assert = [{ engine: 'ep', quantity: 'state', column: 'error_scaled', max: 1e-9 }];
  const { plan: planned, finished } = await runHere(writeSpec(work, { ...quick, assert, seeds: 2 }), join(work, 'out'));
  t.is(finished.length, 2);
  for (const [index, end] of finished.entries()) {
    const task = { plan: planned, run: planned.runs[index], index };
    const sent = structuredClone(packed({ kind: 'finished', finished: end }));
    t.deepEqual(unpacked(sent, task), {
      kind: 'finished',
      finished: { ...end, record: { ...end.record, spec: end.run.spec } },
    });
    t.false('spec' in (sent as unknown as { finished: { record: object } }).finished.record, 'it is known here');
    const order = structuredClone(orderOf(task, { out: 'out', again: 'never', environment: {} }));
    t.deepEqual(order.run, task.run);
    t.deepEqual(order.plan.runs, [], 'its neighbours are no affair of its');
  }
  const failed: Ending = { kind: 'failed', message: 'no room' };
  t.deepEqual(unpacked(structuredClone(packed(failed)), { plan: planned, run: planned.runs[0], index: 0 }), failed);
});

test('paths of a spec that is written elsewhere lead to the same files', (t) => {
  const work = workspace(t);
  for (const file of ['p.json', 'own.js', 'a.csv']) writeFileSync(join(work, file), file);
  writeFileSync(join(work, 'p.json'), '{"W1": [[1, 2], [3, 4]], "b1": [0, 0]}');
  writeFileSync(join(work, 'a.csv'), '1,2,a\n3,4,b\n');
  const file = writeSpec(join(work, 'specs'), {
    ...quick,
    network: { ...quick.network, layers: [2, 2], parameters: { file: '../p.json' } },
    data: { name: 'csv', train: '../a.csv' },
  });
  const spec = plan(file).runs[0].spec as Spec;
  const home = dirname(file);
  for (const to of [join(work, 'deep/er/still'), work, home]) {
    const moved = relocate(spec, home, to) as Spec;
    const { file: parameters } = moved.network.parameters as { file: string };
    for (const [path, name] of [
      [parameters, 'p.json'],
      [moved.data['train'] as string, 'a.csv'],
    ]) {
      t.is(path, relative(to, join(work, name)));
      t.is(resolve(to, path), join(work, name));
      t.is(readFileSync(resolve(to, path), 'utf8'), readFileSync(join(work, name), 'utf8'));
    }
    t.deepEqual(relocate(moved, to, home), spec, 'and back');
  }
});

const run = (id: string, changes: Record<string, unknown>, spec: Record<string, unknown> = {}): Labelled => ({
  id,
  changes,
  spec,
});

test('rows of a sweep stand behind what their run was: as swept, or as the spec has it', (t) => {
  const engines = [{ id: 'ep', beta: 0.5, at: [3, 4] }];
  const swept = run('a', { 'engines.ep.beta': 0.1, seed: 2 }, { engines, title: 'x, "y"' });
  const plain = run('b', {}, { engines, seed: 1, title: null });
  const keys = keysOf([swept, plain]);
  t.deepEqual(keys, ['engines.ep.beta', 'seed'], 'the seed last, though nobody swept it');
  t.is(labelCells(swept, keys), 'a,0.1,2,');
  t.is(labelCells(plain, keys), 'b,0.5,1,');
  t.is(labelCells(swept, ['title', 'engines.ep.at', 'engines.0.id', 'none.at.all']), 'a,"x, ""y""","[3,4]",ep,,');
  t.deepEqual(labelColumns(['step', 'seed'], ['step', 'norm']), ['run', 'spec.step', 'seed']);
});

test('the order of rows is that of numbers, then of words, however a sweep was run', (t) => {
  const values = [2, 'a', 10, 1e-3, 'B', 2, -1];
  const runs = values.map((key, i) => run(`run-${i}`, { key }));
  const expected = ['run-6', 'run-3', 'run-0', 'run-5', 'run-2', 'run-4', 'run-1'];
  for (let turn = 0; turn < runs.length; turn++) {
    const turned = [...runs.slice(turn), ...runs.slice(0, turn)].sort(byLabels(['key']));
    t.deepEqual(
      turned.map(({ id }) => id),
      expected,
    );
  }
});
