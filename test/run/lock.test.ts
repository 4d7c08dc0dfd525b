import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { holderOf, Lock, sweepLocks } from '../../src/run/lock.js';
import { workspace } from '../_support/cli.js';

const holds = (lock: unknown): lock is Lock => lock instanceof Lock;
const namesIn = (folder: string) => (existsSync(join(folder, '.locks')) ? readdirSync(join(folder, '.locks')) : []);

test('a key is held once, other keys go their way, and what is given back can be taken again', (t) => {
  const folder = workspace(t);
  const a = Lock.take(folder, 'aaaa');
  t.true(holds(a));
  t.deepEqual(Lock.take(folder, 'aaaa'), { holder: 'this process' });
  const b = Lock.take(folder, 'bbbb');
  t.true(holds(b));
  t.regex(holderOf(folder, 'aa')!, new RegExp(`process ${process.pid} on `));
  if (holds(a)) a.release();
  t.is(holderOf(folder, 'aaaa'), undefined);
  const again = Lock.take(folder, 'aaaa');
  t.true(holds(again));
  if (holds(again)) again.release();
  sweepLocks(folder);
  t.is(namesIn(folder).length, 1, 'that of b');
  if (holds(b)) b.release();
  sweepLocks(folder);
  t.false(existsSync(join(folder, '.locks')));
});

/** The name that this process gives its own lock: where, who, since when. */
function ownName(folder: string): string {
  const lock = Lock.take(folder, 'probe');
  const [name] = namesIn(folder).filter((file) => file.startsWith('probe.'));
  if (holds(lock)) lock.release();
  return name.slice('probe.'.length);
}

test('what a dead process held is free at once, also where its number was given to another', (t) => {
  const folder = workspace(t);
  const [place, , start] = ownName(folder).split('-');
  for (const dead of [`${place}-${2 ** 22 + 1}-5`, `${place}-${process.ppid}-${Number(start) + 1}`]) {
    mkdirSync(join(folder, '.locks'), { recursive: true });
    writeFileSync(join(folder, '.locks', `aaaa.${dead}`), 'x');
    if (dead.includes(`-${process.ppid}-`) && !existsSync('/proc/self/stat')) continue;
    const lock = Lock.take(folder, 'aaaa');
    t.true(holds(lock), dead);
    t.deepEqual(namesIn(folder).length, 1, 'the file of the dead one is gone');
    if (holds(lock)) lock.release();
  }
});

test('a process of another machine holds what it touches, whatever the clocks say', (t) => {
  const folder = workspace(t);
  mkdirSync(join(folder, '.locks'));
  const file = join(folder, '.locks/aaaa.00000000-1-1');
  for (const seconds of [-1e6, 0, 1e6]) {
    writeFileSync(file, '1 on elsewhere\n');
    utimesSync(file, Date.now() / 1000 + seconds, Date.now() / 1000 + seconds);
    t.deepEqual(Lock.take(folder, 'aaaa'), { holder: 'process 1 on elsewhere' });
  }
});
