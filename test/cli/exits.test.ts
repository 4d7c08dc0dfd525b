/** Where text leaves the program: whatever a stranger's results and specs hold, a terminal and a build log show it only. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ls, show } from '../../src/cli/commands/inventory.js';
import { report } from '../../src/cli/commands/report.js';
import { table as estimators } from '../../src/cli/commands/table.js';
import { print, styled, table, write } from '../../src/cli/terminal.js';
import { plan } from '../../src/plan/plan.js';
import { runExperiment } from '../../src/run/schedule.js';
import { finish, quick, recordIn, root, start, workspace, writeSpec } from '../_support/cli.js';

const NASTY = '\x1b]52;c;cHduZWQ=\x07\x9b2J\u202e\n::error file=x::pwned\r##[error]x\u2028y\x00|<b>\ufffe';
const ACTS = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const isOrder = (line: string) => /^\s*::[a-z]|##\w*\[/i.test(line);
const STYLES = /\p{Cc}\[\d+m/gu;

/** What a function writes to stdout, as a terminal or a file. */
async function written(isTTY: boolean, action: () => unknown): Promise<string> {
  const { stdout } = process;
  const before = { write: stdout.write, isTTY: stdout.isTTY };
  let text = '';
  Object.assign(stdout, {
    isTTY,
    write: (chunk: string) => {
      text += chunk;
      return true;
    },
  });
  try {
    await action();
  } finally {
    Object.assign(stdout, before);
  }
  return text;
}

test.serial('a string is a line; only the styles that the program gives are styles', async (t) => {
  const shown = await written(true, () => print([`${styled('bold', NASTY)} \x1b[31mred`, ...table([['a', NASTY]])]));
  t.is(shown.split('\n').length, 3);
  t.deepEqual(shown.match(STYLES), ['\x1b[1m', '\x1b[22m']);
  t.notRegex(shown.replace(STYLES, ''), ACTS);
  t.regex(shown, / \\x1b\[31mred/);
  t.is(await written(false, () => print(styled('bold', 'x'))), 'x\n');
});

test.serial('columns are as wide as what is shown of them', (t) => {
  const [first, second] = table([
    [styled('bold', 'a\x1b'), 'b'],
    ['a', 'b'],
  ]);
  t.is(first, 'a\\x1b  b');
  t.is(second, 'a      b');
});

test.serial('data keep their bytes, unless a terminal would carry them out', async (t) => {
  t.is(await written(false, () => write(NASTY)), NASTY);
  t.notRegex(await written(true, () => write(NASTY)), ACTS);
});

test('only the door writes to stdout and stderr', (t) => {
  for (const file of ['cli', 'run', 'figure', 'files', 'plan', 'spec', 'metrics'].flatMap((room) => sourcesIn(room))) {
    if (/cli\/(terminal|bar)\.ts$/.test(file)) continue;
    t.notRegex(readFileSync(file, 'utf8'), /std(out|err)\.write|console\./, file);
  }
});

test.serial('results of anybody are shown by every command, and do nothing', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, { ...quick, protocol: 'gradient', reference: 'exact' });
  const { folder, finished } = await runExperiment(plan(file), { out: join(work, 'results') });
  const run = finished[0].folder;
  const record = recordIn(run);
  const [engine, ...others] = record.spec['engines'] as { id: string }[];
  const spec = {
    ...record.spec,
    ...{ title: NASTY, source: NASTY, engines: [{ ...engine, note: NASTY }, ...others] },
    network: { ...(record.spec['network'] as object), x: NASTY },
  };
  const engines = { [NASTY]: record.engines[engine.id], ...record.engines };
  const environment = { ...record.environment, host: NASTY };
  const hostile = { ...record, engines, environment, spec, changes: { [NASTY]: NASTY }, warnings: [NASTY] };
  writeFileSync(join(run, 'run.json'), JSON.stringify(hostile));
  const calls: [string, () => unknown][] = [
    ['show', () => show({ result: [folder] })],
    ['ls', () => ls({ out: '', result: [folder] })],
    ['table', () => estimators({ result: [folder] })],
    ['report', () => report({ result: [folder], timeout: undefined, single: false, watch: false })],
  ];
  for (const [name, call] of calls) {
    const log = await written(false, call);
    t.true(log.length > 0, name);
    t.notRegex(log, ACTS, name);
    t.deepEqual(log.split('\n').filter(isOrder), [], name);
    if (name === 'table') t.notRegex(log, /(?<!\\)[|<](?! |$)/m, 'a cell ends where it ends');
  }
  const html = readFileSync(join(folder, 'report.html'), 'utf8');
  t.notRegex(html, ACTS);
  t.notRegex(html, /<b>/);
});

test('a spec whose texts are hostile runs, and says so in a log and in XML that do nothing', async (t) => {
  const work = workspace(t);
  mkdirSync(join(work, 'a\n::error::b'));
  const file = writeSpec(join(work, 'a\n::error::b'), {
    ...quick,
    title: NASTY,
    source: NASTY,
    sweep: { 'free.step': [0.1, 5] },
  });
  const { code, stdout, stderr } = await finish(
    start(['run', file, '--junit', 'j.xml'], work, { env: { GITHUB_ACTIONS: 'true' } }),
  );
  t.is(code, 1);
  t.notRegex(stdout + stderr, ACTS);
  const orders = (stdout + stderr).split('\n').filter(isOrder);
  t.true(orders.length > 0);
  // those of the program itself, at the spec
  t.deepEqual(
    orders.filter((line) => !/^::(error|warning) file=[^,:]*%5Cn%5Cx3a%3Aerror%3A%3Ab[^,:]*spec\.yaml::/.test(line)),
    orders,
  );
  t.notRegex(readFileSync(join(work, 'j.xml'), 'utf8'), ACTS);
});

function sourcesIn(room: string): string[] {
  const folder = join(root, 'src', room);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}
