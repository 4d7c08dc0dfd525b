import type { Argv } from 'yargs';

/** Makes a handler of a command that is loaded when it is called; it gives the exit code. */
export type Does = <T>(load: () => Promise<(args: T) => number | Promise<number>>) => (args: unknown) => Promise<void>;

/** `eprbp data …` */
export function dataCommands(command: Argv, does: Does): Argv {
  return command
    .command(
      'list',
      'data sets that a spec can name, and which of them are here',
      {},
      does(async () => (await import('./commands/data.js')).list),
    )
    .command(
      'fetch <set..>',
      'download published data sets into the cache (EPRBP_CACHE, XDG_CACHE_HOME)',
      (fetch) =>
        fetch
          .positional('set', { type: 'string', array: true, demandOption: true, describe: 'mnist, fashion-mnist, …' })
          .option('mirror', {
            type: 'string',
            array: true,
            nargs: 1,
            default: [],
            describe: 'address of a folder with the files, in place of the known ones',
          })
          .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'no progress' }),
      does(async () => (await import('./commands/data.js')).fetch),
    )
    .command(
      'inspect <what>',
      'counts, shapes, classes, values, images: of a spec, a data set or a file',
      (inspect) =>
        inspect
          .positional('what', { type: 'string', demandOption: true, describe: 'a spec, a name, an IDX or CSV file' })
          .option('set', {
            alias: 's',
            type: 'string',
            array: true,
            nargs: 1,
            default: [],
            describe: 'override a key: -s data.side=14',
          })
          .option('sheet', { type: 'string', nargs: 1, describe: 'write images of every class to this PNG' })
          .option('json', { type: 'boolean', default: false, describe: 'the numbers as JSON' }),
      does(async () => (await import('./commands/data-inspect.js')).inspect),
    )
    .demandCommand(1, 'which data command?');
}
