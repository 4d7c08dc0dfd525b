/** Every registered engine, with every variant of its options: a new one is tested without new test code. */
import type * as z from 'zod';
import type { Engine } from '../../src/engine/engine.js';
import { engineOf } from '../../src/plan/parts.js';
import { registry } from '../../src/registry.js';
import { variants } from './networks.js';

export type EngineChoice = Record<string, unknown> & { readonly id: string; readonly name: string };

/** What an option without a default is given: a number that it takes. Weights that move as fast as the nudge lead astray. */
const given = (option: string, schema: z.ZodType): unknown =>
  option === 'learning_rate' ? 1e-5 : [0.01, 4].find((candidate) => schema.safeParse(candidate).success);

/** One choice for each family × member × variant of the options that are one of a few words; others as the schema has them. */
export const everyEngine: readonly EngineChoice[] = Object.values(registry.engines).flatMap(
  ({ name, key, options, members }) =>
    Object.values(members).flatMap((member) => {
      const all = { ...options, ...member.options } as Record<string, z.ZodType>;
      const required = Object.keys(all).filter((option) => !all[option].safeParse(undefined).success);
      const rest = Object.fromEntries(required.map((option) => [option, given(option, all[option])]));
      return variants(all).map((variant): EngineChoice => {
        const id = [name, member.name, ...Object.values(variant)].join('-');
        return { id, name, [key]: member.name, ...rest, ...variant };
      });
    }),
);

/** The engine itself, its defaults filled in. */
export function engineFor({ id, ...choice }: EngineChoice): Engine {
  const { key, options, members } = registry.engines[choice.name];
  const all = { ...options, ...members[choice[key] as string].options } as Record<string, z.ZodType>;
  const filled = Object.entries(all).map(([option, schema]) => [option, choice[option] ?? schema.parse(undefined)]);
  return engineOf({ ...choice, ...Object.fromEntries(filled) });
}
