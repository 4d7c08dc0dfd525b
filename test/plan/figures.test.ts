/** Figures that cannot be drawn of what a spec will write are told before it runs, with their place and those that can. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';
import { search } from '../_support/search.js';

const { figures: _, ...plain } = quick as typeof quick & { figures?: unknown };
const gradient = {
  ...plain,
  protocol: 'gradient',
  reference: 'exact',
  sweep: { 'engines.ep.beta': [0.1, 0.03, 0.01] },
};
const equivalence = { ...plain, sweep: { 'engines.ep.beta': [0.1, 0.01] } };
const relaxation = { ...plain, protocol: 'relaxation', engines: undefined, reference: undefined, assert: [] };
const training = { ...search, sweep: { 'protocol.optimizer.rates': [0.1, 1] } };
const numbers = { ...training, data: { name: 'random', examples: 4 } };

test('a column, a file, a quantity, an option of the protocol, a sweep that there will not be', async (t) => {
  const work = workspace(t);
  for (const [spec, figure, expected] of [
    [
      gradient,
      'gap-over-time',
      /the column 'step', which metrics\.csv of protocol gradient does not have; .*; figures that fit: .*gap-over-beta, estimators/,
    ],
    [
      gradient,
      { name: 'over-key', key: 'engines.ep.beta', column: 'error_abs', quantity: ['state'] },
      /there will be no row of quantity state; there is 'params'/,
    ],
    [gradient, 'residual-over-evaluations', /needs the column 'field_evaluations'/],
    [gradient, 'learning-curves', /needs evaluation\.csv, which protocol gradient does not write; figures that fit: /],
    [equivalence, 'estimators', /needs the column 'steps', which metrics\.csv of protocol equivalence does not have/],
    [equivalence, { name: 'columns', columns: ['energy'] }, /needs the column 'energy'/],
    [relaxation, 'gap-over-time', /needs the column 'reference'.*; figures that fit: .*residual-over-evaluations/],
    [training, 'gap-over-beta', /needs the column 'reference'.*; figures that fit: learning-curves, error-over-key/],
    [training, 'gradient-cosine', /needs protocol\.cosine_every; set it, or leave the figure out/],
    [numbers, 'learning-curves', /needs examples of classes, and the targets of these are numbers; write column: cost/],
    [numbers, 'error-over-key', /needs examples of classes, .*write column: cost/],
    [numbers, 'confusion', /needs examples of classes, and the targets of these are numbers(?!.*column: cost)/],
    [{ ...numbers, data: { name: 'teacher', examples: 4, labels: 'sign' } }, 'confusion', /needs examples of classes/],
    [{ ...training, sweep: undefined }, 'error-over-key', /needs a sweep over a key beside the seed/],
    [training, { name: 'error-over-key', key: 'network.init.gain' }, /needs a sweep over network\.init\.gain/],
  ] as [object, unknown, RegExp][]) {
    const file = join(work, 'spec.yaml');
    writeFileSync(file, JSON.stringify({ ...spec, figures: ['network', figure] }, null, 1));
    for (const command of ['validate', 'plan']) {
      const { code, stderr } = await inProcess(command, file);
      t.is(code, 2, `${command} ${JSON.stringify(figure)}`);
      t.regex(stderr, /spec\.yaml:\d+:\d+: figure '/);
      t.regex(stderr, expected);
    }
  }
});

test('what is said to fit is drawn: gap-over-beta and over-key of gradients, by their relative error', async (t) => {
  const work = workspace(t);
  const figures = ['gap-over-beta', 'estimators', { name: 'over-key', key: 'engines.ep.beta' }];
  const { figures: drawn, problems } = await runHere(writeSpec(work, { ...gradient, figures }), work);
  t.deepEqual([drawn.length, problems], [3, []]);
});

test('of examples without classes the cost is drawn, and of signs the error', async (t) => {
  const work = workspace(t);
  const both = ['learning-curves', { name: 'error-over-key', key: 'protocol.optimizer.rates' }];
  const byCost = ['learning-curves', 'error-over-key'].map((name) => ({ name, column: 'cost' }));
  const csv = 'x1,x2,y\n1,2,0.5\n2,1,0.25\n';
  writeFileSync(join(work, 'numbers.csv'), csv);
  const fromFile = { name: 'csv', train: 'numbers.csv', targets: ['y'] };
  const signs = { name: 'teacher', examples: 4, labels: 'sign' };
  for (const [spec, figures, code] of [
    [numbers, byCost, 0],
    [{ ...numbers, data: signs }, both, 0],
    [{ ...numbers, network: { ...training.network, layers: [2, 3, 1] }, data: fromFile }, both, 2],
    [{ ...numbers, network: { ...training.network, layers: [2, 3, 1] }, data: fromFile }, byCost, 0],
  ] as [object, unknown, number][]) {
    const file = join(work, 'spec.yaml');
    writeFileSync(file, JSON.stringify({ ...spec, figures }));
    const { code: got, stderr } = await inProcess('validate', file);
    t.is(got, code, stderr);
  }
});
