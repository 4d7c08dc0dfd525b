/** Trainings without files: their events gathered, and data sets with classes. */
import type { ExampleSet } from '../../src/data/source.js';
import type { Row } from '../../src/metrics/columns.js';
import { tables } from '../../src/metrics/columns.js';
import type { Arena } from '../../src/numerics/arena.js';
import type { Bench, Outcome } from '../../src/protocol/protocol.js';
import { assemble } from '../../src/run/assemble.js';
import { type Cells, specOf } from './bench.js';

/** A small training: 7 examples in batches of 3, two classes. */
export const small = {
  name: 'small',
  protocol: { name: 'train', epochs: 2, batch: 3, optimizer: { name: 'sgd', rates: [0.1, 0.05] } },
  network: { energy: 'hopfield', layers: [3, 5, 2], activation: 'sigmoid', init: { name: 'glorot-uniform', gain: 1 } },
  data: { name: 'random', examples: 7 },
  free: { step: 0.5, tolerance: 1e-10, max_steps: 500 },
  second: { step: 0.5, steps: 40 },
  engines: [
    { id: 'ep', name: 'ep', nudging: 'exact' },
    { id: 'rbp', name: 'rbp', method: 'ode' },
  ],
  reference: [],
};

export function trainBench(
  given: object,
  arena?: Arena,
): { protocol: ReturnType<typeof assemble>['protocol']; bench: Bench } {
  return assemble({ spec: specOf({ ...small, ...given }), parameters: undefined }, arena);
}

/** The same bench with something else in a place. */
export function bench(from: Bench, instead: Partial<Bench>): Bench {
  return Object.create(from, Object.getOwnPropertyDescriptors(instead)) as Bench;
}

/** The same examples with classes: the target of example i is class i mod 2. */
export function withClasses(set: ExampleSet): ExampleSet {
  const labels = Uint16Array.from({ length: set.count }, (_, i) => i % set.outputs);
  return {
    ...set,
    labels,
    fill(at, x, y) {
      set.fill(at, x, y);
      y.data.fill(0);
      for (let i = 0; i < at.length; i++) y.row(i)[labels[at[i]]] = 1;
    },
  };
}

/** All that a training yields. */
export interface Trained {
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly checkpoints: readonly { readonly data: Uint8Array; readonly rowsBefore: Readonly<Record<string, number>> }[];
  readonly outcome: Outcome;
}

/** @param working is called after every iteration. */
export function trained(
  given: object,
  change: (made: Bench) => Bench = (made) => made,
  arena?: Arena,
  working?: () => void,
): Trained {
  const { protocol, bench: made } = trainBench(given, arena);
  const rows: Record<string, Row[]> = {};
  const files = new Map<string, Uint8Array>();
  const checkpoints: Trained['checkpoints'][number][] = [];
  const way = protocol.run(change(made));
  for (;;) {
    const next = way.next();
    if (next.done) return { rows, files, checkpoints, outcome: next.value };
    const event = next.value;
    if (event.kind === 'rows') rows[event.table] = [...(rows[event.table] ?? []), ...event.rows];
    if (event.kind === 'work' && event.phase.startsWith('epoch')) working?.();
    if (event.kind === 'file') files.set(event.name, event.data.slice());
    if (event.kind === 'checkpoint') {
      const rowsBefore = Object.fromEntries(Object.entries(rows).map(([name, { length }]) => [name, length]));
      checkpoints.push({ data: Buffer.concat(event.data), rowsBefore });
    }
  }
}

/** Rows of a table as objects. */
export function cellsOf({ rows }: Trained, table: keyof typeof tables): Cells[] {
  const { columns } = tables[table];
  return (rows[table] ?? []).map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
}
