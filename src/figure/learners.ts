/** What the figures of the protocol train share: one curve for each engine and swept setting, over all seeds. */
import { seedGroups } from '../metrics/groups.js';
import { lineStyles, type Style } from './chart.js';
import { engineLabel, formatValue, keyLabel } from './labels.js';
import type { EngineSpec, Run } from './source.js';
import { DASHES, PALETTE } from './theme.js';

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
  const others = changes.filter(([key]) => key !== `engines.${engine.id}.beta`);
  return [engineLabel(engine), ...others.map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`)].join(', ');
}

/** The colour of a learner's curve. */
export function learnerColour(learners: readonly Learner[], { label }: Learner): string {
  return PALETTE[learners.findIndex((learner) => learner.label === label) % PALETTE.length];
}

/** Colour and dash of every learner's curve, with a legend. */
export function learnerStyles(learners: readonly Learner[], panels: number): Record<string, unknown> {
  const styles = learners.map(({ label }, i): Style => {
    const turn = Math.floor(i / PALETTE.length);
    return { label, color: learnerColour(learners, learners[i]), dash: DASHES[(i + turn) % DASHES.length] };
  });
  return lineStyles(styles, panels);
}
