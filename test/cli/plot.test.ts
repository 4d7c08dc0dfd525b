/** What `plot` and `table` do with what is in the folder of an experiment, beside drawing it again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readCaption } from '../../src/figure/caption.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';
import { search } from '../_support/search.js';

test('plot --only draws one figure, under the name that run gave it, or one that the spec does not ask for; no format of before stays', async (t) => {
  const work = workspace(t);
  const figures = ['gap-over-time', { name: 'gap-over-time', along: 'step', format: ['png', 'pdf'] }];
  await runHere(writeSpec(work, { ...quick, figures }), work);
  const folder = join(work, 'quick/figures');
  const there = () => readdirSync(folder).filter((name) => !name.endsWith('.md'));
  t.deepEqual(there().sort(), [
    'gap-over-time-2.pdf',
    'gap-over-time-2.png',
    'gap-over-time-2.svg',
    'gap-over-time.png',
    'gap-over-time.svg',
  ]);
  const untouched = readFileSync(join(folder, 'gap-over-time.svg'), 'utf8');
  const plot = (...args: string[]) => inProcess('plot', join(work, 'quick'), ...args);
  t.is((await plot('--only', 'gap-over-time-2', '--format', 'svg', '--title', 'none')).code, 0);
  t.deepEqual(there().sort(), ['gap-over-time-2.svg', 'gap-over-time.png', 'gap-over-time.svg']);
  t.is(readFileSync(join(folder, 'gap-over-time.svg'), 'utf8'), untouched);
  t.is((await plot('--only', 'processes', '--only', 'columns')).code, 2);
  t.regex((await plot('--only', 'gap-over-tim')).stderr, /no figure 'gap-over-tim'; did you mean 'gap-over-time'/);
  const { stdout } = await plot('--only', 'gap-over-time', '--format', 'pdf');
  t.deepEqual(stdout.match(/[\w-]+\.(svg|pdf)/g), [
    'gap-over-time.svg',
    'gap-over-time.pdf',
    'gap-over-time-2.svg',
    'gap-over-time-2.pdf',
  ]);
  t.false(there().some((name) => name.endsWith('.png')));
});

test('of a search that is not over, tables and captions say so, in every format; of one that is, how many were left out', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...search, figures: ['error-over-key'] });
  await runHere(file, work, { shard: { index: 1, of: 2 }, typed: { folder: work, words: ['run', file] } } as never);
  const path = join(work, 'search');
  const sentence = /search is not over: \d of its 8 runs are at the end.*; open: .*rung 1 of 4/;
  for (const format of ['md', 'latex', 'csv']) {
    const { stdout, stderr } = await inProcess('table', path, '--format', format);
    t.regex(stderr, sentence);
    if (format !== 'csv') t.regex(stdout, new RegExp(sentence.source, 'i'));
  }
  t.is((await inProcess('plot', path)).code, 0);
  const caption = () => readCaption(join(path, 'figures/error-over-key.caption.md'));
  t.regex(caption().caption, sentence);
  t.notRegex(caption().finding, /chooses/);
  await runHere(file, work);
  t.notRegex((await inProcess('table', path)).stdout, /not over/);
  t.regex(caption().caption, /Of 8 runs a search ended \d before the end\./);
});
