import yargs, { type Argv } from 'yargs';
import { version } from '../package.js';
import { nearest } from '../spec/suggest.js';
import { withDataCommands } from './data-commands.js';
import { reportFailure } from './failure.js';
import { tolerateClosedPipe } from './terminal.js';

/** The kinds of `eprbp list`, here so that --help needs no registry; a test holds them equal to it. */
export const LIST_KINDS = [
  'engines',
  'energies',
  'activations',
  'backends',
  'initialisers',
  'costs',
  'data',
  'solvers',
  'integrators',
  'protocols',
  'figures',
] as const;

/** The names of `eprbp list backends`; the same test holds them equal. */
export const BACKENDS = ['wasm', 'blas', 'mathjs'] as const;

const specs = (command: Argv) =>
  command
    .positional('spec', { type: 'string', array: true, demandOption: true, describe: 'spec files, or folders of them' })
    .option('set', {
      alias: 's',
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'override a key: -s engines.ep.beta=0.5',
    })
    .option('out', { type: 'string', nargs: 1, default: 'results', describe: 'folder for results' })
    .option('backend', {
      choices: BACKENDS,
      nargs: 1,
      default: 'wasm',
      describe: 'what does the arithmetic: wasm (the same bits everywhere), the system BLAS, or plain mathjs',
    });

/** Parses the command line, does what it says and gives the exit code. Command modules are loaded when they are called. */
export async function main(argv: string[]): Promise<number> {
  tolerateClosedPipe();
  let exitCode = 0;
  const does =
    <T>(load: () => Promise<(args: T) => number | Promise<number>>) =>
    async (args: unknown): Promise<void> => {
      exitCode = await (await load())(args as T);
    };
  const parser = yargs(argv)
    .scriptName('eprbp')
    .usage('$0 <command>\n\nRun, verify and draw experiments on Equilibrium Propagation and Recurrent Backpropagation.')
    .command(
      'run <spec..>',
      'run experiments: CSV, figures and assertions',
      (command) =>
        specs(command)
          .option('force', { type: 'boolean', default: false, describe: 'run again what is finished' })
          .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'no progress, failures only' }),
      does(async () => (await import('./commands/run.js')).run),
    )
    .command(
      'plan <spec..>',
      'the runs it would do, and settings that cannot work',
      (command) =>
        specs(command).option('spectrum', {
          type: 'boolean',
          default: false,
          describe: 'come to rest, and say how fast phase two will forget: eigenvalues of the Hessian or the Jacobian',
        }),
      does(async () => (await import('./commands/plan.js')).plan),
    )
    .command(
      'validate <spec..>',
      'check specs: all problems at once',
      specs,
      does(async () => (await import('./commands/plan.js')).validate),
    )
    .command(
      'schema',
      'JSON Schema of a spec, for editors',
      {},
      does(async () => (await import('./commands/schema.js')).schema),
    )
    .command(
      'list [kind]',
      'what a spec can name',
      (command) => command.positional('kind', { choices: LIST_KINDS, describe: 'one kind only' }),
      does(async () => (await import('./commands/list.js')).list),
    )
    .command(
      'new [template]',
      'a commented spec, on stdout',
      (command) =>
        command.positional('template', {
          type: 'string',
          default: 'equivalence',
          describe: 'an experiment to start from',
        }),
      does(async () => (await import('./commands/new.js')).create),
    )
    .command(
      'plot <result..>',
      'draw the figures again, from the CSV alone',
      (command) =>
        command.positional('result', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'folders of experiments or runs',
        }),
      does(async () => (await import('./commands/plot.js')).plot),
    )
    .command(
      'table <result..>',
      'estimator × network as Markdown: cosine, error, order, field evaluations, memory',
      (command) =>
        command
          .positional('result', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'folders of experiments or runs of protocol gradient',
          })
          .option('into', { type: 'string', nargs: 1, describe: 'a Markdown file, in place of the table in it' }),
      does(async () => (await import('./commands/table.js')).table),
    )
    .command(
      'bench',
      'this machine: kernels against their limit, canonical workloads',
      (command) =>
        command
          .option('json', { type: 'boolean', default: false, describe: 'results as JSON' })
          .option('only', { type: 'string', array: true, nargs: 1, default: [], describe: 'one benchmark, by name' })
          .option('seconds', { type: 'string', nargs: 1, default: '1', describe: 'time for each, about' })
          .option('backend', { choices: BACKENDS, nargs: 1, default: 'wasm', describe: 'what does the arithmetic' }),
      does(async () => (await import('./commands/bench.js')).bench),
    )
    .command('data', 'list, fetch and inspect data sets', (command) =>
      withDataCommands(command, (code) => {
        exitCode = code;
      }),
    )
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
  try {
    requireKnownOptions(argv);
    requireOnce(argv, '--out');
    requireOnce(argv, '--into');
    requireOnce(argv, '--backend');
    requireOnce(argv, '--seconds');
    requireOnce(argv, '--sheet');
    await parser.parseAsync();
  } catch (error) {
    return reportFailure(error);
  }
  return exitCode;
}

const OPTIONS = [
  'set',
  'out',
  'backend',
  'force',
  'quiet',
  'json',
  'only',
  'seconds',
  'mirror',
  'sheet',
  'spectrum',
  'into',
  'help',
  'version',
];

/** yargs suggests commands, not options, and takes the word after an unknown option for its value. */
function requireKnownOptions(argv: readonly string[]): void {
  for (const arg of argv) {
    const name = /^--(?:no-)?([A-Za-z][\w-]*)/.exec(arg)?.[1];
    if (name === undefined || OPTIONS.includes(name)) continue;
    const near = nearest(name, OPTIONS);
    throw usageError(`unknown option --${name}${near === undefined ? '' : `; did you mean --${near}?`}`);
  }
}

/** yargs makes a list of an option given twice. */
function requireOnce(argv: readonly string[], option: string): void {
  if (argv.filter((arg) => arg === option || arg.startsWith(`${option}=`)).length > 1) {
    throw usageError(`${option} is given more than once`);
  }
}

/** Looks like yargs' own errors. */
function usageError(message: string): Error {
  const error = new Error(message);
  error.name = 'YError';
  return error;
}
