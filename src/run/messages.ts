/** What a worker and the process that started it say to each other; everything here survives structured cloning. */
import type { Verdict } from '../metrics/assertions.js';
import type { RunRecord } from '../metrics/results.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';
import { importedPlugins } from '../plugin/import.js';
import type { PluginReference } from '../plugin/plugin.js';
import type { ExecuteOptions, Work } from './execute.js';
import type { Ending, Task } from './lane.js';
import type { Finished } from './recall.js';

export interface Order {
  readonly plan: Plan;
  readonly run: RunPlan;
  /** All that the process has imported: a worker imports them before it computes. */
  readonly plugins: readonly PluginReference[];
  readonly options: Pick<ExecuteOptions, 'out' | 'again' | 'acceptBuild' | 'environment' | 'threads'>;
}

export type ToWorker = { readonly kind: 'run'; readonly order: Order } | { readonly kind: 'stop' };

/** `begun`: the order has arrived, whatever the process took to start. */
export type FromWorker =
  | { readonly kind: 'begun' }
  | { readonly kind: 'work'; readonly work: Work }
  | { readonly kind: 'ended'; readonly ending: SentEnding };

/** A finished run without what its order said. */
interface SentFinished {
  readonly folder: string;
  readonly cached: boolean;
  readonly record: Omit<RunRecord, 'spec'>;
  readonly verdicts: readonly Verdict[];
  readonly largest: readonly number[];
  readonly redone: Finished['redone'];
}
export type SentEnding =
  | Exclude<Ending, { kind: 'finished' }>
  | { readonly kind: 'finished'; readonly finished: SentFinished };

/** Of a plan only what one run needs. */
export function orderOf(
  { plan, run }: Task,
  { out, again, acceptBuild, environment, threads }: Order['options'],
): Order {
  const plugins = importedPlugins().map(({ file, sha256 }) => ({ file, sha256 }));
  return { plan: { ...plan, runs: [] }, run, plugins, options: { out, again, acceptBuild, environment, threads } };
}

export function packed(ending: Ending): SentEnding {
  if (ending.kind !== 'finished') return ending;
  const { folder, cached, record, verdicts, largest, redone } = ending.finished;
  const { spec, ...rest } = record;
  return { kind: 'finished', finished: { folder, cached, record: rest, verdicts, largest, redone } };
}

export function unpacked(ending: SentEnding, { run }: Task): Ending {
  if (ending.kind !== 'finished') return ending;
  const { record, ...rest } = ending.finished;
  return { kind: 'finished', finished: { ...rest, run, record: { ...record, spec: run.spec } } };
}
