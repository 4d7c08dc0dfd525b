import test from 'ava';
import { UserError } from '../../src/errors.js';
import { hashOf, namer } from '../../src/plan/identity.js';
import { parseSource } from '../../src/spec/document.js';
import { applyOverrides, parseOverride } from '../../src/spec/overrides.js';
import { resolve } from '../../src/spec/resolve.js';
import { nearest, suggestion } from '../../src/spec/suggest.js';
import { specOf } from '../_support/bench.js';

test('did-you-mean: near words only, swaps of neighbours count once', (t) => {
  const words = ['tanh', 'sigmoid', 'hard-sigmoid'];
  t.deepEqual(
    ['tahn', 'Tanh', 'sigmod', 'hard-sigmiod', 'relu'].map((word) => nearest(word, words)),
    ['tanh', 'tanh', 'sigmoid', 'hard-sigmoid', undefined],
  );
  t.is(suggestion('relu', words), "there is 'tanh', 'sigmoid', 'hard-sigmoid'");
  t.is(suggestion('x', []), 'there is none');
});

const text = 'name: x\nfree: {step: 0.1}\nengines:\n  - {id: ep, beta: 1}\n  - rbp\n';
const source = () => parseSource(text, 'f.yaml');

test('every part of a document has its place, and what is missing has that of what holds it', (t) => {
  const { locate, locateKey } = source();
  t.deepEqual(locate(['free', 'step']), { file: 'f.yaml', line: 2, column: 14 });
  t.deepEqual(locate(['engines', 0, 'beta']), { file: 'f.yaml', line: 4, column: 20 });
  t.deepEqual(locate(['engines', 0, 'gamma']), { file: 'f.yaml', line: 4, column: 5 });
  t.deepEqual(locateKey(['free'], 'step'), { file: 'f.yaml', line: 2, column: 8 });
  t.deepEqual(locate([]), { file: 'f.yaml', line: 1, column: 1 });
});

test('overrides are laid over the file: by id, by index, into plain strings and missing maps; the last one wins', (t) => {
  const draft = applyOverrides(
    source(),
    ['engines.ep.beta=2', 'engines.1.method=ode', 'second.steps=7', 'free.step=0.2', 'free.step=0.3'].map(
      parseOverride,
    ),
  );
  t.deepEqual(draft.data, {
    name: 'x',
    free: { step: 0.3 },
    engines: [
      { id: 'ep', beta: 2 },
      { name: 'rbp', method: 'ode' },
    ],
    second: { steps: 7 },
  });
  t.deepEqual(draft.locate(['free', 'step']), { override: 'free.step=0.3' });
  t.deepEqual(draft.locate(['name']), { file: 'f.yaml', line: 1, column: 1 + 'name: '.length });
});

test('an override of what is swept names it by its dotted key, in a zip too', (t) => {
  const overrides = [
    'sweep.engines.ep.beta=[1, 2]',
    'sweep.seed=[3]',
    'sweep.zip.free.step=[4]',
    'sweep.free.tolerance.count=5',
  ];
  const draft = applyOverrides(source(), overrides.map(parseOverride));
  t.deepEqual((draft.data as { sweep: unknown }).sweep, {
    'engines.ep.beta': [1, 2],
    seed: [3],
    zip: { 'free.step': [4] },
    'free.tolerance': { count: 5 },
  });
  t.deepEqual(draft.locate(['sweep', 'seed']), { override: 'sweep.seed=[3]' });
});

test('overrides that lead nowhere are mistakes', (t) => {
  const apply = (override: string) => () => applyOverrides(source(), [parseOverride(override)]);
  t.throws(apply('engines.nobody.beta=1'), { instanceOf: UserError, message: /no item 'nobody' in engines/ });
  t.throws(apply('free.step.x=1'), { instanceOf: UserError, message: /'free.step' is not a map/ });
  t.throws(apply('engines.5.beta=1'), { instanceOf: UserError });
});

const none = { parameters: undefined, data: undefined };
const plain = {
  network: { energy: 'linear', units: 3, inputs: 1, outputs: 1 },
  title: 'T',
};

test('a hash knows everything that can change a row, and nothing else', (t) => {
  const hash = (change: object) => hashOf(specOf({ ...plain, ...change }), none, 'wasm');
  const base = hash({});
  for (const change of [
    { title: 'U' },
    { source: 'S' },
    { figures: ['gap-over-time'] },
    { assert: [{ engine: 'ep', quantity: 'state', column: 'norm', max: 1 }] },
  ]) {
    t.is(hash(change), base, JSON.stringify(change));
  }
  for (const change of [
    { seed: 2 },
    { cost: 'cross-entropy' },
    { second: { steps: 3 } },
    { record: { free_state: true } },
    { record: { free_path: true } },
    { data: { name: 'random', examples: 3 } },
    { free: { solver: 'rk4' } },
  ]) {
    t.not(hash(change), base, JSON.stringify(change));
  }
  t.is(hash({ cost: { name: 'mse' }, seed: 1 }), base, 'a default said aloud is the same');
  t.is(hash({ record: { free_path: false } }), base, 'what earlier versions could not record is not in it');
});

test('an id is readable, safe in a path, and tells keys of one name apart', (t) => {
  const where = { override: '' };
  const id = (...point: [string, unknown][]) =>
    namer(point.map(([key]) => key))(
      point.map(([key, value]) => ({ key, value, where })),
      'deadbeef00',
    );
  t.is(id(), 'run-deadbeef');
  t.is(id(['engines.ep.beta', 0.01], ['seed', 2]), 'ep.beta-0.01_seed-2-deadbeef');
  t.is(id(['free.step', 1], ['second.step', 2]), 'free.step-1_second.step-2-deadbeef');
  t.regex(id(['network.parameters', { file: '../a b/p.json' }]), /^[A-Za-z0-9._-]+$/);
  t.true(id(['title', 'x'.repeat(500)]).length < 120);
});

test('two runs of one slug and one start of a hash have names of their own', (t) => {
  const idOf = namer([]);
  t.is(idOf([], 'deadbeef00000000'), 'run-deadbeef');
  t.is(idOf([], 'deadbeef11111111'), 'run-deadbeef11111111');
  t.is(idOf([], 'deadbeef00000000'), 'run-deadbeef');
});

test('steps that a spec leaves out are whole for a map and 0.1 for an ODE, and stand where the schema has them', (t) => {
  const resolved = (energy: string, rest = '') => {
    const text = `network: {energy: ${energy}, layers: [2, 1], activation: tanh}\n${rest}`;
    const { free, second } = resolve(applyOverrides(parseSource(text, 'f.yaml'), [])).spec;
    t.deepEqual(Object.keys(free!), ['solver', 'step', 'tolerance', 'max_steps', 'rest_steps']);
    t.deepEqual(Object.keys(second!), ['integrator', 'step', 'steps']);
    return [free!.step, second!.step];
  };
  t.deepEqual(resolved('prototypical'), [1, 1]);
  t.deepEqual(resolved('hopfield'), [0.1, 0.1]);
  t.deepEqual(resolved('prototypical', 'free: {step: 0.5}'), [0.5, 1]);
  t.deepEqual(resolved('hopfield', 'second: {step: 0.02}'), [0.1, 0.02]);
});
