/** How much of each kind of file is read: generous for what people have, and too little to fill a machine. */
import type { FileKind } from './read.js';

const [MB, GB] = [1e6, 1e9];

export const KINDS = {
  spec: { what: 'spec', mostBytes: 2 * MB, hint: 'keep data and parameters in files of their own' },
  /** 784-2048-2048-10 has 5.8 million numbers: 47 MB in .npz, about 120 MB in JSON. */
  parameters: { what: 'parameter file', mostBytes: 500 * MB },
  /** Every number of it will stand on a line of its own in the resolved spec, which has a size, too. */
  graph: {
    what: 'graph file',
    mostBytes: MB / 2,
    hint: 'larger graphs are made by a rule: {name: grid, rows: 100, columns: 100}',
  },
  /** MNIST as CSV has 108 MB. */
  data: { what: 'data file', mostBytes: 8 * GB },
  figure: { what: 'figure', mostBytes: 16 * MB, hint: 'data from the results need not stand in it' },
  /** It holds its resolved spec. */
  record: { what: 'record of a run', mostBytes: 32 * MB },
  package: { what: 'data package', mostBytes: 500 * MB },
  checkpoint: { what: 'checkpoint', mostBytes: 4 * GB },
  /** Read block by block. */
  table: { what: 'table', mostBytes: Number.POSITIVE_INFINITY },
  drawing: { what: 'drawn figure', mostBytes: 500 * MB },
  caption: { what: 'caption', mostBytes: MB },
  page: { what: 'page', mostBytes: 50 * MB },
  /** What the system or another program has written: a lock, an entry of /proc, git's files. */
  note: { what: 'small file', mostBytes: 10 * MB },
} as const satisfies Record<string, FileKind>;
