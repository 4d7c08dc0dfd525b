/** Points of a sweep of trainings: what each engine came to there, over its seeds, and which of them validation chose. */
import { distinct, seedGroups } from '../metrics/groups.js';
import { type EvaluationRow, scoresOf } from './evaluation.js';
import { briefly, engineKind, formatValue, keyLabel } from './labels.js';
import { learnersOf } from './learners.js';
import type { EngineSpec, Run } from './source.js';
import { type Spread, spreadOf } from './spread.js';

export interface SweptPoint extends Spread {
  readonly engine: EngineSpec;
  /** In sentences, with its values of swept keys. */
  readonly brief: string;
  /** Values of swept keys, with those that are nothing to this engine. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** Keys that matter to it. */
  readonly keys: readonly string[];
  /** Over seeds, by arithmetic mean, as in tables. */
  readonly values: readonly number[];
  /** Of its engine it has the least mean validation. */
  readonly chosen: boolean;
  /** A search has ended it before: its number is that of an earlier epoch. */
  readonly early: boolean;
}

export interface Swept {
  readonly points: readonly SweptPoint[];
  /** Keys that were swept, of those that move together the first. */
  readonly keys: readonly string[];
  /** Points that have no number: every seed diverged. */
  readonly lost: number;
}

/** @param band around the means, by default their standard deviation */
export function sweptPoints(
  runs: readonly Run[],
  rows: readonly EvaluationRow[],
  split: string,
  band: 'sd' | 'range' | 'none' = 'sd',
): Swept {
  const score = scoresOf(rows);
  const learners = learnersOf(runs);
  const scored = seedGroups(runs).map((group, i) => {
    const own = (of: string) => group.runs.flatMap((run) => score(run, group.engine.id, of) ?? []);
    return { group, learner: learners[i], values: own(split), validation: own('validation') };
  });
  const isWhole = ({ runs: own }: { readonly runs: readonly Run[] }) => own.every(({ record }) => !record.pruned);
  const drawn = scored.filter(({ values }) => values.length > 0);
  const points = drawn.map(({ group, learner, values, validation }): SweptPoint => {
    const rivals = drawn.filter((other) => other.group.engine.id === group.engine.id);
    const means = rivals
      .filter((other) => other.validation.length === other.group.runs.length && isWhole(other.group))
      .map((other) => meanOf(other.validation));
    const whole = validation.length === group.runs.length && isWhole(group);
    return {
      ...{ engine: group.engine, brief: briefly(learner, learners), values },
      ...{ changes: group.runs[0].changes, keys: group.point.map(([key]) => key) },
      ...spreadOf(values, band),
      early: !isWhole(group),
      chosen: rivals.length > 1 && whole && meanOf(validation) === Math.min(...means),
    };
  });
  return { points, keys: tellingKeys(runs), lost: scored.length - drawn.length };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function tellingKeys(runs: readonly Run[]): string[] {
  const swept = Object.keys(runs[0].changes).filter((key) => key !== 'seed');
  const varying = swept.filter((key) => new Set(runs.map(({ changes }) => JSON.stringify(changes[key]))).size > 1);
  return distinct(runs, varying.length > 0 ? varying : swept);
}

/** A curve or a group of points that look alike: an engine, at values of keys that are not along an axis. */
export interface Strand {
  readonly label: string;
  readonly engine: EngineSpec;
  readonly points: readonly SweptPoint[];
}

/** Points by engine and by the values of all keys but those along an axis. */
export function strandsOf({ points, keys }: Swept, along: readonly string[]): Strand[] {
  const kinds = [...new Set(points.map(({ engine }) => engine))];
  const nameOf = (engine: EngineSpec) => {
    const alike = new Set(kinds.filter((other) => engineKind(other) === engineKind(engine)).map(({ id }) => id));
    return alike.size > 1 ? `${engineKind(engine)} (${engine.id})` : engineKind(engine);
  };
  const strands = new Map<string, Strand & { readonly points: SweptPoint[] }>();
  for (const point of points) {
    const others = keys.filter((key) => !along.includes(key) && point.keys.includes(key));
    const settings = others.map((key) => `${keyLabel(key)} = ${formatValue(point.changes[key])}`);
    const label = [nameOf(point.engine), ...settings].join(', ');
    const strand = strands.get(label) ?? { label, engine: point.engine, points: [] };
    strands.set(label, strand);
    strand.points.push(point);
  }
  return [...strands.values()];
}

/** Whether values of a key come again at several values of others: a grid, not points of a sample. */
export function isGrid({ points, keys }: Swept): boolean {
  const knowing = points.filter((point) => keys.every((key) => point.keys.includes(key)));
  const own = knowing.filter(({ engine }) => engine.id === knowing[0].engine.id);
  const values = (key: string) => new Set(own.map(({ changes }) => JSON.stringify(changes[key]))).size;
  return keys.length < 2 || own.length === 0 || keys.some((key) => 2 * values(key) <= own.length);
}
