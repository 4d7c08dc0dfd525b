/** What every data set can do: keep examples for validation and test, and learn from some of the rest. */
import type * as z from 'zod';
import type { Entry } from '../entry.js';
import { UserError } from '../errors.js';
import type { DataSource, Dataset, Supply } from './source.js';
import { type Choice, choiceOption, chosen, countOf, heldBy, type Split, splitOption, splitSet } from './split.js';

interface Division {
  readonly split?: Split | undefined;
  readonly examples?: Choice | undefined;
}

type Sources = Readonly<Record<string, Entry<DataSource>>>;

/** Every source with the options `split` and `examples`; one that has an option of that name says itself what it is. */
export function divided(sources: Sources): Sources {
  return Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, dividedEntry(source)]));
}

function dividedEntry(given: Entry<DataSource>): Entry<DataSource> {
  const options: z.ZodRawShape = {
    split: splitOption,
    examples: choiceOption.optional().describe('n, or {count, by}: only so many of the training set; default all'),
    ...given.options,
  };
  // a source that draws its examples draws those that are kept from learning besides
  const [draws, splits] = ['examples', 'split'].map((option) => option in given.options);
  return {
    ...given,
    options,
    create(all) {
      const { split, examples, ...rest } = all as Division;
      const source = given.create({
        ...rest,
        ...(draws && { examples: countOf(examples!) + heldBy(split) }),
        ...(splits && { split }),
      });
      return withDivision(source, { split: splits ? undefined : split, examples });
    },
  };
}

function withDivision(source: DataSource, division: Division): DataSource {
  const problems: DataSource['problems'] = (sizes) => [
    ...(source.problems?.(sizes) ?? []),
    ...splitProblems(source, division),
  ];
  return source.fixed
    ? { ...source, problems, load: (read) => divide(source.load(read), division) }
    : { ...source, problems, draw: (context) => divide(source.draw(context), division) };
}

function splitProblems({ tested }: DataSource, { split }: Division): [string[], string][] {
  return tested && split?.test !== undefined ? [[['split'], TWO_TESTS]] : [];
}

const TWO_TESTS =
  'test and split.test exclude each other: a test set is there (test: 0 draws none), or kept from train';

/** Splits first, chooses the examples to train on then, and fits to those what is fitted. @throws UserError */
function divide({ fit, ...whole }: Supply, { split, examples }: Division): Dataset {
  // what lies in a file is not known before
  if (split?.test !== undefined && whole.test)
    throw new UserError({ message: TWO_TESTS, hint: 'write test: false to leave out the one that is there' });
  const parts = split === undefined ? whole : { ...whole, ...splitSet(whole.train, split) };
  const train = examples === undefined ? parts.train : chosen(parts.train, examples);
  const prepared = fit?.(train) ?? ((set) => set);
  const test = parts.test ?? whole.test;
  return {
    ...parts,
    train: prepared(train),
    ...(parts.validation && { validation: prepared(parts.validation) }),
    test: test && prepared(test),
  };
}
