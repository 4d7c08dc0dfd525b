/** Pins: the figures that README.md shows are those that the specs draw, byte for byte. Look at a new one before you commit it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { eprbp, root, workspace } from '../_support/cli.js';

const pins = {
  'processes.svg': 'equivalence',
  'gap-over-beta.svg': 'beta-slopes',
  'residual-over-evaluations.svg': 'relaxation',
  'learning-curves.svg': 'ep-vs-rbp-digits',
};

for (const [figure, experiment] of Object.entries(pins)) {
  test(`results/reference/${figure} is what experiments/${experiment}.yaml draws`, async (t) => {
    const work = workspace(t);
    const { code, stdout } = await eprbp(work, 'run', '-q', join(root, `experiments/${experiment}.yaml`));
    t.is(code, 0, stdout);
    const drawn = readFileSync(join(work, 'results', experiment, 'figures', figure), 'utf8');
    t.true(
      drawn === readFileSync(join(root, 'results/reference', figure), 'utf8'),
      'run npm start and compare the two as pictures',
    );
  });
}
