import yargs from 'yargs';
import { version } from '../package.js';
import { STDIN } from '../spec/stdin.js';
import { nearest } from '../spec/suggest.js';
import { type Command, commands, complete, nameOf, withCommands } from './commands.js';
import { dataCommands } from './data-commands.js';
import { reportFailure } from './failure.js';
import { tolerateClosedPipe } from './terminal.js';

/** Parses the command line, does what it says and gives the exit code. */
export async function main(argv: string[]): Promise<number> {
  tolerateClosedPipe();
  if (argv[0] === 'complete' && argv[1] === '--') return complete(argv.slice(2));
  let exitCode = 0;
  const parser = yargs(withStdin(argv))
    .scriptName('eprbp')
    .usage('$0 <command>\n\nRun, verify and draw experiments on Equilibrium Propagation and Recurrent Backpropagation.')
    .demandCommand(1, 'which command?')
    .strict()
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? usageError(message ?? 'wrong usage');
    })
    .parserConfiguration({ 'parse-numbers': false, 'greedy-arrays': false })
    .exitProcess(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .version(version)
    .alias('h', 'help')
    .epilogue('A first figure in a minute:  eprbp new > first.yaml && eprbp run first.yaml');
  const done = (code: number) => {
    exitCode = code;
  };
  withCommands(parser, commands, done).command('data', 'list, fetch and inspect data sets', (command) =>
    withCommands(command, dataCommands, done).demandCommand(1, 'which data command?'),
  );
  try {
    requireKnownOptions(argv);
    await parser.parseAsync();
  } catch (error) {
    return reportFailure(error);
  }
  return exitCode;
}

/** yargs makes nothing of a `-` that stands for a spec; as the value of an option it keeps it. */
function withStdin(argv: readonly string[]): string[] {
  const valued = [...optionsOf([...commands, ...dataCommands])]
    .filter(([, { takesValue }]) => takesValue)
    .map(([name]) => name);
  return argv.map((arg, i) => {
    const before = argv[i - 1] ?? '';
    return arg === '-' && !valued.some((name) => before === `--${name}` || before === `-${name}`) ? STDIN : arg;
  });
}

/**
 * yargs suggests commands, not options, takes the word after an unknown option for its value, and makes a list of an
 * option given twice.
 */
function requireKnownOptions(argv: readonly string[]): void {
  const first = argv.find((arg) => !arg.startsWith('-'));
  const given = first === 'data' ? dataCommands : commands.filter((command) => nameOf(command) === first);
  const known = optionsOf(given.length > 0 ? given : commands);
  const seen = new Set<string>();
  for (const arg of argv) {
    if (arg === '--') return;
    const [, negated, name] = /^--(no-)?([A-Za-z][\w-]*)/.exec(arg) ?? [];
    if (name === undefined) continue;
    const option = known.get(name) ?? (negated ? known.get(`no-${name}`) : undefined);
    if (option === undefined) {
      const near = nearest(name, known.keys());
      throw usageError(`unknown option --${name}${near === undefined ? '' : `; did you mean --${near}?`}`);
    }
    if (seen.has(name) && option.single) throw usageError(`--${name} is given more than once`);
    seen.add(name);
  }
}

interface Known {
  readonly takesValue: boolean;
  /** It may be given once. */
  readonly single: boolean;
}

function optionsOf(chosen: readonly Command[]): Map<string, Known> {
  const options = chosen.flatMap((command) => Object.entries(command.options ?? {}));
  const own = options.flatMap(([name, { alias, array, nargs }]) => {
    const known = { takesValue: nargs === 1, single: nargs === 1 && !array };
    return [name, ...[alias ?? []].flat()].map((word): [string, Known] => [word, known]);
  });
  const flag = { takesValue: false, single: false };
  return new Map([...own, ['help', flag], ['version', flag]]);
}

/** Looks like yargs' own errors. */
function usageError(message: string): Error {
  const error = new Error(message);
  error.name = 'YError';
  return error;
}
