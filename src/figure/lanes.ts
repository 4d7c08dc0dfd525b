import { againstLabel, engineLabel, settingLabel } from './labels.js';
import type { EngineSpec, Run } from './source.js';

/** One engine in one run, against one reference: what a curve shows. */
export interface Lane {
  readonly run: Run;
  readonly engine: EngineSpec;
  readonly reference: string;
  /** The swept keys that matter to it: not those of other engines. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** Unique among the lanes. */
  readonly label: string;
}

/**
 * The lanes of these runs. Runs that differ only in another engine's options repeat a lane, which is kept once.
 * `without` lists keys that the caller shows in another way: they are not in the labels.
 */
export function lanesOf(runs: readonly Run[], without: (key: string) => boolean = () => false): Lane[] {
  const lanes = runs.flatMap((run) =>
    run.references.flatMap((reference) =>
      run.engines
        .filter(({ id }) => id !== reference)
        .map((engine) => ({ run, engine, reference, changes: relevantChanges(run, engine, reference) })),
    ),
  );
  const distinct = [
    ...new Map(lanes.map((lane) => [identity(lane), lane]).reverse() as [string, Bare][]).values(),
  ].reverse();
  const labels = distinct.map((lane) => labelOf(lane, distinct, without));
  return distinct.map((lane, i) => ({
    ...lane,
    label: isAmbiguous(lane, labels[i], distinct, labels) ? `${labels[i]} (${lane.engine.id})` : labels[i],
  }));
}

type Bare = Omit<Lane, 'label'>;

/** The swept keys that matter to an engine against a reference: not those of others. */
export function relevantChanges({ changes }: Run, { id }: EngineSpec, reference: string): Record<string, unknown> {
  const matters = (key: string) => {
    const [part, owner] = key.split('.');
    return part !== 'engines' || owner === id || owner === reference;
  };
  return Object.fromEntries(Object.entries(changes).filter(([key]) => matters(key)));
}

function identity({ engine, reference, changes }: Bare): string {
  return JSON.stringify([engine.id, reference, changes]);
}

function labelOf(
  { run, engine, reference, changes }: Bare,
  lanes: readonly Bare[],
  without: (key: string) => boolean,
): string {
  const references = new Set(lanes.map((lane) => lane.reference));
  const varies = (key: string) => new Set(lanes.map((lane) => JSON.stringify(lane.changes[key]))).size > 1;
  // its label tells its own options
  const own = (option: string) => `engines.${engine.id}.${option}`;
  const tells = engine.label?.parts.flatMap(({ keys }) => keys.map(own)) ?? [];
  const extras = Object.entries(changes).filter(([key]) => !tells.includes(key) && !without(key) && varies(key));
  return [
    engineLabel(engine, (option) => own(option) in changes && without(own(option))),
    ...extras.map(([key, value]) => settingLabel(key, value)),
    ...(references.size > 1 ? [againstLabel(reference, run.engines)] : []),
  ].join(', ');
}

/** Another engine has the same label. */
function isAmbiguous({ engine }: Bare, label: string, lanes: readonly Bare[], labels: readonly string[]): boolean {
  return lanes.some((other, i) => labels[i] === label && other.engine.id !== engine.id);
}

/** Whether a swept key is one of `keys`, or moves in step with one of them over the runs (zipped). */
export function determinedBy(runs: readonly Pick<Run, 'changes'>[], keys: readonly string[]): (key: string) => boolean {
  const distinct = (used: readonly string[]) =>
    new Set(runs.map(({ changes }) => JSON.stringify(used.map((key) => changes[key])))).size;
  return (key) =>
    keys.includes(key) || keys.some((axis) => distinct([axis]) > 1 && distinct([axis, key]) === distinct([axis]));
}

/** The key under which a sweep changes an engine's β. */
export function betaKey({ id }: EngineSpec): string {
  return `engines.${id}.beta`;
}

/** Key of a lane's rows in its run's metrics.csv. */
export function rowKey(engine: string, reference: string, quantity: string): string {
  return `${engine}\n${reference}\n${quantity}`;
}
