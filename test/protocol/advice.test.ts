/** The table of symptoms: every one has a remedy, whatever the spec, and no remedy names a key that the spec has not. */
import test from 'ava';
import { advise, keysIn, type Settings, type Symptom } from '../../src/protocol/advice.js';
import { symptoms } from '../../src/protocol/symptoms/symptoms.js';
import { benchOf, runSpec } from '../_support/bench.js';
import { everyEngine } from '../_support/engines.js';
import { dynamicsOf, everyNetwork, type Network, title } from '../_support/networks.js';

/** Something found, as large or as small as it may be, of every kind that a symptom asks for. */
const found = (size: number) => ({
  ...{ steps: 7, residual: size, tolerance: size, rate: size - 1e-3, left: size, time: size, enough: size, most: size },
  ...{ bias: size, order: size < 1 ? 1 : 2, least: size, error: size, lost: 1, searches: 2, share: size, ratio: size },
  ...{
    what: 'it ended',
    largestUpdate: size,
    growth: size,
    count: 1,
    of: 2,
    betas: '0.1',
    beta: size,
    moving: 1,
    points: 4,
  },
  ...{ epsilon: size, flow: size, stepped: size, step: 3, lambda: size, square: size, before: size, last: size },
  ...{ rank: 2, patterns: 3, arrived: 9, switching: 3, switched: 2, windows: 8, precision: 'float64' },
  ...{
    name: 'x',
    key: 'x',
    batch: 8,
    even: '5 or 10',
    floor: '1e-3',
    limit: '1e-3',
    list: 'a, b',
    rest: 3,
    energy: 'x',
    differing: 'y',
  },
});
const finds = [1e-15, 1e-4, 0.5, 20].flatMap((size) => [true, false].map((map) => ({ ...found(size), map })));

const table = Object.entries(symptoms).flatMap(([group, members]) =>
  Object.entries(members).map(([name, symptom]) => [`${group}.${name}`, symptom as Symptom<object>] as const),
);

/** Settings of every network with every engine that suits it, and a way of giving weights. */
function* everySetting(): Generator<[label: string, settings: Settings, spec: object]> {
  for (const network of everyNetwork.filter((_, i) => i % 11 === 0)) {
    for (const solver of ['euler', 'anderson']) {
      const engines = everyEngine.filter(({ steps }) => steps === undefined);
      const bench = benchOf({
        network: sized(network),
        free: { solver, tolerance: 1e-10 },
        engines,
        protocol: 'gradient',
      });
      yield [title(network), bench.settings, {}];
      for (const { id, settings } of bench.contestants) yield [`${title(network)} ${id}`, settings, {}];
    }
  }
}

const sized = (network: Network): Network =>
  title(network).includes('recurrent') ? { ...network, init: { name: 'normal', std: 1 } } : network;

test('every symptom says something and what to do about it, of keys that are there only', (t) => {
  t.true(table.length > 25);
  let said = 0;
  for (const [label, settings] of everySetting()) {
    for (const [name, symptom] of table) {
      for (const find of finds) {
        const text = advise(symptom, find, settings);
        const remedy = text.slice(symptom.says(find).length);
        t.regex(remedy, /^[:;] \S/, `${name} of ${label}`);
        t.notRegex(text, /undefined|NaN|\[object|\{[a-z_.]+\}/, `${name} of ${label}: ${text}`);
        said++;
      }
    }
  }
  t.true(said > 5000);
});

test('a key in a remedy is either a value that is shown, or one that every spec has', (t) => {
  const everywhere = ['free.tolerance', 'free.solver', 'free.max_steps', 'free.rest_steps'];
  for (const [name, { remedies, otherwise }] of table) {
    t.deepEqual(keysIn(otherwise), [], `${name}: for whom no key is there`);
    for (const remedy of remedies) {
      const says = typeof remedy === 'string' ? remedy : remedy.say;
      const text = typeof says === 'string' ? says : says(found(1) as never);
      const named = text.match(/\b(free|second|network|finite_difference|protocol)\.[a-z_.]+[a-z]/g) ?? [];
      const own = [...text.matchAll(/\bits (beta|learning_rate|steps?|tolerance)\b/g)].map(
        ([, key]) => `engine.${key}`,
      );
      for (const key of [...named, ...own])
        t.true(keysIn(text).includes(key) || everywhere.includes(key), `${name}: ${key} in '${text}'`);
    }
  }
});

test('what may be changed for an engine is what it reads: no β of RBP, no step of a map or of a solve', (t) => {
  const engines = [
    { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.1 },
    { id: 'rbp', name: 'rbp', method: 'ode', steps: 3 },
    { id: 'cg', name: 'rbp', method: 'cg' },
  ];
  const keysOf = (energy: string) => {
    const network = { energy, layers: [2, 2], activation: 'tanh' };
    const { contestants } = benchOf({ network, engines, protocol: 'gradient', second: { steps: 4 } });
    return contestants.map(({ settings }) =>
      [...settings.keys()].filter((key) => /^(engine|second)\.(beta|steps?)$/.test(key)),
    );
  };
  t.deepEqual(keysOf('hopfield'), [
    ['second.step', 'second.steps', 'engine.beta'],
    ['second.step', 'engine.steps'],
    ['second.steps'],
  ]);
  t.deepEqual(keysOf('prototypical'), [['second.steps', 'engine.beta'], ['engine.steps'], ['second.steps']]);
  t.is(dynamicsOf({ energy: 'prototypical', layers: [2, 2], activation: 'tanh' }).time, 'discrete');
});

test('RBP that diverges is told of its step, EP of its β, both of an unstable fixed point', (t) => {
  const engines = [
    { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.5 },
    { id: 'rbp', name: 'rbp', method: 'ode' },
  ];
  const network = { energy: 'hopfield', layers: [3, 5, 4, 2], activation: 'tanh' };
  const { outcome } = runSpec({
    network,
    engines,
    protocol: 'gradient',
    reference: 'exact',
    second: { step: 30, steps: 400 },
  });
  const warning = (id: string) => outcome.warnings.find((text) => text.startsWith(`engine '${id}' diverged`))!;
  t.regex(warning('rbp'), /of phase two: reduce second\.step \(now 30\), or reduce network\.init\.gain \(now 1\)$/);
  t.regex(warning('ep'), /of phase two: reduce its beta \(now 0\.5\), or reduce second\.step \(now 30\), or /);
});

const springs = (positions: number[][], edges: number[][], parameters: object, x: number[]) =>
  runSpec({
    network: { energy: 'elastic', positions, edges, sources: [0], fixed: [2], targets: [1], ...parameters },
    data: { name: 'inline', x: [x], y: [[0.1, 0.1]] },
    free: { solver: 'newton-krylov', tolerance: 1e-10 },
    engines: [
      { id: 'ep', name: 'ep', nudging: 'exact' },
      { id: 'cg', name: 'rbp', method: 'cg' },
    ],
    protocol: 'gradient',
    reference: 'exact',
  }).outcome;
const line = [
  [0, 0],
  [1, 0],
  [2, 0],
];
const between = [
  [0, 1],
  [1, 2],
];

test('springs that buckle, and nodes that too few of them hold, have a status, and advice of springs', (t) => {
  const status = (l: number) => springs(line, between, { parameters: { k: [1, 1], l: [l, l] } }, [0, 0]);
  for (const [l, found] of [
    [
      1.5,
      /'cg' finds the Hessian .* not positive definite.*; shorten the rest lengths l, .*, or add springs, two for each/,
    ],
    [
      1,
      /reference 'exact': the Jacobian .* is singular.*; shorten the rest lengths l, .*, or add springs, two for each/,
    ],
  ] as const) {
    const { status: ended, engines, warnings } = status(l);
    t.is(ended, 'diverged');
    t.is(engines['cg'].status, 'indefinite');
    t.regex(warnings.join('\n'), found);
    t.notRegex(warnings.join('\n'), /weights/);
  }
  t.is(status(0.5).status, 'completed');
});

test('springs drawn too long are told of what they are drawn from', (t) => {
  const { warnings } = springs(line, between, { init: { name: 'uniform', min: 1.5, max: 2 } }, [0, 0]);
  t.regex(warnings.join('\n'), /reduce network\.init\.max \(now 2\), which draws shorter rest lengths l/);
});

test('a spring that has no length any more is called so', (t) => {
  const { free, warnings } = springs(line, between, { parameters: { k: [1, 1], l: [1, 1] } }, [1, 0]);
  t.is(free.status, 'diverged');
  t.regex(
    warnings[0],
    /^free phase diverged at step \d+, where a spring has collapsed \(r → 0\).*: put its nodes further apart/,
  );
});

test('a training whose springs collapse is told so, too', (t) => {
  const { warnings } = runSpec({
    network: {
      ...{ energy: 'elastic', positions: line, edges: between, sources: [0], fixed: [2], targets: [1] },
      parameters: { k: [1, 1], l: [1, 1] },
    },
    data: { name: 'inline', x: [[1, 0]], y: [[0.1, 0.1]] },
    protocol: { name: 'train', epochs: 1, batch: 1, optimizer: { name: 'sgd', rates: 0.1 } },
    engines: [{ id: 'cl', name: 'coupled-learning', nudging: 'one-sided', eta: 0.1 }],
    reference: undefined,
  }).outcome;
  t.regex(
    warnings.join('\n'),
    /'cl' stopped at iteration 1 .*the free phase diverged at step 0, where a spring has collapsed/,
  );
});
