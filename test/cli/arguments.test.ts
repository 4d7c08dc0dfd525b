/** What may be typed behind `eprbp`: all of it means something, or is told in words of ours. */
import test from 'ava';
import { understood } from '../../src/cli/arguments.js';
import { nameOf } from '../../src/cli/command.js';
import { commands } from '../../src/cli/commands.js';
import { dataCommands } from '../../src/cli/data-commands.js';
import { UserError } from '../../src/errors.js';

const callOf = (...argv: string[]) => {
  const wish = understood(argv);
  if (wish.kind !== 'call') throw new Error(wish.kind);
  return { ...wish.args, command: nameOf(wish.command) } as Record<string, unknown>;
};

test('an option and its value are found in every form that shells and people know', (t) => {
  for (const words of [['-j4'], ['-j=4'], ['-j', '4'], ['--jobs=4'], ['--jobs', '4'], ['-qj4'], ['-qj', '4']])
    t.like(
      callOf('run', 'a.yaml', ...words),
      { spec: ['a.yaml'], jobs: '4', quiet: /q/.test(words[0]) },
      words.join(' '),
    );
  for (const words of [['-sseed=3'], ['-s=seed=3'], ['-s', 'seed=3'], ['--set=seed=3'], ['--set', 'seed=3']])
    t.like(
      callOf('run', ...words, 'a.yaml', '-s', 'x=-1'),
      { spec: ['a.yaml'], set: ['seed=3', 'x=-1'] },
      words.join(' '),
    );
  t.like(callOf('-q', 'run', 'a', '--fail-fast'), { command: 'run', quiet: true, failFast: true, out: 'results' });
  t.like(callOf('--out', 'run', 'run', 'a'), { command: 'run', out: 'run', spec: ['a'] });
  t.like(callOf('verify', 'a', 'b', '--no-rerun'), { result: ['a', 'b'], rerun: false });
  t.like(callOf('verify', 'a', '--rerun=false'), { rerun: false });
  t.like(callOf('clean', '-n'), { result: [], dryRun: true, old: false });
  t.like(callOf('run', '--', '-odd.yaml'), { spec: ['-odd.yaml'] });
  t.like(callOf('run', '-'), { spec: ['<stdin>'] });
  t.like(callOf('collect', 'a', '--to', '-'), { to: '-', result: ['a'], table: 'metrics' });
  t.like(callOf('diff', 'a', 'b', '--rtol', '-1'), { a: 'a', b: 'b', rtol: '-1', only: undefined });
  t.like(callOf('schema'), { of: 'spec' });
  t.like(callOf('data', 'fetch', 'mnist', '--mirror', 'u', '--mirror=v'), { set: ['mnist'], mirror: ['u', 'v'] });
});

test('help and the version are found wherever they are asked for', (t) => {
  t.deepEqual(understood(['--help']), { kind: 'help', path: [] });
  t.deepEqual(understood(['run', '-x', '-h']), { kind: 'help', path: ['run'] });
  t.deepEqual(understood(['data', 'fetch', '--help']), { kind: 'help', path: ['data', 'fetch'] });
  t.deepEqual(understood(['--version']), { kind: 'version' });
});

test('what cannot be meant is told, with what could be', (t) => {
  const cases: [string[], string | RegExp][] = [
    [[], "which command?; see 'eprbp --help'"],
    [['data'], "which data command?; see 'eprbp data --help'"],
    [['runn', 'x'], "unknown command 'runn'; did you mean 'run'?"],
    [['frobnicate'], "unknown command 'frobnicate'; see 'eprbp --help'"],
    [['data', 'fetc'], "unknown data command 'fetc'; did you mean 'fetch'?"],
    [['spec.yaml'], "'spec.yaml' is no command; to run a spec: eprbp run SPEC; see 'eprbp --help'"],
    [['run\u00a0spec.yaml'], "unknown command 'run\\xa0spec.yaml'; it has a no-break space (U+00A0)"],
    [['run'], "run needs a spec: eprbp run <spec..>; see 'eprbp run --help'"],
    [['diff', 'a'], /^diff needs a b: eprbp diff <a> <b>/],
    [['diff', 'a', 'b', 'c'], /^diff takes 2 words behind it, got 'c' too/],
    [['bench', 'x'], /^bench takes nothing behind it, got 'x' too/],
    [['list', 'enginse'], /^list must be one of engines, .*, got 'enginse'; did you mean 'engines'\?$/],
    [['run', 'a', '--figures'], /^unknown option --figures: a key of the spec is set by -s figures=VALUE; see/],
    [['run', 'a', '--figures', 'x'], /^unknown option --figures/],
    [['run', 'a', '--sharrd=1/2'], 'unknown option --sharrd; did you mean --shard?'],
    [['run', 'a', '--failFast'], 'unknown option --failFast; did you mean --fail-fast?'],
    [['plan', 'a', '-j4'], "unknown option -j4: it is one of run, not of plan; see 'eprbp plan --help'"],
    [['run', 'a', '-qx'], "unknown option -x; see 'eprbp run --help'"],
    [['run', 'a', '--jobs'], /^--jobs needs a value; runs side by side/],
    [['run', 'a', '-j', '-q'], /^-j needs a value, got the option '-q'/],
    [['run', 'a', '--junit', '--quiet'], /^--junit needs a value, got the option '--quiet'/],
    [['run', 'a', '--junit', '--', 'b'], /^--junit needs a value; /],
    [['run', 'a', '--out=a', '--out', 'b'], /^--out is given more than once/],
    [['run', 'a', '--force=maybe'], /^--force takes no value, got 'maybe'/],
    [['run', 'a', '--rerun', 'all'], "--rerun must be failed, got 'all'"],
    [['run', 'a', '--backend=wsam'], "--backend must be one of wasm, blas, mathjs, got 'wsam'; did you mean 'wasm'?"],
    [['run', 'a', '\u2013out', 'b'], "'\u2013out' begins with a dash (U+2013); write --out"],
    [['run', 'a', '\u2014out=b'], "'\u2014out=b' begins with a dash (U+2014); write --out=b"],
    [['run', 'a', '\u2212q'], "'\u2212q' begins with a minus sign (U+2212); write -q"],
  ];
  for (const [argv, expected] of cases) {
    const error = t.throws(() => understood(argv), { instanceOf: UserError }, argv.join(' '));
    if (typeof expected === 'string') t.is(error?.message, expected);
    else t.regex(error?.message ?? '', expected);
  }
});

test('every option of every command is taken, and is missed where its value is', (t) => {
  for (const [path, known] of [
    [[], commands],
    [['data'], dataCommands],
  ] as const) {
    for (const command of known) {
      const words = command.usage
        .split(' ')
        .slice(1)
        .filter((slot) => slot.startsWith('<'));
      const choices = Object.values(command.positionals ?? {})[0]?.choices;
      const behind = words.map(() => String(choices?.[0] ?? 'w'));
      for (const [name, option] of Object.entries(command.options ?? {})) {
        const call = [...path, nameOf(command), ...behind, `--${name}`];
        const key = name.replace(/-./g, (part) => part[1].toUpperCase());
        if (option.nargs !== 1) {
          t.is(callOf(...call)[key], true);
          continue;
        }
        const given = String(option.choices?.[0] ?? 'v');
        t.deepEqual(callOf(...call, given)[key], option.array ? [given] : given);
        t.throws(() => understood(call), {
          message: new RegExp(`^--${name} needs a value; ${option.describe?.slice(0, 3)}`),
        });
      }
    }
  }
});
