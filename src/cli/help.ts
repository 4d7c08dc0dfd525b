/** `--help`, set by yargs from the commands. */
import yargs, { type Argv } from 'yargs';
import type { Command } from './command.js';
import { commands } from './commands.js';
import { dataCommands } from './data-commands.js';

/** The help of the program, or of the command that `path` names. */
export async function help(path: readonly string[], columns: number): Promise<string> {
  const parser = yargs()
    .scriptName('eprbp')
    .usage('$0 <command>\n\nRun, verify and draw experiments on Equilibrium Propagation and Recurrent Backpropagation.')
    .exitProcess(false)
    .locale('en')
    .wrap(columns)
    .version('')
    .alias('h', 'help')
    .epilogue('A first figure in a minute:  eprbp new > first.yaml && eprbp run first.yaml');
  withCommands(parser, commands).command('data', 'list, fetch and inspect data sets', (command) =>
    withCommands(command, dataCommands).demandCommand(),
  );
  return new Promise((resolve, reject) => {
    parser.parse([...path, '--help'], (error: Error | undefined, _: unknown, text: string) =>
      error ? reject(error) : resolve(text),
    );
  });
}

function withCommands(parser: Argv, added: readonly Command[]): Argv {
  for (const { usage, summary, positionals = {}, options = {} } of added) {
    parser.command(usage, summary, (command) => {
      for (const [name, positional] of Object.entries(positionals)) command.positional(name, positional);
      return command.options(options);
    });
  }
  return parser;
}
