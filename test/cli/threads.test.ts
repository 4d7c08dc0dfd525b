/** What is said of threads that will not be, or will not help. */
import test from 'ava';
import { aboutThreads } from '../../src/cli/threads.js';

const wish = { threads: undefined, lanes: 1, backend: 'wasm', cores: 4, shared: true };
const said = (change: Partial<Parameters<typeof aboutThreads>[0]>) => aboutThreads({ ...wish, ...change })?.text;

test('a Node without shared memory says so where a run would have had more than one thread, and only there', (t) => {
  const alone = { shared: false };
  for (const change of [{}, { threads: 2 }, { lanes: 2 }, { threads: 3, lanes: 8 }]) {
    t.regex(said({ ...alone, ...change })!, /no memory that threads share .* one thread, to the same bytes/);
  }
  for (const change of [{ threads: 1 }, { lanes: 4 }, { lanes: 3 }, { cores: 1 }])
    t.is(said({ ...alone, ...change }), undefined);
});

test('mathjs says that it computes with one thread where more were asked for', (t) => {
  for (const shared of [true, false]) {
    t.is(said({ shared, backend: 'mathjs', threads: 2 }), 'mathjs computes with one thread');
    for (const threads of [undefined, 1]) t.is(said({ shared, backend: 'mathjs', threads }), undefined);
  }
});

test('more threads than cores are warned of, with the runs that share these', (t) => {
  for (const change of [{}, { threads: 4 }, { threads: 2, lanes: 2 }, { threads: 1, lanes: 9 }])
    t.is(said(change), undefined);
  t.regex(said({ threads: 5 })!, /^--threads 5 is more than the 4 cores/);
  t.regex(said({ threads: 3, lanes: 2 })!, /^--threads 3 for each of 2 runs side by side is more/);
});
