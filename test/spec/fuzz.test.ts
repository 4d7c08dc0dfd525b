import test from 'ava';
import { workspace } from '../_support/cli.js';
import { fuzz } from '../fuzz/fuzz.js';

test('a spec with something wrong in it is planned, or refused with a place: never anything else', (t) => {
  const { specs, plans } = fuzz(workspace(t), 400, 7);
  t.true(specs === 400 && plans > 10 && plans < 390, `${plans} of ${specs} are planned`);
});
