/** The numbers of a table of trainings, from run.json alone: what the terminal, a page and every format show. */
import { engineLabel, formatValue, keyLabel, networkText } from '../../figure/labels.js';
import { asRun } from '../../figure/source.js';
import type { RunRecord } from '../../metrics/results.js';
import { type TrainingResult, trainingStatistics } from '../../metrics/statistics.js';
import type { Measured } from '../results.js';
import type { Entries, Entry } from './entry.js';
import { columnTexts, unitOf } from './numbers.js';

/** A key like those that are swept, where the runs are of several experiments. */
export const EXPERIMENT = 'experiment';

/** Runs of one experiment, under the name that tells it from others. */
export interface Group {
  readonly name: string;
  readonly records: readonly RunRecord[];
}

type Result = TrainingResult<RunRecord>;

/** What was learned from says little beside what was not, and is never what chooses. */
const SPLITS = ['validation', 'test', 'train'] as const;

/** Undefined where the runs are no trainings. Each experiment has points, and a choice, of its own. */
export function trainedEntries(groups: readonly Group[]): Entries | undefined {
  const found = groups.flatMap(({ name, records }) => {
    const statistics = trainingStatistics(records);
    return statistics ? [{ name, ...statistics }] : [];
  });
  if (found.length === 0) return undefined;
  const all = found.flatMap(({ results }) => results);
  const whole = all.filter(({ pruned }) => pruned === undefined);
  // while a search goes on there is nothing else
  const shown = whole.length > 0 ? whole : all;
  const has = (split: (typeof SPLITS)[number]) => shown.some((result) => result[split].count > 0);
  const kind = found[0].kind;
  const nameOf = naming(all);
  const entries = found.flatMap(({ name, results }) => {
    const best = preferred(results);
    return results
      .filter((result) => shown.includes(result))
      .map((result) => entryOf(result, { nameOf, best, experiment: found.length > 1 ? name : undefined }));
  });
  return {
    measured: SPLITS.map((split): Measured => {
      const isOpen = split === 'train' && (has('test') || has('validation'));
      return {
        ...{ title: `${split} ${kind}`, means: epochText(shown), kind: kind === 'error' ? 'share' : 'number' },
        ...{ isAside: isOpen, isMain: split === 'test', isChosen: split !== 'train' },
      };
    }),
    keys: [...new Set(entries.flatMap(({ point }) => [...point.keys()]))],
    all: told(entries),
    about: epochText(shown),
    pruned: all.length - shown.length,
  };
}

/** One rule for all numbers: of a training with a validation set they are those at its best epoch, of others those at the end. */
function epochText(results: readonly Result[]): string {
  const chose = results.filter(({ validation }) => validation.count > 0).length;
  if (chose === 0) return 'after the last epoch';
  const best = 'at the epoch of the best validation';
  return chose === results.length ? best : `${best}, or the last where there is none`;
}

interface How {
  readonly nameOf: (key: string, result: Result) => string;
  readonly best: readonly Result[];
  readonly experiment: string | undefined;
}

function entryOf(result: Result, { nameOf, best, experiment }: How): Entry & { readonly id: string } {
  const { engine: id, point, seeds, records } = result;
  const run = asRun({ folder: '', record: records[0] });
  const engine = run.engines.find((one) => one.id === id) ?? { id, name: id };
  const swept = point.map(([key]) => key);
  const texts = point.map(
    ([key, value]) => [nameOf(key, result), key === 'network' ? networkText(run) : value] as const,
  );
  return {
    id,
    engine: engineLabel(engine, (option) => swept.includes(`engines.${id}.${option}`)),
    point: new Map([...(experiment === undefined ? [] : [[EXPERIMENT, experiment] as const]), ...texts]),
    values: SPLITS.map((split) => result[split]),
    seeds,
    best: best.includes(result),
  };
}

/** Engines whose labels are alike are told apart by their ids. */
function told(entries: readonly (Entry & { readonly id: string })[]): Entry[] {
  const ids = new Map<string, Set<string>>();
  for (const { engine, id } of entries) ids.set(engine, (ids.get(engine) ?? new Set()).add(id));
  return entries.map(({ id, ...entry }) =>
    ids.get(entry.engine)!.size > 1 ? { ...entry, engine: `${entry.engine} (${id})` } : entry,
  );
}

/** Keys by their last word, or the whole key where others are called so. */
function naming(all: readonly Result[]): How['nameOf'] {
  const keys = [...new Set(all.flatMap(({ point }) => point.map(([key]) => key)))];
  const generic = (key: string) => key.replace(/^engines\.[^.]+\./, 'engines.*.');
  return (key) => {
    const alike = keys.filter((other) => keyLabel(other) === keyLabel(key));
    return new Set(alike.map(generic)).size > 1 ? key : keyLabel(key);
  };
}

/** Of each engine the point that validation chose; where there is one point only, the engine of the least validation. */
function preferred(results: readonly Result[]): readonly Result[] {
  const chosen = results.filter((result) => result.chosen);
  const whole = results.filter(({ validation, seeds, pruned }) => validation.count === seeds && pruned === undefined);
  if (chosen.length > 0 || results.length < 2 || whole.length < 2) return chosen;
  return [whole.reduce((best, other) => (other.validation.mean < best.validation.mean ? other : best))];
}

/** `validation chose rates = 0.1 for EP centered: validation error (%) 3.9 ± 0.1`, as the column has it. */
export function choices({ all, measured }: Entries): string[] {
  const [validation] = measured;
  const texts = columnTexts(
    all.map(({ values }) => values[0]),
    validation.kind,
  );
  return all.flatMap(({ best, engine, point }, i) => {
    if (!best || !measured[0].isChosen) return [];
    const where = [...point].map(([key, value]) => `${key} = ${formatValue(value)}`).join(', ');
    const what = where === '' ? engine : `${where} for ${engine}`;
    return [`validation chose ${what}: ${unitOf(validation)} ${texts[i]}`];
  });
}
