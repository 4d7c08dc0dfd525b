import { reasonOf } from '../errors.js';
import { version } from '../package.js';
import { understood } from './arguments.js';
import { EXIT } from './exit-codes.js';
import { reportFailure } from './failure.js';
import type { PluginArguments } from './plugins.js';
import { note, print, styled, unwritten, watchStreams, widthOfText } from './terminal.js';

/** Carries out a command line and gives the exit code. */
export async function main(argv: string[]): Promise<number> {
  watchStreams();
  process.on('uncaughtException', (error) => process.exit(reportFailure(error)));
  // unfinished words are not for the parser
  if (argv[0] === 'complete') return (await import('./commands/complete.js')).complete(argv.slice(1));
  return afterWriting(await outcomeOf(argv));
}

/** The same within a process that goes on. */
export async function outcomeOf(argv: readonly string[]): Promise<number> {
  try {
    const wish = understood(argv);
    if (wish.kind === 'call') {
      if (namesPlugins(wish.args)) await (await import('./plugins.js')).importAll(wish.args);
      return await (await wish.command.load())(wish.args as never);
    }
    if (wish.kind === 'version') print(version);
    else print((await (await import('./help.js')).help(wish.path, widthOfText())).split('\n'));
    return EXIT.ok;
  } catch (error) {
    return reportFailure(error);
  }
}

/** Nothing of plugins is loaded unless the command line asks for it. */
const namesPlugins = ({ import: given, allowPlugins }: PluginArguments): boolean =>
  allowPlugins === true || (given !== undefined && given.length > 0);

/** What stdout could not take makes of success a failure. */
async function afterWriting(exitCode: number): Promise<number> {
  const problem = await unwritten();
  if (problem === undefined) return exitCode;
  note(`${styled('red', 'error', process.stderr)} cannot write to stdout: ${reasonOf(problem)}`);
  return exitCode === EXIT.ok || exitCode === EXIT.assertionFailed ? EXIT.runFailed : exitCode;
}
