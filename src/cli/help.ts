/** `--help`. That of the program and of `data` are lists of commands, and load nothing that reads options. */
import type { Command } from './command.js';
import { commands } from './commands.js';
import { dataCommands } from './data-commands.js';
import { widthOf, wrapped } from './terminal.js';

const DATA = { usage: 'data', summary: 'list, fetch and inspect data sets' };

/** The help of the program, or of the command that `path` names. */
export async function help(path: readonly string[], columns: number): Promise<string> {
  if (path.length === 0) return overview([...commands, DATA], OF_PROGRAM, columns);
  if (path.length === 1 && path[0] === 'data') return overview(dataCommands, OF_DATA, columns);
  return (await import('./command-help.js')).commandHelp(path, columns);
}

interface Around {
  /** What the commands are typed behind. */
  readonly before: string;
  readonly about: string;
  readonly below: readonly string[];
}

const OF_PROGRAM: Around = {
  before: 'eprbp',
  about: 'Run, verify and draw experiments on Equilibrium Propagation and Recurrent Backpropagation.',
  below: [
    'A first figure in a minute:  eprbp new > first.yaml && eprbp run first.yaml',
    'The manual, and where it has a word:  eprbp help, eprbp help WORD',
  ],
};

const OF_DATA: Around = {
  before: 'eprbp data',
  about: DATA.summary,
  below: ['The manual:  eprbp help data-sets'],
};

const OPTIONS = [
  ['    --version', 'Show version number'],
  ['-h, --help', 'Show help'],
] as const;

type Listed = Pick<Command, 'usage' | 'summary'>;

function overview(listed: readonly Listed[], { before, about, below }: Around, columns: number): string {
  return [
    ...[`${before} <command>`, '', ...wrapped(about, columns), ''],
    ...[
      'Commands:',
      ...rows(
        listed.map(({ usage, summary }) => [`${before} ${usage}`, summary]),
        columns,
      ),
      '',
    ],
    ...['Options:', ...rows(OPTIONS, columns), ''],
    ...below,
  ].join('\n');
}

/** What is typed, and what it does beside it, in as many lines as that takes. */
function rows(pairs: readonly (readonly [typed: string, does: string])[], columns: number): string[] {
  const width = Math.max(...pairs.map(([typed]) => widthOf(typed)));
  return pairs.flatMap(([typed, does]) =>
    wrapped(does, Math.max(20, columns - width - 4)).map(
      (line, i) => `  ${(i === 0 ? typed : '').padEnd(width)}  ${line}`,
    ),
  );
}
