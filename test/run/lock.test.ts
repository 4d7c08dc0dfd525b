import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { UserError } from '../../src/errors.js';
import { silenceMs } from '../../src/run/holder.js';
import { holderOf, Lock, sweepLocks } from '../../src/run/lock.js';
import { workspace } from '../_support/cli.js';

const holds = (lock: unknown): lock is Lock => lock instanceof Lock;
const namesIn = (folder: string) => (existsSync(join(folder, '.locks')) ? readdirSync(join(folder, '.locks')) : []);

test.serial('a key is held once, other keys go their way, and what is given back can be taken again', (t) => {
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

test.serial('a holder shows that it lives while its main thread is at one long thing', (t) => {
  process.env['EPRBP_SILENCE'] = '1';
  t.teardown(() => {
    delete process.env['EPRBP_SILENCE'];
  });
  const folder = workspace(t);
  const lock = Lock.take(folder, 'aaaa');
  const file = join(folder, '.locks', namesIn(folder)[0]);
  const touched = () => statSync(file).mtimeMs;
  for (let beats = 0; beats < 3; beats++) {
    const before = touched();
    const patience = performance.now() + 60_000;
    // nothing of the event loop comes between
    while (touched() === before && performance.now() < patience);
    t.not(touched(), before);
  }
  if (holds(lock)) lock.release();
  t.false(existsSync(file));
});

test('what a silent process of another machine held is free after the time that it gave itself', async (t) => {
  const folder = workspace(t);
  mkdirSync(join(folder, '.locks'));
  const held = {
    silent: '1 on elsewhere\nsilent for 1 s at most\n',
    patient: '2 on elsewhere\nsilent for 86400 s at most\n',
  };
  for (const [key, text] of Object.entries(held)) writeFileSync(join(folder, `.locks/${key}.00000000-1-1`), text);
  const take = (key: string) => Lock.take(folder, key);
  t.deepEqual(take('silent'), { holder: 'process 1 on elsewhere' });
  t.deepEqual(take('patient'), { holder: 'process 2 on elsewhere' });
  let lock = take('silent');
  while (!holds(lock)) {
    await setTimeout(50);
    lock = take('silent');
  }
  t.true(lock.isOwn);
  t.false(existsSync(join(folder, '.locks/silent.00000000-1-1')));
  lock.release();
  t.false(lock.isOwn);
  t.deepEqual(take('patient'), { holder: 'process 2 on elsewhere' });
});

test('what another has removed is no longer held', (t) => {
  const folder = workspace(t);
  const lock = Lock.take(folder, 'aaaa');
  t.true(holds(lock) && lock.isOwn);
  rmSync(join(folder, '.locks', namesIn(folder)[0]));
  t.false(holds(lock) && lock.isOwn);
  if (holds(lock)) lock.release();
});

test.serial('the time that a process may be silent is a number of seconds', (t) => {
  t.teardown(() => {
    delete process.env['EPRBP_SILENCE'];
  });
  t.is(silenceMs(), 30_000);
  for (const [given, ms] of Object.entries({ '': 30_000, '1': 1000, '2.5': 2500, '86400': 86_400_000 })) {
    process.env['EPRBP_SILENCE'] = given;
    t.is(silenceMs(), ms);
  }
  for (const given of ['0', '-3', 'x', 'Infinity', '1e9', '30 s']) {
    process.env['EPRBP_SILENCE'] = given;
    t.throws(silenceMs, { instanceOf: UserError, message: /^EPRBP_SILENCE must be seconds from 1 to 86400, got/ });
  }
});
