/** What stands below the options in a command's help: two ways to call it, and where the manual says more. */

export interface Examples {
  /** [the words behind `eprbp`, what they do]. */
  readonly examples: readonly [Example, Example];
  /** Pages of the manual. */
  readonly topics: readonly [string, ...string[]];
}

type Example = readonly [command: string, does: string];

/** By the words that name a command. */
export const examples: Readonly<Record<string, Examples>> = {
  run: {
    examples: [
      ['run first.yaml -s engines.one-sided.beta=0.001', 'one spec, with another β'],
      ['run experiments/ -j 4 --report', 'a folder of specs, four runs at a time, and pages of results'],
    ],
    topics: ['running', 'spec', 'exit-codes'],
  },
  plan: {
    examples: [
      ['plan sweep.yaml', 'which runs there are to do, and about how long they take'],
      ['plan first.yaml --spectrum', 'whether phase two is long enough, and β small enough'],
    ],
    topics: ['running', 'sweeps'],
  },
  submit: {
    examples: [
      ['submit sweep.yaml --to slurm -- --time=2:00:00 --partition=short', 'what is unfinished, as an array of jobs'],
      ['submit sweep.yaml --to slurm --tasks 10 --print', 'the script that would do it'],
    ],
    topics: ['clusters'],
  },
  validate: {
    examples: [
      ['validate first.yaml', 'every problem, with its line'],
      ['validate experiments/', 'every spec of a folder'],
    ],
    topics: ['spec'],
  },
  schema: {
    examples: [
      ['schema > spec.schema.json', 'for # yaml-language-server: $schema=spec.schema.json'],
      ['schema run', 'what run.json holds'],
    ],
    topics: ['spec', 'results'],
  },
  list: {
    examples: [
      ['list solvers', 'what free.solver may be, with options and papers'],
      ['list data --import ./mine.ts', 'data sets, those of a plugin, too'],
    ],
    topics: ['spec', 'plugins'],
  },
  new: {
    examples: [
      ['new > first.yaml', 'the theorem, every key commented'],
      ['new ep-vs-rbp-digits > training.yaml', 'a training to start from'],
    ],
    topics: ['getting-started', 'spec'],
  },
  plot: {
    examples: [
      ['plot results/equivalence --size two-column --title none --format pdf', 'for a paper'],
      ['plot results/equivalence --theme screen --vega', 'for a page, and to change in Vega-Lite'],
    ],
    topics: ['figures'],
  },
  table: {
    examples: [
      ['table results/training --format latex --into paper.tex', 'with booktabs, in place of the table in a file'],
      ['table results/training --rows engine --columns protocol.batch', 'engines down, batches across'],
    ],
    topics: ['tables'],
  },
  report: {
    examples: [
      ['report results', 'results/index.html, and a page of each experiment'],
      ['report results --watch', 'the same while runs go on, on 127.0.0.1'],
    ],
    topics: ['reports'],
  },
  collect: {
    examples: [
      ['collect results/sweep', 'results/sweep/collected.csv'],
      ['collect results/training --table evaluation --to -', 'on stdout'],
    ],
    topics: ['results'],
  },
  merge: {
    examples: [
      ['merge node1 node2 node3 -o results', 'shards of three machines'],
      ['merge results node2 -o results', 'into one of them'],
    ],
    topics: ['sweeps'],
  },
  diff: {
    examples: [
      ['diff results/a results/b', 'settings and numbers that differ'],
      ['diff results/a results/b --only number --rtol 1e-9', 'numbers that differ by more than that'],
    ],
    topics: ['reproducibility'],
  },
  verify: {
    examples: [
      ['verify results/equivalence', 'hash the files, run again, compare the bytes'],
      ['verify results/equivalence --no-rerun', 'hash the files only'],
    ],
    topics: ['reproducibility'],
  },
  ls: {
    examples: [
      ['ls', 'experiments and runs in results/'],
      ['ls results/sweep', 'runs of one'],
    ],
    topics: ['results'],
  },
  show: {
    examples: [
      ['show results/equivalence', 'settings, outcome, warnings'],
      ['show results/sweep | less', 'of each run of a sweep'],
    ],
    topics: ['results'],
  },
  clean: {
    examples: [
      ['clean -n', 'what would go'],
      ['clean results/sweep --old', 'what the latest sweep does not have, too'],
    ],
    topics: ['results'],
  },
  bench: {
    examples: [
      ['bench --only gemm-f64-512 --seconds 0.5', 'one product of matrices'],
      ['bench --json > before.json', 'all, to compare with later: bench --baseline before.json'],
    ],
    topics: ['threads-and-precision'],
  },
  help: {
    examples: [
      ['help training', 'a page of this manual'],
      ['help run', 'what run --help says'],
    ],
    topics: ['getting-started', 'glossary'],
  },
  completion: {
    examples: [
      ['completion bash', 'in ~/.bashrc: eval "$(eprbp completion bash)"'],
      ['completion fish', 'in config.fish: eprbp completion fish | source'],
    ],
    topics: ['getting-started'],
  },
  'data list': {
    examples: [
      ['data list', 'sets by name, and which are here'],
      ['data list | grep digits', 'those of digits'],
    ],
    topics: ['data-sets'],
  },
  'data fetch': {
    examples: [
      ['data fetch optdigits', '0.8 MB of handwritten digits'],
      [
        'data fetch mnist --mirror https://mirror.example/mnist',
        'from a mirror of yours; sizes and SHA-256 are checked',
      ],
    ],
    topics: ['data-sets'],
  },
  'data inspect': {
    examples: [
      ['data inspect digits-synthetic --sheet digits.png', 'images of every class'],
      ['data inspect training.yaml -s data.examples=100', 'what a spec learns from'],
    ],
    topics: ['data-sets'],
  },
};
