import type * as z from 'zod';
import type { Entry } from '../entry.js';
import type { Engine } from './engine.js';

/** Engines that differ in one choice, which the spec makes under `key`: EP by its nudging, RBP by its method. */
export interface EngineFamily {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** Absent where there is one member, and nothing to choose. */
  readonly key?: string;
  /** Options that every member has. */
  readonly options: z.ZodRawShape;
  /** As an entry's: of these options, beside those of a member. */
  readonly examples?: Entry<unknown>['examples'];
  readonly members: Readonly<Record<string, Entry<unknown>>>;
  create(member: unknown, options: Record<string, unknown>): Engine;
}

/** Declares a family of engines; its members and options are typed here and erased for the registry. */
export function family<M, S extends z.ZodRawShape>(declaration: {
  name: string;
  summary: string;
  source: string;
  key?: string;
  options: S;
  examples?: EngineFamily['examples'];
  members: Readonly<Record<string, Entry<M>>>;
  create(member: M, options: z.output<z.ZodObject<S>>): Engine;
}): EngineFamily {
  return declaration as unknown as EngineFamily;
}

/** The engine that a validated item of `engines` describes. */
export function createEngine(
  families: Readonly<Record<string, EngineFamily>>,
  spec: { readonly name: string; readonly [option: string]: unknown },
): Engine {
  const { key, members, create } = families[spec.name];
  const member = key === undefined ? Object.values(members)[0] : members[spec[key] as string];
  return create(member.create(spec as never), spec);
}
