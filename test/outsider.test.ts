/** What the manual promises (eprbp help contributing), in short; `npm run outsider` runs all laws. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { root, workspace } from './_support/cli.js';
import { copyInto, laws } from './outsider/copy.js';

test('a topology and an engine are a file and a line of the registry each, and the laws meet them', async (t) => {
  const folder = workspace(t);
  copyInto(folder);
  const files = (at: string) => readdirSync(join(at, 'src'), { recursive: true, encoding: 'utf8' });
  const text = (at: string, file: string) => (file.endsWith('.ts') ? readFileSync(join(at, 'src', file), 'utf8') : '');
  const before = new Set(files(root));
  const touched = files(folder).filter((file) => !before.has(file) || text(folder, file) !== text(root, file));
  t.deepEqual(touched.sort(), ['engine/outsider-uneven.ts', 'model/outsider-conv.ts', 'registry.ts']);
  const titles = ['*outsider-conv tanh*', '*outsider*summary*'];
  const { code, output } = await laws(folder, ['registry.test.ts', 'dynamics.test.ts'], titles, 'pipe');
  t.is(code, 0, output);
  for (const met of ['hopfield outsider-conv', 'prototypical outsider-conv', 'engines outsider-uneven'])
    t.true(output.includes(met), met);
});
