/** `eprbp data …`: how each is called and what loads it. */
import type { Command } from './command.js';
import { ofPlugins } from './commands.js';

export const dataCommands: readonly Command[] = [
  {
    usage: 'list',
    summary: 'data sets that a spec can name, and which of them are here',
    load: async () => (await import('./commands/data.js')).list,
  },
  {
    usage: 'fetch <set..>',
    summary: 'download published data sets into the cache (EPRBP_CACHE, XDG_CACHE_HOME)',
    positionals: {
      set: {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'mnist, fashion-mnist, kmnist, optdigits, cifar10',
      },
    },
    options: {
      mirror: {
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: 'address of a folder with the files, in place of the known ones',
      },
      quiet: { alias: 'q', type: 'boolean', default: false, describe: 'no progress' },
    },
    load: async () => (await import('./commands/data.js')).fetch,
  },
  {
    usage: 'inspect <what>',
    summary: 'counts, shapes, classes, values, images: of a spec, a data set or a file',
    positionals: { what: { type: 'string', demandOption: true, describe: 'a spec, a name, an IDX or CSV file' } },
    options: {
      set: {
        alias: 's',
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: 'override a key: -s data.side=14',
      },
      ...ofPlugins,
      sheet: { type: 'string', nargs: 1, describe: 'write images of every class to this PNG' },
      json: { type: 'boolean', default: false, describe: 'the numbers as JSON' },
    },
    load: async () => (await import('./commands/data-inspect.js')).inspect,
  },
];
