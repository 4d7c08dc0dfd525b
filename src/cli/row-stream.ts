/** `--csv -`: rows of metrics on stdout, run after run in the order of the plan, each as soon as it is on disk. */
import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import { KINDS } from '../io/kinds.js';
import { openRegular } from '../io/read.js';
import { referencesIn, tableFor } from '../metrics/columns.js';
import { protocolOf } from '../plan/parts.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';
import type { Observer } from '../run/schedule.js';
import { experimentFolder } from '../run/store.js';
import { keysOf, labelCells, labelColumns } from '../run/tidy.js';
import { write } from './terminal.js';

export class RowStream {
  readonly observer: Observer;
  private readonly folders = new Map<number, string | undefined>();
  private readonly pruned = new Map<number, string>();
  private readonly keys: readonly string[] | undefined;
  private head = 0;
  private file: Follower | undefined;

  /** @throws UserError where the runs make no one table. */
  constructor(
    plans: readonly Plan[],
    private readonly out: string,
  ) {
    const protocols = new Set(plans.flatMap(({ runs }) => runs.map(({ spec }) => spec.protocol.name)));
    if (plans.length !== 1 || protocols.size !== 1) {
      const got = plans.length === 1 ? `protocols ${[...protocols].join(', ')}` : `${plans.length} specs`;
      throw new UserError({ message: `--csv - takes one spec of one protocol, got ${got}`, hint: 'see eprbp collect' });
    }
    const [plan] = plans;
    const headers = new Set(plan.runs.map(({ spec }) => headerOf(spec)));
    if (headers.size !== 1) {
      const message =
        '--csv - takes runs of the same columns, and not all of these have finite-difference as a reference';
      throw new UserError({ message, hint: 'see eprbp collect' });
    }
    const [columns] = Array.from(headers, (header) => header.split(','));
    this.keys = plan.swept.length === 0 ? undefined : keysOf(plan.runs);
    const labels = this.keys ? labelColumns(this.keys, columns) : [];
    write(`${[...labels, ...columns].join(',')}\n`);
    this.observer = {
      work: (_, run) => {
        if (run === plan.runs[this.head]) this.follow(run, join(experimentFolder(this.out, plan.name), run.id));
      },
      runFinished: ({ folder, record }, index) => {
        // a search may go on with it
        if (record.pruned) this.pruned.set(index, folder);
        else this.ended(plan, index, folder);
      },
      experimentFinished: () => {
        for (const [index, folder] of this.pruned) if (!this.folders.has(index)) this.ended(plan, index, folder);
      },
      runFailed: (_run, _message, index) => this.ended(plan, index, undefined),
    };
  }

  private ended(plan: Plan, index: number, folder: string | undefined): void {
    this.folders.set(index, folder);
    while (this.folders.has(this.head)) {
      const done = this.folders.get(this.head);
      if (done !== undefined) this.follow(plan.runs[this.head], done);
      this.file?.close();
      this.file = undefined;
      this.head++;
    }
  }

  private follow(run: RunPlan, folder: string): void {
    this.file ??= new Follower(join(folder, 'metrics.csv'), this.keys ? labelCells(run, this.keys) : '');
    this.file.more();
  }
}

function headerOf(spec: RunPlan['spec']): string {
  const { columns } = tableFor(protocolOf(spec.protocol).metrics, referencesIn(spec));
  return columns.map(({ name }) => name).join();
}

const CHUNK_BYTES = 1 << 16;

/** Whole lines of a file that grows, without its header, each behind some labels. */
class Follower {
  private readonly descriptor: number;
  private readonly chunk = Buffer.alloc(CHUNK_BYTES);
  private position = 0;

  constructor(
    path: string,
    private readonly labels: string,
  ) {
    this.descriptor = openRegular(path, KINDS.table).descriptor;
  }

  more(): void {
    for (;;) {
      const got = readSync(this.descriptor, this.chunk, 0, CHUNK_BYTES, this.position);
      const end = this.chunk.subarray(0, got).lastIndexOf('\n') + 1;
      if (end === 0) return;
      const lines = this.chunk.toString('utf8', 0, end - 1).split('\n');
      if (this.position === 0) lines.shift();
      this.position += end;
      if (lines.length > 0) write(lines.map((line) => `${this.labels}${line}\n`).join(''));
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
