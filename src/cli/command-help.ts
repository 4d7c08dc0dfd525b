/** `--help` of a command, set by yargs from its options. */
import yargs, { type Argv } from 'yargs';
import { type Command, nameOf } from './command.js';
import { commands } from './commands.js';
import { dataCommands } from './data-commands.js';
import { examples } from './examples.js';

/** @param path the words that name it. */
export async function commandHelp(path: readonly string[], columns: number): Promise<string> {
  const parser = yargs()
    .scriptName('eprbp')
    .exitProcess(false)
    .locale('en')
    .wrap(columns)
    .version('')
    .alias('h', 'help');
  withCommands(parser, commands).command('data', '', (command) => withCommands(command, dataCommands, 'data '));
  // a last word `help` is one of yargs' own
  const words = path.at(-1) === 'help' ? [...path, '-'] : path;
  return new Promise((resolve, reject) => {
    parser.parse([...words, '--help'], (error: Error | undefined, _: unknown, text: string) =>
      error ? reject(error) : resolve(text),
    );
  });
}

function withCommands(parser: Argv, added: readonly Command[], prefix = ''): Argv {
  for (const each of added) {
    const { usage, summary, positionals = {}, options = {} } = each;
    parser.command(usage, summary, (command) => {
      for (const [name, positional] of Object.entries(positionals)) command.positional(name, positional);
      return withExamples(command.options(options), prefix + nameOf(each));
    });
  }
  return parser;
}

function withExamples(command: Argv, name: string): Argv {
  const { examples: two, topics } = examples[name];
  for (const [words, does] of two) command.example(`$0 ${words}`, does);
  return command.epilogue(`The manual:  ${topics.map((topic) => `eprbp help ${topic}`).join(', ')}`);
}
