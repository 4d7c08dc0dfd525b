/** What every entry promises to those who list, complete and try it. */
import * as z from 'zod';
import type { Entry, Named } from '../entry.js';
import { type Law, law } from './law.js';

export type Listed = Pick<Entry<unknown>, 'name' | 'summary' | 'options' | 'examples'>;

/** As a spec names it, once for each example, its defaults filled in. */
export const namedBy = ({ name, options, examples = [{}] }: Listed): Named[] =>
  examples.map((example) => ({ name, ...z.object(options).parse(example) }));

/** What laws call it: with its options, where it has any. */
export const titleOf = ({ name, ...options }: Named): string =>
  Object.keys(options).length === 0 ? name : `${name} ${JSON.stringify(options)}`;

/** @param whole whether an example has these options and no other; networks try those of energies */
export const entryLaw = (axis: string, { name, summary, options, examples = [{}] }: Listed, whole = true): Law =>
  law(`${axis} ${name}: one line of summary, options described, examples that are valid`, (t) => {
    t.matches(summary, /^[^\n]+$/);
    // a layout may have those of the energies alone
    t.true(examples.length > 0 || axis === 'topologies', 'there are no examples');
    for (const [key, schema] of Object.entries(options))
      t.true(
        Boolean((schema as z.ZodType).description),
        `option ${key} has no description, and every option has one: .describe(…)`,
      );
    for (const example of whole ? examples : []) {
      const own = Object.fromEntries(Object.entries(example).filter(([key]) => key in options));
      const { error } = z.strictObject(options).safeParse(own);
      const wrong = error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      t.true(error === undefined, `the example ${JSON.stringify(example)} is not valid: ${wrong}`);
    }
  });
