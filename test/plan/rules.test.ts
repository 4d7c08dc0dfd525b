/** What is asked of learning rules that does not go together. */
import test, { type ExecutionContext } from 'ava';
import { UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';

const map = { energy: 'prototypical', layers: [3, 4, 2], activation: 'tanh' };
const coding = { energy: 'predictive-coding', layers: [3, 4, 2], activation: 'tanh' };
const stepOne = { name: 'predictive-coding', mode: 'step-one' };
/** Two ways of different length lead from v1 to the output. */
const uneven = {
  energy: 'predictive-coding',
  nodes: { v1: 'a * x0', v2: 'sin(v1)', v3: 'v1 + v2' },
  inputs: ['x0'],
  outputs: ['v3'],
};
const base = { ...quick, reference: 'exact', second: {}, assert: [], figures: [] };

const planned = (t: ExecutionContext, change: object) => plan(writeSpec(workspace(t), { ...base, ...change }));

const cases: Readonly<Record<string, readonly [change: object, expected: RegExp]>> = {
  'a feedback of 0': [{ network: { ...map, feedback: 0 } }, /network\.feedback must be greater than 0, got 0/],
  'a feedback below 0': [{ network: { ...map, feedback: -0.1 } }, /network\.feedback must be greater than 0, got -0.1/],
  'feedback without layers': [
    { network: { energy: 'prototypical', units: 5, inputs: 3, outputs: 2, activation: 'tanh', feedback: 0.1 } },
    /must be left out: a recurrent network has no layers/,
  ],
  'feedback that no number holds': [
    { network: { ...map, layers: [3, 4, 4, 4, 2], feedback: 1e-120 } },
    /1e-120 is too far from 1 for 4 layers/,
  ],
  'step-one by other steps': [
    { network: coding, engines: [{ ...stepOne, step: 0.5 }] },
    /engine 'predictive-coding' \(predictive-coding, mode: step-one\) takes steps of size 1: it has no step of its own/,
  ],
  'step-one where ways differ in length': [
    { network: uneven, data: { name: 'random', examples: 2 }, engines: [stepOne] },
    /needs levels \(units that are each one number of steps from the outputs\)/,
  ],
  'predictive coding of another energy': [
    { engines: [{ name: 'predictive-coding', mode: 'clamped' }] },
    /needs predictions \(units that predict each other\)/,
  ],
  'outputs held where the cost has no minimum': [
    { network: map, cost: 'cross-entropy', protocol: 'gradient', engines: [{ name: 'contrastive-hebbian' }] },
    /needs clamping/,
  ],
};

for (const [what, [change, expected]] of Object.entries(cases)) {
  test(`refused: ${what}`, (t) => {
    const error = t.throws(() => planned(t, change), { instanceOf: UserError })!;
    t.regex(error.message, expected);
  });
}

test('step-one takes steps of 1 whatever the others take, and has them said so', (t) => {
  const engines = [
    { ...stepOne, step: 1 },
    { id: 'slow', name: 'predictive-coding', mode: 'clamped' },
  ];
  const [{ warnings }] = planned(t, { network: coding, engines, second: { step: 0.1 } }).runs;
  t.deepEqual(warnings, [], 'against dJ/dθ alone, steps may differ');
});
