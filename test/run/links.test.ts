/** A folder of results that somebody sent: links in it lead nowhere. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
// before anything that reads the registry
import '../_support/counting.js';

import { clean } from '../../src/cli/commands/inventory.js';
import { published } from '../../src/data/published.js';
import { RunError } from '../../src/errors.js';
import { drawFigures } from '../../src/figure/draw.js';
import { fetchSet } from '../../src/files/fetch-set.js';
import { ownFolder } from '../../src/io/make-folder.js';
import { removeThrough, removeTree } from '../../src/io/remove.js';
import { ResumableFile } from '../../src/io/resumable.js';
import { writeNamed, writeWhole } from '../../src/io/write.js';
import { plan } from '../../src/plan/plan.js';
import { writeReport } from '../../src/report/site.js';
import { collect } from '../../src/run/collect.js';
import { LOCK_FOLDER, sweepLocks } from '../../src/run/lock.js';
import { runExperiment } from '../../src/run/schedule.js';
import { filesIn, quick, workspace, writeSpec } from '../_support/cli.js';
import { counting } from '../_support/counting.js';

const SECRET = 'not of this program\n';

/** What a link leads to: a file of the user's, one that is not there, a folder. */
const targets = {
  'a file': (outside: string) => join(outside, 'precious'),
  nothing: (outside: string) => join(outside, 'none'),
  'a folder': (outside: string) => join(outside, 'folder'),
};

function outsideOf(work: string): string {
  const outside = join(work, 'outside');
  mkdirSync(join(outside, 'folder'), { recursive: true });
  writeFileSync(join(outside, 'precious'), SECRET);
  writeFileSync(join(outside, 'folder/precious'), SECRET);
  return outside;
}

function isUntouched(t: ExecutionContext, outside: string, what: string): void {
  t.deepEqual(filesIn(outside), ['folder/precious', 'precious'], what);
  for (const file of filesIn(outside)) t.is(readFileSync(join(outside, file), 'utf8'), SECRET, what);
}

const spec = { name: 'x', protocol: 'counting', network: quick.network, data: quick.data };
const planned = (work: string, change: object = {}) => plan(writeSpec(work, { ...spec, ...change }));

/** Every file that a run, a sweep and what comes after it leave. */
async function everything(work: string): Promise<{ experiment: string; failures: readonly string[] }> {
  const drawn = planned(work, { name: 'x', figures: ['residual-over-evaluations'] });
  const { folder, failed, problems } = await runExperiment(drawn, { out: join(work, 'out') });
  const failures = [...failed.map(({ message }) => message), ...problems];
  if (failures.length > 0) return { experiment: folder, failures };
  await collect([folder], 'free_state', { file: join(folder, 'collected.csv'), isNamed: false });
  await writeReport(folder);
  return { experiment: folder, failures };
}

test.serial('a link where a file of a run or an experiment belongs is replaced, never followed', async (t) => {
  counting.interruptAt = Number.POSITIVE_INFINITY;
  const reference = workspace(t);
  const { experiment, failures } = await everything(reference);
  t.deepEqual(failures, []);
  const names = filesIn(experiment);
  for (const name of ['spec.yaml', 'run.json', 'metrics.csv', 'free_state.csv', 'best.bin'])
    t.true(
      names.some((file) => file.endsWith(`/${name}`)),
      name,
    );
  for (const name of ['report.html', 'datapackage.json', 'collected.csv']) t.true(names.includes(name), name);
  t.true(names.some((name) => name.endsWith('.svg')) && names.some((name) => name.endsWith('.png')));
  const [run] = readdirSync(experiment).filter((name) => name.startsWith('run-'));
  const planted = [...names, join(run, 'checkpoint.bin'), ...names.map((name) => `${name}.part`)];
  for (const [what, target] of Object.entries(targets)) {
    const work = workspace(t);
    const outside = outsideOf(work);
    for (const name of planted) {
      mkdirSync(dirname(join(work, 'out/x', name)), { recursive: true });
      symlinkSync(target(outside), join(work, 'out/x', name));
    }
    t.deepEqual((await everything(work)).failures, [], what);
    isUntouched(t, outside, what);
    for (const name of names) t.true(lstatSync(join(work, 'out/x', name)).isFile(), `${name}, a link to ${what}`);
    t.deepEqual(
      names
        .filter((name) => !/run\.json|report|datapackage/.test(name))
        .map((name) => readFileSync(join(work, 'out/x', name), 'utf8')),
      names
        .filter((name) => !/run\.json|report|datapackage/.test(name))
        .map((name) => readFileSync(join(experiment, name), 'utf8')),
    );
  }
});

test.serial('a link where a folder of the program belongs is refused, with its name and what to do', async (t) => {
  const [{ id }] = planned(workspace(t)).runs;
  for (const name of ['x', `x/${id}`, `x/${LOCK_FOLDER}`, 'x/figures']) {
    const work = workspace(t);
    const outside = outsideOf(work);
    mkdirSync(dirname(join(work, 'out', name)), { recursive: true });
    symlinkSync(join(outside, 'folder'), join(work, 'out', name));
    const { failures } = await everything(work);
    t.true(failures.length > 0, name);
    for (const message of failures)
      t.is(
        message,
        `cannot write ${join(work, 'out', name)}: it is a link, which is not followed; remove it, or give another folder`,
      );
    isUntouched(t, outside, name);
  }
});

test.serial('the folder that the user names may be a link', async (t) => {
  const work = workspace(t);
  mkdirSync(join(work, 'elsewhere'));
  symlinkSync(join(work, 'elsewhere'), join(work, 'out'));
  t.deepEqual((await everything(work)).failures, []);
  t.true(existsSync(join(work, 'elsewhere/x/report.html')));
});

test.serial('a report takes in no file that a link of somebody else leads to', async (t) => {
  const work = workspace(t);
  const outside = outsideOf(work);
  const { experiment } = await everything(work);
  for (const name of readdirSync(join(experiment, 'figures'))) {
    rmSync(join(experiment, 'figures', name));
    symlinkSync(join(outside, 'precious'), join(experiment, 'figures', name));
  }
  await writeReport(experiment);
  t.false(readFileSync(join(experiment, 'report.html'), 'utf8').includes(Buffer.from(SECRET).toString('base64')));
  isUntouched(t, outside, 'report');
});

test.serial('clean removes links, and nothing where they lead', async (t) => {
  const work = workspace(t);
  const outside = outsideOf(work);
  const { experiment } = await everything(work);
  const [run] = readdirSync(experiment).filter((name) => name.startsWith('run-'));
  rmSync(join(experiment, run, 'run.json'));
  symlinkSync(outside, join(experiment, run, 'linked'));
  symlinkSync(outside, join(experiment, 'other-01234567'));
  symlinkSync(join(outside, 'folder'), join(experiment, LOCK_FOLDER));
  clean({ out: join(work, 'out'), result: [], old: true, dryRun: false });
  t.false(existsSync(join(experiment, run)));
  isUntouched(t, outside, 'clean');
});

test('locks are files of the folder itself, and their text is that of a holder', (t) => {
  const work = workspace(t);
  const outside = outsideOf(work);
  const locks = ownFolder(work, 'results', LOCK_FOLDER);
  symlinkSync(join(outside, 'precious'), join(locks, 'a.00000000-1-1'));
  sweepLocks(join(work, 'results'));
  t.deepEqual(readdirSync(join(work, 'results')), []);
  isUntouched(t, outside, 'sweep');
});

test('what is removed is the link', (t) => {
  const work = workspace(t);
  const outside = outsideOf(work);
  const room = ownFolder(work, 'room');
  for (const remove of [removeTree, (path: string) => removeThrough(room, path)]) {
    for (const target of ['precious', 'none', 'folder']) {
      symlinkSync(join(outside, target), join(work, 'link'));
      remove(join(work, 'link'));
      t.false(readdirSync(work).includes('link'));
    }
  }
  isUntouched(t, outside, 'removed');
});

/** A pipe, opened on both ends: real devices are left alone, since a mistake would replace them for everyone. */
function pipeIn(folder: string): { pipe: string; descriptor: number } {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  return { pipe, descriptor: openSync(pipe, 'r+') };
}

test('a file that the user names may be a link, which stays; a device is written to, not replaced', (t) => {
  const work = workspace(t);
  const outside = outsideOf(work);
  for (const target of ['precious', 'none']) {
    symlinkSync(join(outside, target), join(work, target));
    writeNamed(join(work, target), 'new');
    t.is(readlinkSync(join(work, target)), join(outside, target));
    t.is(readFileSync(join(outside, target), 'utf8'), 'new');
  }
  const { pipe, descriptor } = pipeIn(work);
  symlinkSync(pipe, join(work, 'piped'));
  writeNamed(join(work, 'piped'), 'through');
  const got = Buffer.alloc(20);
  t.is(got.toString('utf8', 0, readSync(descriptor, got)), 'through');
  t.true(lstatSync(pipe).isFIFO());
  closeSync(descriptor);
  t.throws(() => writeNamed(outside, 'x'), { instanceOf: RunError, message: /is a folder, not a file/ });
  symlinkSync('ring', join(work, 'ring'));
  t.throws(() => writeNamed(join(work, 'ring'), 'x'), { instanceOf: RunError });
});

test('half a download is gone on with only where it can be one', (t) => {
  const work = workspace(t);
  const outside = outsideOf(work);
  const part = join(work, 'data.part');
  const plant = {
    'a link': () => symlinkSync(join(outside, 'precious'), part),
    'a link to nothing': () => symlinkSync(join(outside, 'none'), part),
    'another name of a file': () => linkSync(join(outside, 'precious'), part),
  };
  for (const [what, make] of Object.entries(plant)) {
    make();
    const file = new ResumableFile(join(work, 'data'));
    t.is(file.bytes, 0, what);
    file.append(Buffer.from('data'));
    file.finish();
    file.close();
    t.is(readFileSync(join(work, 'data'), 'utf8'), 'data');
    isUntouched(t, outside, what);
  }
});

test('data sets are fetched into a folder, not where a link leads', async (t) => {
  const work = workspace(t);
  const outside = outsideOf(work);
  const [set] = published;
  symlinkSync(outside, join(work, set.name));
  await t.throwsAsync(fetchSet(set, work), { instanceOf: RunError, message: /it is a link, which is not followed/ });
  isUntouched(t, outside, 'fetch');
});

test('a file is not put in place of a device or a folder', (t) => {
  const work = workspace(t);
  mkdirSync(join(work, 'folder'));
  const { pipe, descriptor } = pipeIn(work);
  closeSync(descriptor);
  for (const path of [pipe, join(work, 'folder')])
    t.throws(() => writeWhole(path, 'x'), {
      instanceOf: RunError,
      message: /there is something that is no file|is a folder/,
    });
  t.true(lstatSync(pipe).isFIFO());
});

test('figures are drawn into a folder, not where a link leads', async (t) => {
  const work = workspace(t);
  const outside = outsideOf(work);
  const { folder } = await runExperiment(planned(work), { out: join(work, 'out') });
  symlinkSync(outside, join(folder, 'figures'));
  const [run] = readdirSync(folder).filter((name) => name.startsWith('run-'));
  const drawing = drawFigures([join(folder, run)], [{ name: 'residual-over-evaluations' }], join(folder, 'figures'));
  await t.throwsAsync(drawing, { instanceOf: RunError, message: /it is a link, which is not followed/ });
  isUntouched(t, outside, 'figures');
});
