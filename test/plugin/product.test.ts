/** What a plugin's functions give is looked at where they give it, and told at the place where the entry was defined. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { faultOf, PluginFault } from '../../src/errors.js';
import * as eprbp from '../../src/index.js';
import { benchOf } from '../../src/laws/bench.js';
import type { Dynamics } from '../../src/model/types.js';
import { quick, eprbp as run, writeSpec } from '../_support/cli.js';

const { activations, backpropagation, euler, mse } = eprbp;
const work = mkdtempSync(join(tmpdir(), 'eprbp-test-'));
test.after.always(() => rmSync(work, { recursive: true, force: true }));

const common = { name: 'mine', summary: 'mine', options: {} };
const define = eprbp as unknown as Record<string, (declaration: object) => { create(...given: unknown[]): never }>;
/** What an entry of that kind gives, whose `create` gives this. */
const given = (helper: string, value: unknown, more: object = {}): never =>
  define[helper]({ ...common, ...more, create: () => value }).create({}, {});

const { dynamics, theta, x } = benchOf({ network: { energy: 'hopfield', layers: [3, 4, 2], activation: 'tanh' } });
const energy = (change: Partial<Dynamics>) =>
  given('defineEnergy', { ...dynamics, ...change }, { source: 'x' }) as Dynamics;
const bound = (change: object) => energy({ bind: () => ({ ...dynamics.bind(theta, x), ...change }) }).bind(theta, x);
const method = (change: object) =>
  given('defineEngine', { ...backpropagation('linear'), ...change }, { family: 'rbp' }) as eprbp.Engine;
const outputs = { block: 's2', from: 0, to: 2 };
const y = new eprbp.Matrix(2, 2);
const clamped = { ...mse, bind: () => ({ ...mse.bind(y, outputs), clamp: undefined }) } as never;
const drawn = { fixed: false, draw: () => ({ train: { count: 2, inputs: 1, outputs: 1 } }) };

/** What is given, and what is said of it. */
const wrong: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  nothing: [() => given('defineCost', undefined), /'mine': what create gives is missing$/],
  'a function, not a map': [() => given('defineActivation', Math.tanh), /what create gives must be a map$/],
  'no method': [() => given('defineCost', { name: 'a', offers: [] }), /of what create gives, bind is missing$/],
  'a claim that there is not': [
    () => energy({ offers: ['enrgy'] as never }),
    /offers\.0 must be among energy, linearisation, /,
  ],
  'an agreement that there is not': [() => energy({ agreement: 'all' as never }), /agreement must be one of process, /],
  'an energy claimed, and none': [() => bound({ energy: undefined }), /what bind gives lacks what .* offers: energy, /],
  'rates claimed, and no synapses': [() => bound({ synapses: undefined }), /lacks what .* offers: rates, /],
  'no linearisation': [() => bound({ linearise: undefined }), /of what bind gives, linearise is missing$/],
  'clamping claimed, and no clamp': [
    () => (given('defineCost', clamped) as eprbp.Cost).bind(y, outputs),
    /what bind gives lacks what the cost offers: clamping, /,
  ],
  'a need that there is not': [() => method({ needs: ['linearization'] }), /needs\.0 must be among /],
  'an accuracy of no kind': [
    () => method({ accuracy: 2 }),
    /accuracy must be 'exact', 'biased' or \{orderInBeta: n\}$/,
  ],
  'no estimate': [() => [...method({ *run() {} }).run({} as never)], /what run gives is missing$/],
  'no copies': [() => given('defineEngine', {}, { family: 'ep' }), /copies is missing\n.*accuracy must be /],
  'no step': [() => given('defineIntegrator', { ...euler, prepare: 3 }), /prepare must be a function$/],
  'examples that none can fill': [
    () => (given('defineData', drawn) as { draw(): object }).draw(),
    /of what draw gives, train\.fill is missing$/,
  ],
  'an example of an option that there is not': [
    () => given('defineCost', mse, { examples: [{ leak: 1 }] }),
    /'mine': examples\.0: .*leak/,
  ],
  'an example that an option does not take': [
    () => given('defineCost', mse, { options: { leak: eprbp.z.number() }, examples: [{ leak: 1 }, { leak: 'a' }] }),
    /'mine': examples\.1\.leak: /,
  ],
  'examples that are no list': [() => given('defineCost', mse, { examples: {} }), /'mine': examples: /],
  'data of no kind': [() => given('defineData', {}), /must say whether it is fixed, true with files and load, /],
};

for (const [what, [give, says]] of Object.entries(wrong)) {
  test(`told at the place of its definition: ${what}`, (t) => {
    const error = t.throws(give, { instanceOf: PluginFault });
    t.regex(error!.message, says);
    t.regex(error!.message, /product\.test\.ts:\d+:\d+: define[A-Z][a-z]+ 'mine': /);
    t.is(faultOf(error), error!.issues[0]);
  });
}

test('what is right stays what it is', (t) => {
  t.is(given('defineActivation', activations.tanh), activations.tanh as never);
  const { bind, ...rest } = energy({});
  const { bind: before, ...same } = dynamics;
  t.deepEqual(rest, same as never);
  t.is(bind(theta, x).dynamics, dynamics);
});

test('a plugin that is at fault while it runs, in a worker too, is a mistake of its author', async (t) => {
  const plugin = (name: string, broken: string) =>
    writeFileSync(
      join(work, `${name}.mjs`),
      `import { defineCost, mse } from 'eprbp';
export const mine = defineCost({ name: '${name}', summary: 'mine', options: {},
  create: () => ({ ...mse, bind(y, outputs) {
    const bound = mse.bind(y, outputs);
    ${broken}
  } }) });
`,
    );
  plugin('throws', "throw new RangeError('too far');");
  plugin('lacks', 'return { ...bound, value: undefined };');
  const cases = [
    ['throws', /throws\.mjs:5:11: RangeError: too far/],
    ['lacks', /lacks\.mjs:2:21: defineCost 'lacks': of what bind gives, value is missing/],
  ] as const;
  for (const [name, says] of cases) {
    const spec = { ...quick, name, cost: name, plugins: [`./${name}.mjs`], seeds: 2 };
    const file = writeSpec(work, spec, `${name}.yaml`);
    // plugins come before the first spec that a process reads
    const { code, stderr } = await run(work, 'run', '-j', '2', '--allow-plugins', file);
    t.is(code, 2, stderr);
    t.regex(stderr, /✗ .*a plugin is at fault: /);
    t.regex(stderr, says);
  }
});
