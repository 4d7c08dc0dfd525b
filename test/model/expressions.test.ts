/** Expressions of scalar graphs: what may stand in them, their derivatives, and nothing that is carried out. */
import test, { type ExecutionContext } from 'ava';
import { UserError } from '../../src/errors.js';
import { type Expression, emptyScope, type Formula, readExpression } from '../../src/model/expressions/expression.js';
import { arities } from '../../src/model/expressions/functions.js';
import { math } from '../../src/numerics/matrix.js';
import { plan } from '../../src/plan/plan.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';

const at = (formula: Formula, x: unknown) => formula(emptyScope().set('x', x));
const STEP = 2 ** -600;
const H = 1e-6;

const texts = [
  ...[...arities].map(([name, arity]) => `${name}(${arity === 2 ? 'x, 3' : 'x'})`),
  ...['-x^2 + 3 x', 'x^-3', 'x^0.5', '2^x', 'x^x', '(1 - x) / (2 + x * x)', 'x^(x / 2)', 'pi * x - e', '+x', 'x + 5%'],
];
// within the domain of each: some beyond 0, some beyond 1
const places = [-2.3, -0.4, 0.6, 1.7];

for (const text of texts) {
  test(`${text}: value, slopes and curvature, real and by the complex step`, (t) => {
    const expression = readExpression(text) as Expression;
    t.deepEqual(expression.symbols, ['x']);
    const [slope, curvature] = [expression.slope('x'), expression.curvature('x', 'x')];
    const defined = places.filter((x) => Number.isFinite(at(expression.value, x)));
    t.true(defined.length > 0);
    for (const x of defined) {
      const value = at(expression.value, x) as number;
      const expected = math.evaluate(text, { x }) as number;
      t.true(Math.abs(value - expected) <= 1e-14 * Math.max(1, Math.abs(value)), `${value} ${expected}`);
      for (const [f, derivative] of [
        [expression.value, slope],
        [slope, curvature],
      ]) {
        const truth = at(derivative, x) as number;
        const size = Math.max(1, Math.abs(truth), Math.abs(value));
        const difference = ((at(f, x + H) as number) - (at(f, x - H) as number)) / (2 * H);
        t.true(Math.abs(truth - difference) < 1e-7 * size, `${truth} ${difference} at ${x}`);
        const there = at(f, math.complex(x, STEP));
        const { re, im } = typeof there === 'number' ? { re: there, im: 0 } : there;
        t.true(Math.abs(re - (at(f, x) as number)) <= 1e-13 * size, `${re} at ${x}`);
        t.true(Math.abs(im / STEP - truth) <= 1e-12 * size, `${im / STEP} for ${truth} at ${x}`);
      }
    }
  });
}

test('a parameter may have the name of what mathjs has one for', (t) => {
  const { value, symbols } = readExpression('power^2 + i * constructor') as Expression;
  t.deepEqual(symbols, ['power', 'i', 'constructor']);
  t.is(value(emptyScope().set('power', 3).set('i', 2).set('constructor', 5)), 19);
});

test('constants have no slope, and the names of an expression come in order, once each', (t) => {
  const { symbols, value } = readExpression('b * sin(a)^2 + b / pi') as Expression;
  t.deepEqual(symbols, ['b', 'a']);
  t.is(value(emptyScope().set('a', 0).set('b', 3)), 3 / Math.PI);
});

const refused: Readonly<Record<string, RegExp>> = {
  '': /^is empty$/,
  'x +': /^is no expression: /,
  'import(x)': /^'import' is no function that may stand there: sqrt, /,
  'evaluate("1")': /no function/,
  'constructor(x)': /no function/,
  'x.constructor("return 1")': /no function/,
  'x["a"]': /got accessor$/,
  'x = 3': /got assignment$/,
  'f(x) = x': /got function assignment$/,
  'x; y': /got block$/,
  '[1, 2]': /got array$/,
  '{a: 1}': /got object$/,
  'x > 0 ? 1 : 2': /got conditional$/,
  'x > 0': /^'>' may not stand there/,
  'x!': /^'!' may not stand there/,
  '3 to x': /^'to' may not stand there/,
  '"x"': /^"x" is no finite number$/,
  'true + x': /^true is no finite number$/,
  '1e400 x': /^Infinity is no finite number$/,
  'NaN x': /^NaN is no finite number$/,
  sin: /^sin is a function: it needs parentheses$/,
  'sin(x, 2)': /^sin takes 1 argument, got 2$/,
  'abs(x)': /^'abs' is no function/,
  $power: /^'\$power' is no name/,
  'é + 1': /^'é' is no name/,
};

for (const [text, expected] of Object.entries(refused)) {
  test(`refused: ${text}`, (t) => {
    const found = readExpression(text);
    t.regex('problem' in found ? found.problem : 'taken', expected);
  });
}

test('what is nested too deeply is told, not a stack that overflows', (t) => {
  const found = readExpression(`${'('.repeat(20000)}x${')'.repeat(20000)}`);
  t.regex('problem' in found ? found.problem : 'taken', /nested too deeply/);
});

const graph = {
  energy: 'predictive-coding',
  nodes: { v1: 'theta * y0', v2: 'sqrt(v1)', v3: 'y0^2', v4: 'tan(v2) + sin(v3)' },
  outputs: ['v4'],
  parameters: { theta: 2, y0: 5 },
};

function issues(t: ExecutionContext, change: object): string {
  const spec = {
    ...quick,
    network: { ...graph, ...change },
    data: { name: 'inline', x: [[]], y: [[1]] },
    free: {},
    assert: [],
    figures: [],
  };
  const path = writeSpec(workspace(t), spec);
  const error = t.throws(() => plan(path), { instanceOf: UserError })!;
  return error.issues.map(({ where, message }) => `${where !== undefined && 'line' in where} ${message}`).join('\n');
}

const cases: Readonly<Record<string, readonly [change: object, expected: RegExp]>> = {
  'a function that is not there': [
    { nodes: { ...graph.nodes, v2: 'foo(v1)' } },
    /^true network\.nodes\.v2: 'foo' is no function/,
  ],
  'a circle': [
    { nodes: { ...graph.nodes, v1: 'theta * y0 + v2' } },
    /^true network\.nodes\.v1: is made of itself: v1 → v2 → v1$/,
  ],
  'a node that leads nowhere': [
    { nodes: { ...graph.nodes, v5: 'v1' } },
    /^true network\.nodes\.v5: leads to no output$/,
  ],
  'an output that leads on': [
    { outputs: ['v4', 'v2'] },
    /^true network\.outputs\.1: v2 is part of node v4: an output must lead no further$/,
  ],
  'an output that is no node': [
    { outputs: ['v9'] },
    /^true network\.outputs\.0: v9 is no node; nodes are v1, v2, v3, v4$/,
  ],
  'a node called as a function': [
    { nodes: { ...graph.nodes, exp: 'v1' } },
    /^true network\.nodes\.exp: exp is a function: call it something else$/,
  ],
  'a node called as a value': [
    { nodes: { ...graph.nodes, NaN: 'v1' } },
    /^true network\.nodes\.NaN: NaN is a constant: call it something else$/,
  ],
  'an input that is a node': [{ inputs: ['v1'] }, /^true network\.inputs\.0: v1 is a node, too$/],
  'no parameter': [{ nodes: { v1: 'x0' }, outputs: ['v1'], inputs: ['x0'] }, /^true network: nodes have no parameter/],
  'a parameter that is not given': [{ parameters: { theta: 2 } }, /^true missing parameter 'y0' \(a number\)$/],
  'a list for a number': [
    { parameters: { theta: [2], y0: 5 } },
    /^true parameter theta must be a number, got 1 numbers$/,
  ],
  'a parameter that is none': [{ parameters: { theta: 2, y0: 5, v1: 3 } }, /^true unknown parameter 'v1'$/],
  'an activation': [
    { activation: 'tanh' },
    /^true network\.activation: must be left out: a scalar-graph network has expressions$/,
  ],
  'a long expression': [
    { nodes: { ...graph.nodes, v2: `v1${' + v1'.repeat(50)}` } },
    /^true network\.nodes\.v2 takes at most 200 characters/,
  ],
};

for (const [what, [change, expected]] of Object.entries(cases)) {
  test(`a graph with ${what} is refused at its place`, (t) => {
    t.regex(issues(t, change), expected);
  });
}

test('layers of predictive coding need an activation', (t) => {
  t.regex(
    issues(t, { nodes: undefined, outputs: undefined, parameters: undefined, layers: [0 + 2, 1] }),
    /missing key 'activation'/,
  );
});
