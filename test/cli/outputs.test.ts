/** What the system refuses: told in a sentence, before the work where it can be; and never anything of a run's own replaced. */
import fs, { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import test from 'ava';
import { understood } from '../../src/cli/arguments.js';
import { run as runCommand } from '../../src/cli/commands/run.js';
import { requireOutput, type Taken } from '../../src/cli/outputs.js';
import { planAll } from '../../src/cli/specs.js';
import { isSystemError, reasonOf, sentenceOf, UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { type RunOptions, runExperiment } from '../../src/run/schedule.js';
import { filesIn, finish, quick, start, workspace, writeSpec } from '../_support/cli.js';

const device = '/dev/full';

function refusal(path: string, taken: Taken = {}): string | undefined {
  try {
    requireOutput('--junit', path, taken);
    return undefined;
  } catch (error) {
    return error instanceof UserError ? error.message : `no sentence: ${String(error)}`;
  }
}

test('a path that cannot be written, or is not the user’s to write, is refused before the work', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, quick);
  const { folder, finished } = await runExperiment(plan(file), { out: join(work, 'results') });
  const run = finished[0].folder;
  writeFileSync(join(work, 'file'), '');
  symlinkSync(join(run, 'new.json'), join(work, 'dangling'));
  symlinkSync(join(run, 'run.json'), join(work, 'hidden'));
  symlinkSync(run, join(work, 'door'));
  const before = filesIn(work);
  const taken = { experiments: [folder], files: [file] };
  const cases: [string, RegExp][] = [
    [work, /--junit cannot be written: it is a folder, not a file/],
    [join(work, 'dangling'), /it is in the folder of a run/],
    [join(work, 'file/x'), /a part of its path is a file, not a folder/],
    [join(work, 'x'.repeat(300)), /its name is longer than the system allows/],
    [join(run, 'metrics.csv'), /it is in the folder of a run, whose files are its record/],
    [join(run, 'new.xml'), /it is in the folder of a run/],
    [join(work, 'hidden'), /it is in the folder of a run/],
    [join(work, 'door/run.json'), /it is in the folder of a run/],
    [join(folder, 'datapackage.json'), /a file of the results is called that/],
    [join(folder, 'report.html'), /a file of the results is called that/],
    [join(folder, 'run-that-is-to-come/metrics.csv'), /it is in a folder of the results/],
    [file, /the command reads it/],
    [join(work, '.', 'results', '..', 'spec.yaml'), /the command reads it/],
  ];
  for (const [path, expected] of cases) t.regex(refusal(path, taken) ?? 'taken', expected, path);
  for (const path of ['new.xml', 'file', 'results/junit.xml', 'results/quick/junit.xml', 'a/b/c.xml'])
    t.is(refusal(join(work, path), taken), undefined, path);
  t.deepEqual(filesIn(work), before);
});

const refuse = (code: string, syscall: string, path: string) =>
  Object.assign(new Error(`${code}: words of the system, ${syscall} '${path}'`), { code, syscall, path, errno: -1 });

/** Makes the system refuse to change anything below a folder, as it does for whoever may only read. */
async function readOnly<T>(folder: string, code: string, action: () => Promise<T>): Promise<T> {
  const before: Partial<typeof fs> = {};
  const below = (path: unknown) => String(path).startsWith(folder);
  const guard = (name: keyof typeof fs, changes: (args: unknown[]) => boolean) => {
    const original = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(before, { [name]: original });
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (below(args[0]) && changes(args)) throw refuse(code, name.replace('Sync', ''), String(args[0]));
        return original(...args);
      },
    });
  };
  guard('openSync', ([, flags = 'r']) => flags !== 'r' && flags !== 0 && flags !== fs.constants.O_NONBLOCK);
  guard('accessSync', ([, mode]) => ((mode as number) & fs.constants.W_OK) !== 0);
  for (const name of ['mkdirSync', 'rmSync', 'renameSync', 'writeFileSync', 'rmdirSync', 'utimesSync'] as const)
    guard(name, () => true);
  syncBuiltinESMExports();
  try {
    return await action();
  } finally {
    Object.assign(fs, before);
    syncBuiltinESMExports();
  }
}

test.serial(
  'where all is done, a folder that cannot be written is no failure; where something is to do, it is named',
  async (t) => {
    const work = workspace(t);
    const out = join(work, 'results');
    const file = writeSpec(work, { ...quick, figures: ['gap-over-time'] });
    const options: RunOptions = { out };
    const first = await runExperiment(plan(file), options);
    const { args } = understood(['run', '-q', '-j', '1', '--out', out, file]) as unknown as { args: never };
    await readOnly(out, 'EROFS', async () => {
      const again = await runExperiment(plan(file), options);
      t.like(again, { failed: [], problems: [] });
      t.is(again.finished.length, 1);
      t.deepEqual(again.figures, first.figures);
      t.is(await runCommand(args), 0);
      const error = await t.throwsAsync(runCommand({ ...(args as object), set: ['seed=3'] } as never), {
        instanceOf: UserError,
      });
      t.regex(error?.message ?? '', /results cannot be written here: the file system is read-only/);
      await t.throwsAsync(runCommand({ ...(args as object), force: true } as never), { instanceOf: UserError });
    });
  },
);

test.serial('what the system refuses in the middle costs its run, which says so in a sentence', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, quick);
  for (const [code, words] of [
    ['EMFILE', 'too many files are open'],
    ['ENOSPC', 'no space left on the device'],
    ['EWEIRD', /words of the system \(EWEIRD\)/],
  ] as const) {
    const out = join(work, code);
    mkdirSync(join(out, 'quick'), { recursive: true });
    const { failed } = await readOnly(join(out, 'quick'), code, () => runExperiment(plan(file), { out }));
    t.is(failed.length, 1);
    t.regex(failed[0].message, new RegExp(words));
    t.notRegex(failed[0].message, /bug/);
  }
});

test('an error of the system is a sentence with its file, of Node a phrase, and a bug stays a bug', (t) => {
  for (const code of ['EACCES', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EMFILE', 'ENOSPC', 'EXDEV', 'ENOTEMPTY']) {
    const error = refuse(code, 'open', '/a/b');
    t.true(isSystemError(error));
    t.regex(sentenceOf(error) ?? '', /^\/a\/b: /);
    t.notRegex(reasonOf(error), /^E[A-Z]+:|'\/a\/b'/);
  }
  const nul = t.throws(() => readFileSync('a\0b'));
  t.is(reasonOf(nul), 'its name has a NUL character');
  t.is(sentenceOf(new TypeError('x')), undefined);
});

test('planning ends where its time is up, in the middle of whatever it is at', (t) => {
  const work = workspace(t);
  const sweep = { seed: { from: 1, to: 20_000, count: 20_000 } };
  const spec = [writeSpec(work, { ...quick, sweep })];
  const args = { spec, set: [] as string[], out: 'results', backend: 'wasm' };
  const error = t.throws(() => planAll(args, 0.02), { instanceOf: UserError });
  t.is(error?.message, `${spec[0]}: planning took longer than 0.02 s (--timeout)`);
  t.is(planAll({ ...args, set: ['sweep.seed=[1, 2]'] }, 600)[0].runs.length, 2);
});

if (existsSync(device)) {
  test('a full disk behind stdout is told once the work is done; behind stderr it costs nothing', async (t) => {
    const work = workspace(t);
    const file = writeSpec(work, quick);
    const full = fs.openSync(device, 'w');
    t.teardown(() => fs.closeSync(full));
    const out = await finish(start(['run', file], work, { stdio: ['ignore', full, 'pipe'] }));
    t.is(out.code, 1);
    t.regex(out.stderr, /^error cannot write to stdout: no space left on the device$/m);
    t.notRegex(out.stderr, /bug/);
    const err = await finish(start(['run', file], work, { stdio: ['ignore', 'pipe', full] }));
    t.is(err.code, 0);
    t.regex(err.stdout, /1 run \(1 from before\)/);
  });
}
