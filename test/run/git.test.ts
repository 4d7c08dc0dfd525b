/** What the files of a repository say; git itself is asked here only, for what is right. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { commitOf } from '../../src/run/git.js';
import { finish, quick, recordIn, runsIn, start, workspace, writeSpec } from '../_support/cli.js';

const quiet = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', HOME: '/nowhere' };
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...quiet },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

const hasGit = (() => {
  try {
    return git('/', '--version') !== '';
  } catch {
    return false;
  }
})();

function repository(t: ExecutionContext): string {
  const work = join(workspace(t), 'repository');
  mkdirSync(work);
  git(work, 'init', '-q', '-b', 'some/branch');
  git(work, 'commit', '-q', '--allow-empty', '-m', 'one');
  return work;
}

if (hasGit) {
  test('the commit is that of git: loose, packed, detached, in a folder below, in a worktree', (t) => {
    const work = repository(t);
    const agrees = (folder: string, what: string) => {
      const expected = git(folder, 'rev-parse', 'HEAD');
      t.regex(expected, /^[0-9a-f]{40}$/);
      t.is(commitOf(folder), expected, what);
    };
    agrees(work, 'loose');
    mkdirSync(join(work, 'a/b'), { recursive: true });
    agrees(join(work, 'a/b'), 'below');
    git(work, 'pack-refs', '--all');
    t.false(existsSync(join(work, '.git/refs/heads/some/branch')));
    agrees(work, 'packed');
    git(work, 'worktree', 'add', '-q', '-b', 'other', '../tree');
    git(join(work, '../tree'), 'commit', '-q', '--allow-empty', '-m', 'two');
    agrees(join(work, '../tree'), 'worktree');
    git(join(work, '../tree'), 'pack-refs', '--all');
    agrees(join(work, '../tree'), 'worktree, packed');
    git(work, 'checkout', '-q', '--detach');
    agrees(work, 'detached');
  });

  test('settings of a repository that would run a command run none', async (t) => {
    const work = repository(t);
    const trap = join(work, 'sprung');
    const bait = join(work, 'bait.sh');
    writeFileSync(bait, `#!/bin/sh\ntouch ${trap}\ncat\n`, { mode: 0o755 });
    git(work, 'config', 'core.fsmonitor', bait);
    git(work, 'config', 'filter.x.clean', bait);
    writeFileSync(join(work, '.gitattributes'), '* filter=x\n');
    const { code } = await finish(start(['run', '-q', writeSpec(work, quick)], work));
    t.is(code, 0);
    t.false(existsSync(trap));
    const record = recordIn(runsIn(join(work, 'results/quick'))[0]);
    t.deepEqual(record.environment['git'], { commit: commitOf(work) });
  });
}

const HASH = '0123456789abcdef0123456789abcdef01234567';

test('files that are no repository, or a hostile one, give no commit', (t) => {
  const cases: Record<string, (git: string) => void> = {
    'HEAD is missing': () => {},
    'HEAD is no hash': (at) => writeFileSync(join(at, 'HEAD'), 'somewhere\n'),
    'a hash cut short': (at) => writeFileSync(join(at, 'HEAD'), HASH.slice(1)),
    'a ref outside': (at) => {
      writeFileSync(join(at, '../secret'), HASH);
      writeFileSync(join(at, 'HEAD'), 'ref: refs/../../secret\n');
    },
    'a ref of nothing': (at) => writeFileSync(join(at, 'HEAD'), 'ref: refs/heads/none\n'),
    'a ring of refs': (at) => {
      mkdirSync(join(at, 'refs'));
      writeFileSync(join(at, 'HEAD'), 'ref: refs/a\n');
      writeFileSync(join(at, 'refs/a'), 'ref: refs/b\n');
      writeFileSync(join(at, 'refs/b'), 'ref: refs/a\n');
    },
    'HEAD is a device': (at) => symlinkSync('/dev/zero', join(at, 'HEAD')),
    'HEAD is large': (at) => writeFileSync(join(at, 'HEAD'), HASH + ' '.repeat(1 << 20)),
    'HEAD is a folder': (at) => mkdirSync(join(at, 'HEAD')),
  };
  for (const [what, make] of Object.entries(cases)) {
    const at = join(workspace(t), '.git');
    mkdirSync(at);
    make(at);
    t.is(commitOf(join(at, '..')), undefined, what);
  }
  const work = workspace(t);
  for (const text of ['gitdir: nowhere\n', 'gitdir:', 'else\n', '']) {
    rmSync(join(work, '.git'), { force: true });
    writeFileSync(join(work, '.git'), text);
    t.is(commitOf(work), undefined, text);
  }
});

test('hashes of SHA-256 are read too', (t) => {
  const work = workspace(t);
  mkdirSync(join(work, '.git'));
  writeFileSync(join(work, '.git/HEAD'), `${HASH}${HASH.slice(0, 24)}\n`);
  t.is(commitOf(work), HASH + HASH.slice(0, 24));
});
