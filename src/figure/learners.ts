/** What the figures of the protocol train share: one curve for each engine and swept setting, over all seeds. */
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
  const swept = Object.keys(runs[0]?.changes ?? {});
  const groups = new Map<string, { engine: EngineSpec; changes: [string, unknown][]; runs: Run[] }>();
  for (const run of runs) {
    for (const engine of run.engines) {
      const keys = distinct(
        runs,
        swept.filter((key) => matters(key, engine)),
      );
      const changes = keys.map((key): [string, unknown] => [key, run.changes[key]]);
      const key = JSON.stringify([engine.id, changes]);
      const group = groups.get(key) ?? { engine, changes, runs: [] };
      if (!group.runs.some(({ changes: { seed } }) => seed === run.changes['seed'])) group.runs.push(run);
      groups.set(key, group);
    }
  }
  const all = [...groups.values()];
  const labels = all.map(({ engine, changes }) => labelOf(engine, changes));
  return all.map(({ engine, runs: own }, i) => {
    const ambiguous = labels.some((label, j) => label === labels[i] && all[j].engine.id !== engine.id);
    return { engine, runs: own, label: ambiguous ? `${labels[i]} (${engine.id})` : labels[i] };
  });
}

/** Without keys that an earlier one determines and is determined by, as zipped keys are: one of them names a curve. */
function distinct(runs: readonly Run[], keys: readonly string[]): string[] {
  const partitions = keys.map((key) => {
    const values = runs.map(({ changes }) => JSON.stringify(changes[key]));
    return values.map((value) => values.indexOf(value)).join();
  });
  return keys.filter((_, i) => partitions.indexOf(partitions[i]) === i);
}

/** The seed makes no curve of its own; another engine's options, and what an engine has of its own, change nothing here. */
function matters(key: string, engine: EngineSpec): boolean {
  const [part, name] = key.split('.');
  if (part === 'engines') return name === engine.id;
  if (part === 'second') return engine[name] === undefined;
  return key !== 'seed';
}

function labelOf(engine: EngineSpec, changes: readonly [string, unknown][]): string {
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
