/** What the figures of the protocol train share: one curve for each engine and swept setting, over all seeds. */
import { seedGroups } from '../metrics/groups.js';
import { engineLabel, formatValue, keyLabel } from './labels.js';
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
  const labels = all.map(({ engine, changes }) => labelOf(engine, changes));
  return all.map(({ engine, runs: own }, i) => {
    const ambiguous = labels.some((label, j) => label === labels[i] && all[j].engine.id !== engine.id);
    return { engine, runs: own, label: ambiguous ? `${labels[i]} (${engine.id})` : labels[i] };
  });
}

function labelOf(engine: EngineSpec, changes: readonly (readonly [string, unknown])[]): string {
  // its label tells its own options
  const told = engine.label?.parts.flatMap(({ keys }) => keys.map((key) => `engines.${engine.id}.${key}`)) ?? [];
  const others = changes.filter(([key]) => !told.includes(key));
  return [engineLabel(engine), ...others.map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`)].join(', ');
}

/** The style of each learner's curve: that of its engine's role. */
export function learnerStyles(learners: readonly Learner[]): Style[] {
  return stylesOf(learners.map(({ label, engine }) => ({ label, role: roleOf(engine) })));
}
