import { dirname } from 'node:path';
import { logLogSlope } from '../metrics/slope.js';
import { inMarkdown } from '../text.js';
import { type Estimate, estimatesOf, networksOf } from './estimates.js';
import { engineLabel, formatValue, networkParts, networkText } from './labels.js';
import { betaKey } from './lanes.js';
import { type EngineSpec, openSource, type Run, specValue } from './source.js';

const HEADER = ['estimator', 'cosine', 'relative error', 'order in β', 'field evaluations', 'memory'];

/** The estimators on one network. */
export interface EstimatorSection {
  /** The network. */
  readonly title: string;
  /** Steps of phase two where an estimator says none. */
  readonly steps: string;
  readonly header: readonly string[];
  readonly lines: readonly (readonly string[])[];
  /** The relative errors, in the order of the lines. */
  readonly errors: readonly number[];
}

/** Estimator × network, as Markdown. @throws UserError where the runs have no such numbers. */
export async function estimatorTable(directories: readonly string[]): Promise<string> {
  return (await estimatorSections(directories)).map(inMarkdownTable).join('\n\n');
}

function inMarkdownTable({ title, steps, header, lines }: EstimatorSection): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inMarkdown).join(' | ')} |`;
  return [
    `**${inMarkdown(title)}**, K = ${inMarkdown(steps)} where none is said`,
    '',
    line(header),
    line(header.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...lines.map(line),
  ].join('\n');
}

/**
 * Estimator × network: the whole gradient against the first reference of runs of the protocol gradient. Runs that differ in
 * some engine's β alone are one network: the first shows its numbers, all of them its order.
 * @throws UserError where the runs have no such numbers.
 */
export async function estimatorSections(directories: readonly string[]): Promise<EstimatorSection[]> {
  const source = openSource(directories);
  const groups = await networksOf('table', source);
  const sections: EstimatorSection[] = [];
  for (const group of groups) sections.push(await section(group));
  const folders = new Set(groups.map(([run]) => dirname(run.folder)));
  if (folders.size === 1) return sections;
  const alike = ({ title }: EstimatorSection) => sections.filter((other) => other.title === title).length > 1;
  return sections.map((one, i) => (alike(one) ? { ...one, title: `${one.title}, ${groups[i][0].record.name}` } : one));
}

async function section(group: readonly Run[]): Promise<EstimatorSection> {
  const entries: Map<string, Estimate>[] = [];
  for (const run of group) entries.push(await estimatesOf(run));
  const shown = [...entries[0].values()];
  return {
    title: networkTitle(group[0]),
    steps: String(specValue(group[0], 'second.steps')),
    header: HEADER,
    lines: shown.map((entry) => [
      engineLabel(entry.engine),
      cosineText(entry.cosine),
      errorText(entry.error),
      orderText(group, entries, entry.engine),
      String(entry.evaluations ?? ''),
      entry.bytes === undefined ? '' : `${(entry.bytes / 1000).toFixed(1)} kB`,
    ]),
    errors: shown.map(({ error }) => error),
  };
}

/** The slope of the error over β, log against log; empty where the runs do not change this engine's β. */
function orderText(group: readonly Run[], entries: readonly Map<string, Estimate>[], { id }: EngineSpec): string {
  const points = entries.flatMap((byEngine, i): [number, number][] => {
    const entry = byEngine.get(id);
    return entry && betaKey(entry.engine) in group[i].changes ? [[Math.abs(entry.engine.beta!), entry.error]] : [];
  });
  const slope = logLogSlope(points);
  return Number.isFinite(slope) ? slope.toFixed(2) : '';
}

/** `hopfield 10-20-5, tanh`, `prototypical 10-20-5, tanh, nudge outside`. */
function networkTitle(run: Run): string {
  const told = ['init', 'parameters', ...networkParts(run).flatMap(({ keys }) => keys)];
  // a slope that is kept goes without saying
  const more = Object.entries(specValue(run, 'network') as Record<string, unknown>)
    .filter(([key, value]) => !told.includes(key) && value !== 'kept')
    .map(([key, value]) => `${key.replaceAll('_', ' ')} ${formatValue(value)}`);
  return [networkText(run), ...more].join(', ');
}

/** Close to 1, the difference says more. */
export function cosineText(cosine: number): string {
  const short = 1 - cosine;
  if (Math.abs(short) < 1e-14) return '1';
  return short > 0 && short < 1e-3 ? `1 − ${short.toExponential(0)}` : cosine.toFixed(3);
}

function errorText(error: number): string {
  return error === 0 ? '0' : error.toExponential(1);
}
