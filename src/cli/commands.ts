/** Every command: how it is called and what loads it. Arguments, help, did-you-mean and completion come from here. */

import type { Options, PositionalOptions } from 'yargs';
import { precisions } from '../numerics/numbers.js';
import { BACKENDS, BANDS, CLUSTERS, FORMATS, LIST_KINDS, SIZES, TABLE_FORMATS, THEMES, TITLES } from './choices.js';
import type { Command } from './command.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

const flag = (describe: string, alias?: string): Options => ({
  type: 'boolean',
  default: false,
  describe,
  ...(alias ? { alias } : {}),
});
const value = (describe: string, more: Options = {}): Options => ({ type: 'string', nargs: 1, describe, ...more });
const several = (describe: string): PositionalOptions => ({
  type: 'string',
  array: true,
  demandOption: true,
  describe,
});

const backend = value('what does the arithmetic: wasm (the same bits everywhere), the system BLAS, or plain mathjs', {
  choices: BACKENDS,
  default: 'wasm',
});
const threads = value('threads that share large operations of a run, or auto: the cores there are for it', {
  default: 'auto',
});
const out = value('folder for results', { default: 'results', alias: 'o' });

const ofFigures = { timeout: value('seconds that a figure may take; default: 20 where it is one of your own') };

export const ofPlugins = {
  import: value('a plugin, .ts or .js, that adds entries; it runs with all that you may do', {
    array: true,
    default: [],
  }),
  'allow-plugins': flag('import the plugins that specs name, which run with all that you may do'),
};

const ofSpecs = {
  positionals: { spec: several('spec files, folders of them, or - for one on stdin') },
  options: {
    set: {
      alias: 's',
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'override a key: -s engines.ep.beta=0.5',
    },
    seed: value('in place of that of the spec, or of those: -s seed=N'),
    out,
    backend,
    ...ofPlugins,
  },
} as const;

/** How runs are carried out, wherever that is. */
const ofWork = {
  'accept-build': flag('take finished runs of another build of this program, which may compute otherwise'),
  timeout: value('seconds that a run may take, and a figure'),
  retries: value('how often a run that could not be carried out is tried again', { default: '0' }),
};

const ofRuns = {
  jobs: value('runs side by side, each in a process of its own; default: the cores there are', { alias: 'j' }),
  threads,
  shard: value('i/n: only every n-th run, from the i-th; auto/n: i is that of the task, in an array of jobs'),
  force: flag('run again what is finished'),
  ...ofWork,
  'dry-run': flag('what eprbp plan says, and run nothing', 'n'),
  resume: flag('what run does by itself: what is finished stays, what is not goes on'),
  finished: flag('run nothing: judge, draw and report what is finished'),
  rerun: value('run again, of what is finished, what failed', { choices: ['failed'] as const }),
  'fail-fast': flag('end with the first failure'),
  quiet: flag('no progress, failures only', 'q'),
  json: flag('what happens as JSON, one object a line, in place of the report'),
  junit: value('write what build servers show to this file'),
  requeue: flag('in a job of Slurm: a signal that ends it before its time has it queued again, to go on'),
  report: flag('write the page of each experiment and the index over the results'),
  csv: value('- streams the rows of metrics to stdout', { choices: ['-'] as const }),
};

export const commands: readonly Command[] = [
  {
    usage: 'run <spec..>',
    summary: 'run experiments: CSV, figures and assertions',
    positionals: ofSpecs.positionals,
    options: { ...ofSpecs.options, ...ofRuns },
    load: async () => (await import('./commands/run.js')).run,
  },
  {
    usage: 'plan <spec..>',
    summary: 'the runs it would do, and settings that cannot work',
    positionals: ofSpecs.positionals,
    options: {
      ...ofSpecs.options,
      spectrum: flag(
        'come to rest, and say how fast phase two will forget: eigenvalues of the Hessian or the Jacobian',
      ),
    },
    load: async () => (await import('./commands/plan.js')).plan,
  },
  {
    usage: 'submit <spec..>',
    summary: 'the runs as an array of jobs on a cluster, and a job that reports; again: what is unfinished by then',
    positionals: ofSpecs.positionals,
    options: {
      ...ofSpecs.options,
      ...ofWork,
      to: value('where jobs go; options of sbatch stand behind --', { choices: CLUSTERS }),
      tasks: value('parts that the runs are divided into, a job each; default: 100, or as many as there are runs'),
      print: flag('print what would be submitted, and submit nothing'),
      image: value('kubernetes: the image of the containers, with eprbp in it'),
      claim: value('kubernetes: the claim on the volume that has the specs, and takes the results'),
    },
    handsOn: 'sbatch',
    load: async () => (await import('./commands/submit.js')).submit,
  },
  {
    usage: 'validate <spec..>',
    summary: 'check specs: all problems at once',
    ...ofSpecs,
    load: async () => (await import('./commands/plan.js')).validate,
  },
  {
    usage: 'schema [of]',
    summary: 'JSON Schema of a spec, for editors, or of run.json',
    positionals: { of: { choices: ['spec', 'run'] as const, default: 'spec', describe: 'a spec, or run.json' } },
    options: { import: ofPlugins.import },
    load: async () => (await import('./commands/schema.js')).schema,
  },
  {
    usage: 'list [kind]',
    summary: 'what a spec can name',
    positionals: { kind: { choices: LIST_KINDS, describe: 'one kind only' } },
    options: { import: ofPlugins.import },
    load: async () => (await import('./commands/list.js')).list,
  },
  {
    usage: 'new [template]',
    summary: 'a commented spec, on stdout',
    positionals: { template: { type: 'string', default: 'equivalence', describe: 'an experiment to start from' } },
    load: async () => (await import('./commands/new.js')).create,
  },
  {
    usage: 'plot <result..>',
    summary: 'draw the figures again, from the CSV alone',
    positionals: { result: several('folders of experiments or runs') },
    options: {
      ...ofFigures,
      ...ofPlugins,
      size: value('width of the figures: 85, 178 or 254 mm; default: what the spec says', { choices: SIZES }),
      theme: value('black on white, or the colours of the page around', { choices: THEMES }),
      title: value('what the figure finds, the title of the experiment, or none (for LaTeX)', { choices: TITLES }),
      band: value('spread over seeds', { choices: BANDS }),
      format: value('file to write beside the SVG; several times for several', {
        choices: FORMATS,
        array: true,
        default: [],
      }),
      vega: flag('the Vega-Lite specs, too'),
      only: value('a figure, by its name; several times for several; one that the spec does not ask for, too', {
        array: true,
        default: [],
      }),
    },
    load: async () => (await import('./commands/plot.js')).plot,
  },
  {
    usage: 'table <result..>',
    summary: 'what runs measured, over their seeds: points of a sweep, estimators on networks, or learning rules',
    positionals: { result: several('folders of experiments or runs') },
    options: {
      format: value('Markdown, LaTeX (booktabs), or CSV', { choices: TABLE_FORMATS, default: 'md' }),
      rows: value('swept keys that go down, or engine: beta,steps; those in neither go down, too'),
      columns: value('swept keys that go across, or engine'),
      value: value('what is shown, by its name in the table; several times for several', { array: true, default: [] }),
      field: flag('every learning rule: what it equals, in which limit, and what assertions with measures have found'),
      into: value('a Markdown or LaTeX file, in place of the table in it'),
    },
    load: async () => (await import('./commands/table.js')).table,
  },
  {
    usage: 'report <result..>',
    summary: 'an index over a folder of results and a page of each experiment, each one HTML file that needs no other',
    positionals: { result: several('folders of results, or of experiments') },
    options: {
      ...ofFigures,
      ...ofPlugins,
      single: flag('the pages stand in the index: one file, to be mailed'),
      watch: flag('serve the pages to this machine while runs go on; nothing is written'),
    },
    load: async () => (await import('./commands/report.js')).report,
  },
  {
    usage: 'collect <result..>',
    summary: 'one tidy CSV over all runs of a sweep, and what its columns mean',
    positionals: { result: several('folders of experiments or runs: those of its shards, too') },
    options: {
      table: value('metrics, processes, …: the CSV that is collected', { default: 'metrics' }),
      to: value('file to write, - for stdout; default: collected.csv in the first folder'),
    },
    load: async () => (await import('./commands/collect.js')).collect,
  },
  {
    usage: 'merge <dir..>',
    summary: 'folders of results, of shards say, as one: each run once, as far as it has come; finished ones verified',
    positionals: { dir: several('folders of results, or of experiments') },
    options: { out: value('the folder that takes them; it may be one of them', { default: 'results', alias: 'o' }) },
    load: async () => (await import('./commands/merge.js')).merge,
  },
  {
    usage: 'diff <a> <b>',
    summary: 'settings, and the first number of each table, that differ; exit code 1 where any does',
    positionals: {
      a: { type: 'string', demandOption: true, describe: 'folder of an experiment or a run' },
      b: { type: 'string', demandOption: true, describe: 'another one' },
    },
    options: {
      rtol: value('numbers this far apart, relative to the larger, are equal', { default: '0' }),
      atol: value('numbers this far apart are equal', { default: '0' }),
      only: value('only settings, or only numbers', { choices: ['setting', 'number'] as const }),
    },
    load: async () => (await import('./commands/diff.js')).diff,
  },
  {
    usage: 'verify <result..>',
    summary: 'hash every file again, run the resolved spec again, and compare the bytes',
    positionals: { result: several('folders of experiments or runs') },
    options: {
      ...ofPlugins,
      rerun: { type: 'boolean', default: true, describe: '--no-rerun: hash the files only' },
      threads,
    },
    load: async () => (await import('./commands/verify.js')).verify,
  },
  {
    usage: 'ls [result..]',
    summary: 'experiments and runs that are there',
    positionals: { result: { type: 'string', array: true, default: [], describe: 'folders of experiments' } },
    options: { out },
    load: async () => (await import('./commands/inventory.js')).ls,
  },
  {
    usage: 'show <result..>',
    summary: 'what a finished run was and what came of it',
    positionals: { result: several('folders of experiments or runs') },
    load: async () => (await import('./commands/inventory.js')).show,
  },
  {
    usage: 'clean [result..]',
    summary: 'remove what interrupted runs left',
    positionals: { result: { type: 'string', array: true, default: [], describe: 'folders of experiments' } },
    options: {
      out,
      old: flag('and finished runs that the latest sweep does not have'),
      'dry-run': flag('say what would go', 'n'),
    },
    load: async () => (await import('./commands/inventory.js')).clean,
  },
  {
    usage: 'bench',
    summary: 'this machine: kernels against their limit, canonical workloads',
    options: {
      json: flag('results as JSON'),
      only: { type: 'string', array: true, nargs: 1, default: [], describe: 'one benchmark, by name' },
      seconds: value('time for each, about', { default: '1' }),
      backend,
      precision: value('of the numbers', { choices: precisions, default: precisions[0] }),
      threads,
      baseline: value('results of an earlier bench --json: say what has become slower since'),
      'fail-above': value('end with exit code 3 where something is slower than in the baseline by more than so many %'),
    },
    load: async () => (await import('./commands/bench.js')).bench,
  },
  {
    usage: 'help [topic..]',
    summary: 'the manual: its topics, a page of it, or what --help says of a command',
    positionals: {
      topic: { type: 'string', array: true, default: [], describe: 'a topic, a command, or a word to look for' },
    },
    options: { raw: flag('the page as it is written, in Markdown') },
    load: async () => (await import('./commands/help.js')).manual,
  },
  {
    usage: 'completion <shell>',
    summary: 'a script that lets a shell complete commands, specs, override keys and names',
    positionals: { shell: { choices: SHELLS, demandOption: true, describe: 'eval "$(eprbp completion bash)"' } },
    load: async () => (await import('./commands/completion.js')).completion,
  },
];
