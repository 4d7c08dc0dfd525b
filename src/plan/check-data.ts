import { describe } from '../data/describe.js';
import type { Dataset, ExampleSet, FixedSource } from '../data/source.js';
import type { Named } from '../entry.js';
import { type Issue, UserError } from '../errors.js';
import { type Loaded, load } from '../files/library.js';
import type { Draft } from '../spec/overrides.js';
import { filesOf, sourceOf } from './data-files.js';

/** What is known of data from files before anything runs. Plain data. */
export interface PlannedData {
  /** The spec's file, to which their paths are relative. */
  readonly specFile: string;
  /** SHA-256 of each file, in the order of the source's files. */
  readonly digests: readonly string[];
  /** Sizes of the training and the test set. */
  readonly examples: number;
  readonly tested: number;
}

export interface CheckedData {
  readonly planned: PlannedData | undefined;
  readonly issues: readonly Issue[];
  readonly warnings: readonly string[];
}

type Sizes = Record<'inputs' | 'outputs', number>;

/** Reads what data from files there is, and holds it against the network. */
export function checkData(data: Named, network: Sizes, draft: Draft): CheckedData {
  const source = sourceOf(data);
  const problems = (source.problems?.(network) ?? []).map(
    ([path, message]): Issue => ({ where: draft.locate(['data', ...path]), message: `data: ${message}` }),
  );
  if (problems.length > 0 || filesOf(source).length === 0)
    return { planned: undefined, issues: problems, warnings: [] };
  try {
    const checked = checkLoaded(loadData(source as FixedSource, data, draft), network, draft);
    // of a few examples for a look at something else, much is the same
    return data['examples'] === undefined ? checked : { ...checked, warnings: [] };
  } catch (error) {
    if (error instanceof UserError) return { planned: undefined, issues: error.issues, warnings: [] };
    throw error;
  }
}

function loadData(source: FixedSource, data: Named, draft: Draft): Loaded {
  const locate = (option: readonly string[]) => draft.locate(['data', ...option]);
  return load(source, JSON.stringify(data), { specFile: draft.file, locate });
}

function checkLoaded({ dataset, digests }: Loaded, network: Sizes, draft: Draft): CheckedData {
  const examples = dataset.train.count;
  const [errors, warnings] = [sizeProblems(dataset.train, network), contentWarnings(dataset)];
  return {
    planned: { specFile: draft.file, digests, examples, tested: dataset.test?.count ?? 0 },
    issues: errors.map((message) => ({ where: draft.locate(['data']), message: `data: ${message}` })),
    warnings: warnings.map((message) => `data: ${message}`),
  };
}

function sizeProblems({ inputs, outputs, image, labels }: ExampleSet, network: Sizes): string[] {
  const inputsText = image ? `images of ${image[0]} × ${image[1]} = ${inputs} inputs` : `${inputs} inputs`;
  const outputsText = `${outputs} ${labels ? 'classes' : 'targets'}`;
  return [
    ...(inputs === network.inputs ? [] : [`an example has ${inputsText}, the network has ${network.inputs}`]),
    ...(outputs === network.outputs ? [] : [`there are ${outputsText}, the network has ${network.outputs} outputs`]),
  ];
}

const described = new WeakMap<Dataset, string[]>();

/** What may be a mistake in the training set: inputs that say nothing, classes that do not occur. */
function contentWarnings(dataset: Dataset): string[] {
  const known = described.get(dataset);
  if (known) return known;
  const { train } = dataset;
  const { constant, histogram } = describe(train);
  // the margins of images are
  const idle = constant.filter(({ value }) => !train.image || value !== 0).map(({ input }) => input);
  const absent = (train.classes ?? []).filter((_, i) => histogram?.[i] === 0);
  const found = [
    ...(idle.length === 0
      ? []
      : [`${idle.length} of ${train.inputs} inputs are the same in every example: ${list(idle)} (from 0)`]),
    ...(absent.length === 0 ? [] : [`no example of the training set is of class ${list(absent)}`]),
  ];
  described.set(dataset, found);
  return found;
}

const MOST_LISTED = 8;

function list(items: readonly (string | number)[]): string {
  const shown = items.slice(0, MOST_LISTED).join(', ');
  return items.length > MOST_LISTED ? `${shown}, …` : shown;
}
