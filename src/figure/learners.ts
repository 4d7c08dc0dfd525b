/** What the figures of the protocol train share: one curve for each engine and swept setting, over all seeds. */
import { seedGroups } from '../metrics/groups.js';
import { engineKind, engineLabel, formatValue, keyLabel, partsOf } from './labels.js';
import { roleOf, type Style, stylesOf } from './roles.js';
import type { EngineSpec, Run } from './source.js';

/** An engine at one point of a sweep: the runs that differ in their seed alone. Those in which others differ only are one. */
export interface Learner {
  readonly engine: EngineSpec;
  /** Unique. */
  readonly label: string;
  readonly runs: readonly Run[];
}

export function learnersOf(runs: readonly Run[]): Learner[] {
  const all = seedGroups(runs);
  const labels = all.map(({ engine, changes }) => labelOf(engine, changes, isFixed(engine, all)));
  return all.map(({ engine, runs: own }, i) => {
    const ambiguous = labels.some((label, j) => label === labels[i] && all[j].engine.id !== engine.id);
    return { engine, runs: own, label: ambiguous ? `${labels[i]} (${engine.id})` : labels[i] };
  });
}

type Groups = ReturnType<typeof seedGroups<Run>>;

/** Options of an engine that say nothing: it is there several times, and all engines of its kind have them alike. */
function isFixed(engine: EngineSpec, all: Groups): (option: string) => boolean {
  const kin = all.filter(({ engine: other }) => engineKind(other) === engineKind(engine));
  const several = all.filter(({ engine: { id } }) => id === engine.id).length > 1;
  return (option) => several && new Set(kin.map(({ engine: other }) => JSON.stringify(other[option]))).size === 1;
}

/** For the caption: `EP centered: β = 0.1`, of options that are in no label since they are those of all. */
export function fixedNotes(learners: readonly Learner[]): string[] {
  const notes = learners.flatMap(({ engine, label }) => {
    const left = partsOf(engineLabel(engine)).filter((part) => !partsOf(label).includes(part));
    return left.length > 0 ? [`${engineKind(engine)}: ${left.join(', ')}`] : [];
  });
  return [...new Set(notes)];
}

function labelOf(
  engine: EngineSpec,
  changes: readonly (readonly [string, unknown])[],
  fixed: (option: string) => boolean,
): string {
  // its label tells its own options
  const told = engine.label?.parts.flatMap(({ keys }) => keys.map((key) => `engines.${engine.id}.${key}`)) ?? [];
  const others = changes.filter(([key]) => !told.includes(key));
  return [engineLabel(engine, fixed), ...others.map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`)].join(
    ', ',
  );
}

/** The style of each learner's curve: that of its engine's role. */
export function learnerStyles(learners: readonly Learner[]): Style[] {
  return stylesOf(learners.map(({ label, engine }) => ({ label, role: roleOf(engine) })));
}
