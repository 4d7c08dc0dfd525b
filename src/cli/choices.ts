/** The kinds of `eprbp list`, here so that --help needs no registry; a test holds them equal to it. */
export const LIST_KINDS = [
  'engines',
  'energies',
  'topologies',
  'activations',
  'backends',
  'initialisers',
  'costs',
  'data',
  'solvers',
  'integrators',
  'protocols',
  'tasks',
  'agents',
  'optimizers',
  'figures',
] as const;

/** The names of `eprbp list backends`; the same test holds them equal. */
export const BACKENDS = ['wasm', 'blas', 'mathjs'] as const;

/** What the frame of a figure may be; the same test holds them equal. */
export const SIZES = ['one-column', 'two-column', 'slide'] as const;
export const THEMES = ['print', 'screen'] as const;
export const TITLES = ['finding', 'plain', 'none'] as const;
export const BANDS = ['sd', 'range', 'none'] as const;
/** What a table may be written as. */
export const TABLE_FORMATS = ['md', 'latex', 'csv'] as const;
export const FORMATS = ['svg', 'png', 'pdf', 'vega'] as const;

/** Where `eprbp submit` sends jobs; the compiler holds them equal. */
export const CLUSTERS = ['slurm', 'kubernetes'] as const;
