import { describe } from '../data/describe.js';
import { isImage } from '../data/images.js';
import { misfit } from '../data/sizes.js';
import {
  type Dataset,
  type ExampleSet,
  type FixedSource,
  type Judged,
  judgedBy,
  type NetworkSizes,
} from '../data/source.js';
import type { Choice } from '../data/split.js';
import type { Named } from '../entry.js';
import { type Issue, UserError } from '../errors.js';
import { type Loaded, load } from '../files/library.js';
import type { SetSizes } from '../protocol/protocol.js';
import type { Draft } from '../spec/overrides.js';
import { filesOf, sourceOf } from './data-files.js';

/** What is known of data from files before anything runs. Plain data. */
export interface PlannedData extends SetSizes {
  /** The spec's file, to which their paths are relative. */
  readonly specFile: string;
  readonly judged: Judged;
  /** SHA-256 of each file, in the order of the source's files. */
  readonly digests: readonly string[];
}

export interface CheckedData {
  readonly planned: PlannedData | undefined;
  readonly issues: readonly Issue[];
  readonly warnings: readonly string[];
}

/** Reads what data from files there is, and holds it against the network. @param learns what to choose between classes. */
export function checkData(data: Named, network: NetworkSizes, learns: boolean, draft: Draft): CheckedData {
  const source = sourceOf(data);
  const problems = (source.problems?.(network) ?? []).map(
    ([path, message]): Issue => ({ where: draft.locate(['data', ...path]), message: `data: ${message}` }),
  );
  if (problems.length > 0 || filesOf(source).length === 0)
    return { planned: undefined, issues: problems, warnings: [] };
  try {
    const chosen = data['examples'] as Choice | undefined;
    return checkLoaded(loadData(source as FixedSource, data, draft), { network, learns, chosen }, draft);
  } catch (error) {
    if (error instanceof UserError) return { planned: undefined, issues: error.issues, warnings: [] };
    throw error;
  }
}

function loadData(source: FixedSource, data: Named, draft: Draft): Loaded {
  const locate = (option: readonly string[]) => draft.locate(['data', ...option]);
  return load(source, JSON.stringify(data), { specFile: draft.file, locate });
}

interface Use {
  readonly network: NetworkSizes;
  readonly learns: boolean;
  /** Some of the training set. */
  readonly chosen: Choice | undefined;
}

function checkLoaded({ dataset, digests }: Loaded, use: Use, draft: Draft): CheckedData {
  const { train, validation, test, notes = [] } = dataset;
  const sizes = sizeProblems(train, use.network).map((message) => ({ where: draft.locate(['data']), message }));
  const alike = oneClass(train, use).map((issue) => ({ where: draft.locate(['data', 'examples']), ...issue }));
  return {
    planned: {
      specFile: draft.file,
      digests,
      judged: judgedBy(train),
      train: train.count,
      validation: validation?.count ?? 0,
      test: test?.count ?? 0,
    },
    issues: [...sizes, ...alike].map((issue) => ({ ...issue, message: `data: ${issue.message}` })),
    warnings: [...notes, ...contentWarnings(dataset, use)].map((message) => `data: ${message}`),
  };
}

/** Nothing can be learned of classes from examples of one. */
function oneClass({ labels, classes = [], count }: ExampleSet, { learns, chosen }: Use): Omit<Issue, 'where'>[] {
  if (!learns || chosen === undefined || labels === undefined || classes.length < 2 || count < 2) return [];
  if (labels.some((label) => label !== labels[0])) return [];
  return [
    {
      message: `all ${count} examples are of class ${classes[labels[0]]}, of the ${classes.length} that there are (is the file sorted by class?)`,
      hint: `write examples: {count: ${count}, by: class}`,
    },
  ];
}

function sizeProblems(set: ExampleSet, network: NetworkSizes): string[] {
  const { outputs, labels } = set;
  const outputsText = `${outputs} ${labels ? 'classes' : 'targets'}`;
  return [
    ...misfit(set, network).map((text) => `an example has ${text}`),
    ...(outputs === network.outputs ? [] : [`there are ${outputsText}, the network has ${network.outputs} outputs`]),
  ];
}

const described = new WeakMap<Dataset, { readonly idle: string[]; readonly absent: string[] }>();

/** What may be a mistake in the training set. Of a few examples for a look at something else, much is the same. */
function contentWarnings(dataset: Dataset, { learns, chosen }: Use): string[] {
  const known = described.get(dataset) ?? describedFor(dataset.train);
  described.set(dataset, known);
  return [...(chosen === undefined ? known.idle : []), ...(chosen === undefined || learns ? known.absent : [])];
}

/** Inputs that say nothing, classes that do not occur. */
function describedFor(train: ExampleSet) {
  const { constant, histogram } = describe(train);
  // the margins of images are
  const idle = constant.filter(({ value }) => !isImage(train) || value !== 0).map(({ input }) => input);
  const absent = (train.classes ?? []).filter((_, i) => histogram?.[i] === 0);
  return {
    idle:
      idle.length === 0
        ? []
        : [`${idle.length} of ${train.inputs} inputs are the same in every example: ${list(idle)} (from 0)`],
    absent: absent.length === 0 ? [] : [`no example of the training set is of class ${list(absent)}`],
  };
}

const MOST_LISTED = 8;

function list(items: readonly (string | number)[]): string {
  const shown = items.slice(0, MOST_LISTED).join(', ');
  return items.length > MOST_LISTED ? `${shown}, …` : shown;
}
