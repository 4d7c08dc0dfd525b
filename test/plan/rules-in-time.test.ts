/** What is told, or refused, of rules that move at once and of stored patterns, before anything runs. */
import test from 'ava';
import { workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

const unit = {
  protocol: { name: 'timescales', epsilon: 1, steps: 10, learn: ['U'] },
  network: { energy: 'linear', units: 1, inputs: 1, outputs: 1, parameters: { A: [[1]], U: [[0]], b: [0] } },
  data: { name: 'inline', x: [[1.5]], y: [[1]] },
};
const field = { energy: 'vector-field', units: 4, inputs: 0, outputs: 4, activation: 'tanh', init: 'pseudo-inverse' };
const recall = {
  protocol: { name: 'recall', flipped: 0.25 },
  network: field,
  data: { name: 'patterns', count: 2 },
};
const layers = { energy: 'hopfield', layers: [2, 3, 1], activation: 'tanh' };
const compared = {
  protocol: 'equivalence',
  network: layers,
  data: { name: 'random', examples: 2 },
  engines: [{ id: 'rbp', name: 'rbp', method: 'ode' }],
  reference: 'early-error',
};

const refused: Record<string, [spec: object, sentence: RegExp]> = {
  'a tensor that is none': [
    { ...unit, protocol: { ...unit.protocol, learn: ['U', 'V'] } },
    /protocol\.learn\.1 must be one of A, U, b, got 'V'/,
  ],
  'EP without an energy': [
    { ...unit, network: field, data: recall.data, protocol: { name: 'timescales', epsilon: 1, steps: 1, side: 'ep' } },
    /protocol\.side ep needs a network with an energy, and vector-field has none/,
  ],
  'β for a side network that nudges nothing': [
    { ...unit, protocol: { ...unit.protocol, beta: 0.1 } },
    /protocol\.beta must be left out: only side: ep nudges/,
  ],
  'a unit that is none': [
    { ...recall, protocol: { name: 'recall', flipped: [0, 4] } },
    /protocol\.flipped\.1 must be a unit, from 0 to 3, got 4/,
  ],
  'recall of some units': [
    { ...recall, network: { ...field, outputs: 2, init: 'hebb' } },
    /network: init hebb stores patterns on all units: use energy: vector-field with as many outputs as units/,
  ],
  'patterns stored in an energy': [
    { ...recall, network: { ...field, energy: 'hopfield' } },
    /network: init pseudo-inverse stores patterns on all units/,
  ],
  'patterns of another length': [
    { ...recall, data: { name: 'patterns', patterns: [[1, 1, -1]] } },
    /data: pattern 0 has 3 numbers, the network has 4 outputs/,
  ],
  'patterns twice, or none': [{ ...recall, data: { name: 'patterns' } }, /give patterns, or count: one of them/],
  'early errors of no layers': [
    { ...compared, network: { ...layers, layers: undefined, units: 4, inputs: 2, outputs: 1 } },
    /reference 'early-error' needs units that are each one number of steps from the outputs/,
  ],
  'early errors of end points': [
    { ...compared, protocol: 'gradient' },
    /reference 'early-error' is what states are at first, which protocol gradient does not compare/,
  ],
  'STDP without rates': [
    {
      ...compared,
      network: { energy: 'prototypical', layers: [2, 3, 1], activation: 'tanh' },
      engines: [{ id: 'stdp', name: 'stdp', pairing: 'post', beta: 0.1 }],
      reference: 'exact',
      protocol: 'gradient',
    },
    /engine 'stdp' \(stdp, pairing: post\) needs rates .*use energy: hopfield/,
  ],
};

for (const [name, [spec, sentence]] of Object.entries(refused)) {
  test(`refused: ${name}`, async (t) => {
    const { code, stderr } = await inProcess('validate', writeSpec(workspace(t), { name: 'bad', ...spec }));
    t.is(code, 2, stderr);
    t.regex(stderr, sentence);
  });
}

test('ε beyond the threshold is warned of before the run, with the number; one below it is not', async (t) => {
  const work = workspace(t);
  const warned = async (spec: object) => {
    const { code, stderr, stdout } = await inProcess('plan', writeSpec(work, { name: 'unit', ...spec }));
    t.is(code, 0, stderr);
    return `${stdout}${stderr}`;
  };
  const over = /ε = 1 is beyond 2λ³\/x² = 0\.8889 .*by steps of 0\.1 beyond 0\.\d+.*lower protocol\.epsilon \(now 1\)/;
  t.regex(await warned(unit), over);
  t.regex(await warned({ ...unit, protocol: { ...unit.protocol, side: 'ep' } }), over);
  t.notRegex(await warned({ ...unit, protocol: { ...unit.protocol, epsilon: 0.5 } }), /beyond/);
  // of other networks no number is known
  t.notRegex(
    await warned({
      ...unit,
      network: { ...layers, layers: [1, 3, 1] },
      protocol: { name: 'timescales', epsilon: 9, steps: 1 },
    }),
    /beyond/,
  );
});
