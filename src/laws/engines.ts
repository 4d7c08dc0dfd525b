/** Every registered engine, with every variant of its options: a new one is tested without new test code. */
import type * as z from 'zod';
import type { Engine } from '../engine/engine.js';
import { engineOf } from '../plan/parts.js';
import { registry } from '../registry.js';
import { dynamicsOf, type Network, variants } from './networks.js';
import { once } from './once.js';

export type EngineChoice = Record<string, unknown> & { readonly id: string; readonly name: string };

/** One choice for each family × member × example × variant of the options that are one of a few words. */
export const everyEngine = once((): readonly EngineChoice[] =>
  Object.values(registry.engines).flatMap(({ name, key, options, members, examples: shared = [{}] }) =>
    Object.values(members).flatMap((member) => {
      const { examples: own = [{}] } = member;
      return shared.flatMap((more) =>
        own.flatMap((example) =>
          variants({ ...options, ...member.options }).map((variant): EngineChoice => {
            const id = [name, member.name, ...Object.values(variant)].join('-');
            return { id, name, ...(key && { [key]: member.name }), ...more, ...example, ...variant };
          }),
        ),
      );
    }),
  ),
);

/** Whether a network offers what an engine needs; the cost has a minimum. */
export function suits(network: Network, choice: EngineChoice): boolean {
  const offered: readonly string[] = [...dynamicsOf(network).offers, 'clamping'];
  return engineFor(choice).needs.every((need) => offered.includes(need));
}

/** The engine itself, its defaults filled in. */
export function engineFor({ id, ...choice }: EngineChoice): Engine {
  const { key, options, members } = registry.engines[choice.name];
  const all = {
    ...options,
    ...(key === undefined ? Object.values(members)[0] : members[choice[key] as string]).options,
  } as Record<string, z.ZodType>;
  const filled = Object.entries(all).map(([option, schema]) => [option, choice[option] ?? schema.parse(undefined)]);
  return engineOf({ ...choice, ...Object.fromEntries(filled) });
}
