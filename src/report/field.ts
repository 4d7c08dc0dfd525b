/** The table of the field: what learning rules are said to be, beside what the assertions that say so have measured. */
import { isDeepStrictEqual } from 'node:util';
import type { Claims } from '../entry.js';
import { againstLabel, formatValue, keyLabel } from '../figure/labels.js';
import { determinedBy } from '../figure/lanes.js';
import type { EngineSpec } from '../figure/source.js';
import { type BoundRule, judgeSlope, RunWatch, type SlopeRule } from '../metrics/assertions.js';
import { tableOf } from '../metrics/read.js';
import type { FinishedRun } from '../metrics/record.js';
import { showRun } from '../metrics/shown.js';
import { inMarkdown } from '../text.js';

/** A line of the table, but for what is measured. */
export interface LearningRule {
  readonly title: string;
  readonly claims: Claims;
}

type Marked = (BoundRule | SlopeRule) & { readonly measures: 'order' | 'distance' };

/** What an assertion has found in a run, of one rule. */
interface Finding {
  readonly rule: LearningRule;
  readonly assertion: Marked;
  readonly run: FinishedRun;
  readonly value: number;
}

const HEADER = [
  'rule',
  'equals',
  'in the limit',
  'measured order',
  'measured distance',
  'local',
  'phases',
  'needs symmetric weights',
];

const NONE = '–';

/**
 * @param rules the lines, in their order.
 * @param ruleOf the rule that an assertion about this engine, or about none, is about in a run.
 * @throws RunError where rows cannot be read.
 */
export async function fieldTable(
  rules: readonly LearningRule[],
  ruleOf: (run: FinishedRun, engine: string | undefined) => LearningRule | undefined,
  runs: readonly FinishedRun[],
): Promise<string> {
  const findings: Finding[] = [];
  for (const run of runs) findings.push(...(await findingsOf(run, ruleOf)));
  const line = (cells: readonly string[]) => `| ${cells.map(inMarkdown).join(' | ')} |`;
  return [
    line(HEADER),
    line(HEADER.map(() => '---')),
    ...rules.map((rule) =>
      line(
        cellsOf(
          rule,
          findings.filter((finding) => finding.rule === rule),
          runs,
        ),
      ),
    ),
  ].join('\n');
}

function cellsOf(
  { title, claims }: LearningRule,
  findings: readonly Finding[],
  runs: readonly FinishedRun[],
): string[] {
  const measured = (
    what: Marked['measures'],
    text: (group: readonly Finding[], runs: readonly FinishedRun[]) => string,
  ) =>
    byAssertion(findings.filter(({ assertion }) => assertion.measures === what))
      .map((group) =>
        text(
          group,
          runs.filter(({ record }) => record.name === group[0].run.record.name),
        ),
      )
      .join('; ') || NONE;
  const { equals, limit = 'exactly', local, phases, symmetric } = claims;
  return [
    title,
    equals,
    limit,
    measured('order', orderText),
    measured('distance', distanceText),
    local,
    phases,
    symmetric,
  ];
}

/** What one assertion of one experiment has found. */
function byAssertion(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.run.record.name, finding.assertion]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}

/** What the marked assertions of a run's spec find in it: a slope the value that it goes through. */
async function findingsOf(
  run: FinishedRun,
  ruleOf: (run: FinishedRun, engine: string | undefined) => LearningRule | undefined,
): Promise<Finding[]> {
  const asserted = (run.record.spec['assert'] ?? []) as (BoundRule | SlopeRule)[];
  const marked = asserted.filter((assertion): assertion is Marked => assertion.measures !== undefined);
  const bounds = marked.filter((assertion): assertion is Marked & BoundRule => 'column' in assertion);
  const slopes = marked.filter((assertion): assertion is Marked & SlopeRule => 'slope' in assertion);
  const watch = new RunWatch(({ table = 'metrics' }) => tableOf(run, `${table}.csv`), bounds, slopes);
  await showRun(watch, run);
  const values = [...watch.verdicts().map(({ value }) => value), ...watch.largestValues()];
  return [...bounds, ...slopes].flatMap((assertion, i) => {
    const rule = ruleOf(run, assertion.engine);
    return rule === undefined ? [] : [{ rule, assertion, run, value: values[i] }];
  });
}

/** `1.00 in β`, a range where there are several of it. */
function orderText(group: readonly Finding[]): string {
  const assertion = group[0].assertion as SlopeRule;
  const records = group.map(({ run }) => run.record);
  const keys = [...new Set(records.flatMap(({ changes }) => Object.keys(changes)))];
  const points = group.map(({ run, value }) => ({ changes: run.record.changes, value }));
  const slopes = judgeSlope(assertion, points, keys.filter(determinedBy(records, [assertion.over])));
  return `${range(
    slopes.map(({ value }) => value),
    (value) => value.toFixed(2),
  )} in ${keyLabel(assertion.over)}`;
}

/** `2.5e-2 relative error against backprop, γ = 0.1`. */
function distanceText(group: readonly Finding[], runs: readonly FinishedRun[]): string {
  const { column, statistic, engine, quantity = 'params' } = group[0].assertion as BoundRule;
  const [word, write] = ERRORS[column] ?? [column.replaceAll('_', ' '), formatValue];
  const what = [
    range(
      group.map(({ value }) => value),
      write,
    ),
    statistic,
    word,
    quantity === 'params' ? undefined : `of ${quantity.replace('params.', '')}`,
    engine === undefined ? undefined : againstText(group[0]),
  ];
  return [what.filter(Boolean).join(' '), ...settingsOf(group, runs)].join(', ');
}

/** What its rows compare with: what the assertion says, or the one reference there is. */
function againstText({ assertion, run: { record } }: Finding): string {
  const [first] = [record.spec['reference'] ?? []].flat() as string[];
  const engines = (record.spec['engines'] ?? []) as EngineSpec[];
  return againstLabel(
    assertion.reference ?? first,
    engines.map((one) => ({ ...one, label: record.labels?.engines[one.id] })),
  );
}

/** Values of the engine, and of swept keys that are its own or nobody's, by which these runs are told from others. */
function settingsOf(group: readonly Finding[], runs: readonly FinishedRun[]): string[] {
  const { rule, assertion } = group[0];
  const { engine } = assertion;
  const own = group.map(({ run: { record } }) =>
    (record.labels?.engines[engine ?? '']?.parts ?? []).flatMap(({ symbol, value }) =>
      symbol === undefined ? [] : `${symbol} = ${formatValue(value)}`,
    ),
  );
  const swept = group.map(({ run: { record } }) =>
    Object.entries(record.changes)
      .filter(([key]) => !key.startsWith('engines.') || key.startsWith(`engines.${engine}.`))
      .filter(([, value]) => !rule.title.endsWith(` ${formatValue(value)}`))
      .filter(([key, value]) => runs.some((run) => !isDeepStrictEqual(run.record.changes[key], value)))
      .map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`),
  );
  const all = group.map((_, i) => [...own[i], ...swept[i]]);
  return [...new Set(all[0])].filter((text) => all.every((one) => one.includes(text)));
}

const inPowers = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

/** Columns of errors, as readers call them. */
const ERRORS: Readonly<Record<string, readonly [word: string, write: (value: number) => string]>> = {
  error_rel: ['relative error', inPowers],
  error_scaled: ['error, scaled by the largest,', inPowers],
  error_abs: ['error', inPowers],
};

/** One value, or the least and the largest, where they differ as they are written. */
function range(values: readonly number[], write: (value: number) => string): string {
  const sorted = [...values].sort((a, b) => a - b);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]].map(write);
  return least === most ? least : `${least} … ${most}`;
}
