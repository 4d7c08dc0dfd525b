/** What training writes, `parameters: {file: …}` reads: the same bits, and the structure that the network asks for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Tensor } from '../../src/model/tensor.js';
import { WEIGHT_FORMATS } from '../../src/protocol/weights.js';
import { registry } from '../../src/registry.js';
import { parameterIssues, readParameters, toParams } from '../../src/spec/parameters.js';
import { workspace } from '../_support/cli.js';
import { dynamicsOf, everyNetwork, type Network, title } from '../_support/networks.js';
import { trained } from '../_support/train.js';

const optimizers = Object.keys(registry.optimizers);

/** A short training whose numbers are as odd as those of a long one: no phase comes to rest. */
const short = {
  free: { tolerance: 1e-6, max_steps: 8 },
  second: { step: 0.5, steps: 4 },
  data: { name: 'random', examples: 7, split: { validation: 2, seed: 1 } },
};

const rbp = { id: 'rbp', name: 'rbp', method: 'ode' };
const ep = { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.1 };

for (const optimizer of optimizers) {
  test(`weights are written and read to the last bit, of every network: ${optimizer}`, (t) => {
    const folder = workspace(t);
    for (const network of everyNetwork) {
      const { parameters: tensors } = dynamicsOf(network);
      const { files } = trained({
        ...short,
        network,
        protocol: {
          name: 'train',
          epochs: 1,
          batch: 3,
          optimizer: { name: optimizer, rates: 0.05, weight_decay: 0.01 },
          weights: WEIGHT_FORMATS,
        },
        engines: [optimizer === 'momentum' ? rbp : { ...ep, rule: rule(network) }],
      });
      t.is(files.size, 4);
      const bits = new Map<string, Buffer>();
      for (const [name, bytes] of files) {
        const { theta, problems } = read(folder, name, bytes, tensors);
        t.is(problems, '', `${title(network)}: ${name}`);
        bits.set(name, theta);
      }
      for (const [name, of] of bits)
        t.true(of.equals(bits.get(name.replace('.json', '.npz'))!), `${title(network)}: ${name}`);
    }
  });
}

/** A file of weights as a spec's own. */
function read(folder: string, name: string, bytes: Uint8Array, tensors: readonly Tensor[]) {
  writeFileSync(join(folder, name), bytes);
  const spec = join(folder, 'spec.yaml');
  const source = readParameters('network', { parameters: { file: name } }, tensors, {
    file: spec,
    locate: () => ({ file: spec }),
  })!;
  const problems = parameterIssues(source, tensors).map(({ message }) => message);
  return { theta: Buffer.from(toParams(source.given, tensors).data.slice().buffer), problems: problems.join('; ') };
}

const rule = (network: Network) => (dynamicsOf(network).offers.includes('energy') ? 'energy' : 'vector-field');

test('−0 is written as it is', (t) => {
  const { files } = trained({
    // zeros, half of them negative, that no update moves
    network: { energy: 'hopfield', layers: [3, 2], activation: 'tanh', init: { name: 'normal', std: 0 } },
    data: { name: 'inline', x: [[1, 1, 1]], y: [[-0.1, -0.1]] },
    protocol: {
      name: 'train',
      epochs: 1,
      batch: 7,
      optimizer: { name: 'sgd', rates: Number.MIN_VALUE },
      weights: ['json'],
    },
    engines: [{ id: 'rbp', name: 'rbp', method: 'ode' }],
  });
  t.regex(Buffer.from(files.get('rbp-last.json')!).toString(), /\{"W1":\[\[.*-0.*\]\],"b1":\[.*\]\}\n/);
});

const tooFast = [
  { targets: 40, rates: 0.05, says: /leads to a matrix that is not positive definite/ },
  { targets: 1e10, rates: 1e300, says: /leads to numbers that are not finite/ },
];

for (const { targets, rates, says } of tooFast) {
  test(`A stays positive definite, or the run says that it would not: rates ${rates}`, (t) => {
    const network = { energy: 'linear', units: 5, inputs: 3, outputs: 2, init: { name: 'normal', std: 0.1 } };
    const { files, outcome } = trained({
      network,
      data: { name: 'inline', x: [[1, 1, 1]], y: [[targets, targets]] },
      protocol: { name: 'train', epochs: 50, batch: 1, optimizer: { name: 'sgd', rates }, weights: ['npz'] },
      engines: [{ id: 'rbp', name: 'rbp', method: 'direct' }],
    });
    const [warning] = outcome.warnings;
    t.regex(warning, says);
    t.regex(warning, /lower protocol\.optimizer\.rates/);
    t.is(outcome.status, 'diverged');
    t.is(read(workspace(t), 'rbp-last.npz', files.get('rbp-last.npz')!, dynamicsOf(network).parameters).problems, '');
  });
}
