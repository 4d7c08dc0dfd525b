/** What a shell inserts for a name of anybody's, it reads as that name and nothing else. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { typedAs, typedLine } from '../../src/cli/bash-line.js';
import { complete } from '../../src/cli/commands/complete.js';
import { candidates } from '../../src/cli/completion.js';
import { vocabulary } from '../../src/cli/vocabulary.js';
import { filesIn, quick, workspace, writeSpec } from '../_support/cli.js';

const BREAKS = ' \t\n"\'><=;|&(:';
const hostile = [
  ...['$(touch pwned).yaml', '`touch pwned`.yaml', ';touch pwned;.yaml', '&touch pwned&.yaml', '|touch pwned|.yaml'],
  ...['>pwned.yaml', '<x.yaml', 'my file.yaml', "it's $(touch pwned).yaml", '"$(touch pwned)".yaml', 'a\'b"c.yaml'],
  ...['e!1.yaml', 'g\\h.yaml', '{1,2}.yaml', '~root.yaml', 'k=l:m.yaml', 'ä ö.yaml', '#p.yaml', '*.yaml', '[t]?.yaml'],
  ...[
    '$HOME.yaml',
    '$IFS.yaml',
    '%y.yaml',
    '(z).yaml',
    'é\u00a0v.yaml',
    '^a^b.yaml',
    "$'\\x24(touch pwned)'.yaml",
    '😀.yaml',
  ],
];

test('a line of bash is read as bash reads it', (t) => {
  const cases: [string, string[], string, string][] = [
    ['eprbp run ', ['eprbp', 'run', ''], '', ''],
    ['eprbp  run my\\ fi', ['eprbp', 'run', 'my fi'], '', ''],
    ['eprbp run "my fi', ['eprbp', 'run', 'my fi'], '"', ''],
    ["eprbp run a\\ b'c d", ['eprbp', 'run', 'a bc d'], "'", 'a b'],
    ['eprbp run "a"\'b\'c', ['eprbp', 'run', 'abc'], '', ''],
    ['eprbp run -s engines.ep.be', ['eprbp', 'run', '-s', 'engines.ep.be'], '', ''],
    ['eprbp run -s free.solver=eu', ['eprbp', 'run', '-s', 'free.solver=eu'], '', 'free.solver='],
    ['eprbp run k=l:m', ['eprbp', 'run', 'k=l:m'], '', 'k=l:'],
    ['eprbp run k\\=l\\:m', ['eprbp', 'run', 'k=l:m'], '', ''],
    ['eprbp run "$(touch x)', ['eprbp', 'run', '$(touch x)'], '"', ''],
    ['eprbp run "\\$a\\b" \'\\', ['eprbp', 'run', '$a\\b', '\\'], "'", ''],
    ["eprbp run '' x\\", ['eprbp', 'run', '', 'x'], '', ''],
  ];
  t.deepEqual(
    cases.map(([line]) => typedLine(line, BREAKS)),
    cases.map(([, words, quote, kept]) => ({ words, quote, kept }) as never),
  );
});

const bash = spawnSync('bash', ['-c', 'echo $BASH_VERSION']).stdout?.toString() ?? '';

if (bash !== '') {
  test('bash reads every name again from what is inserted, and carries nothing out, in quotes or not', (t) => {
    const work = workspace(t);
    const open: [string, string][] = [
      ['', ''],
      ['"', '"'],
      ["'", "'"],
    ];
    const typed = open.flatMap(([before, after]) =>
      hostile.flatMap((name) => {
        const text = typedAs(name, typedLine(`eprbp run ${before}`, BREAKS));
        return text === undefined ? [] : [{ name, word: before + text + after }];
      }),
    );
    t.true(typed.length > hostile.length + 20, 'what needs no quoting is offered in quotes, too');
    const script = `set -H; printf '%s\\n' ${typed.map(({ word }) => word).join(' ')}`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { cwd: work, encoding: 'utf8' });
    t.is(stderr, '');
    t.deepEqual(
      stdout.split('\n').slice(0, -1),
      typed.map(({ name }) => name),
    );
    t.deepEqual(filesIn(work), []);
  });
}

test.serial(
  'files and engines of anybody are offered as words; what would be two lines, or an option, is not',
  async (t) => {
    const work = workspace(t);
    for (const name of [...hostile, '-q.yaml', 'two\nlines.yaml', '\x1b[2J.yaml', '##[error].yaml'])
      writeFileSync(join(work, name), '');
    mkdirSync(join(work, 'a b'));
    const engines = [{ ...quick.engines[0], id: '$(touch pwned)' }];
    const spec = writeSpec(work, { ...quick, engines });
    const load = async () => vocabulary;
    const files = await candidates(['run', `${work}/`], load);
    t.deepEqual(files.sort(), [...hostile, '-q.yaml', 'a b/', 'spec.yaml'].map((name) => `${work}/${name}`).sort());
    t.true((await candidates(['run', spec, '-s', 'engines.'], load)).includes('engines.$(touch pwned).beta='));
    const lines: string[] = [];
    const { stdout } = process;
    const before = stdout.write;
    stdout.write = ((text: string) => lines.push(text) > 0) as never;
    try {
      await complete(['--bash', BREAKS, `eprbp run ${spec} -s engines.`]);
      await complete(['--bash', BREAKS, 'eprbp run spec.yaml -s free.solver=eu']);
      await complete(['--bash', BREAKS, `eprbp run ${work}/a`]);
    } finally {
      stdout.write = before;
    }
    t.true(lines.includes('engines.\\$\\(touch\\ pwned\\).beta=\n'));
    t.deepEqual(lines.slice(-3), ['euler\n', `${work}/a\\ b/\n`, `${work}/a\\'b\\"c.yaml\n`]);
  },
);

test('help is completed by topics and commands, and no vocabulary is loaded for it', async (t) => {
  const offered = await candidates(['help', 'tr'], () => Promise.reject(new Error('loaded')));
  t.deepEqual(offered, ['training', 'trials']);
  t.deepEqual(await candidates(['help', 'pl'], () => Promise.reject(new Error('loaded'))), ['plugins', 'plan', 'plot']);
});
