import type * as z from 'zod';
import type { Claims, Entry, LabelPart } from '../entry.js';
import type { Engine } from './engine.js';
import { readingOut } from './reading-out.js';

/** Engines that differ in one choice, which the spec makes under `key`: EP by its nudging, RBP by its method. */
export interface EngineFamily {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** Of all members alike, in place of each one's own. */
  readonly claims?: Claims;
  /** As formulas call it: EP, RBP. */
  readonly symbol: string;
  /** What figures call a member; its name behind the symbol where absent. */
  title?(member: string): string;
  /** Whose process that of a member is; that of the symbol where absent. */
  process?(member: string): string;
  /** What a member is to figures, which draw one role in one style; its family's name and its own where absent. */
  role?(member: string): string;
  /** Its processes are those of a nudged network, −S̃ₜ and Θ̃ₜ; else error derivatives, S̄ₜ and Θ̄ₜ. */
  readonly nudged?: boolean;
  /** Absent where there is one member, and nothing to choose. */
  readonly key?: string;
  /** Options that every member has. */
  readonly options: z.ZodRawShape;
  /** As an entry's: of these options, beside those of a member. */
  readonly examples?: Entry<unknown>['examples'];
  readonly members: Readonly<Record<string, Entry<unknown>>>;
  /** As an entry's. */
  label?(options: Record<string, unknown>): readonly LabelPart[];
  create(member: unknown, options: Record<string, unknown>): Engine;
}

/** Declares a family of engines; its members and options are typed here and erased for the registry. */
export function family<M, S extends z.ZodRawShape>(declaration: {
  name: string;
  summary: string;
  source: string;
  claims?: Claims;
  symbol: string;
  title?(member: string): string;
  process?(member: string): string;
  role?(member: string): string;
  nudged?: boolean;
  key?: string;
  options: S;
  examples?: EngineFamily['examples'];
  members: Readonly<Record<string, Entry<M>>>;
  label?(options: z.output<z.ZodObject<S>>): readonly LabelPart[];
  create(member: M, options: z.output<z.ZodObject<S>>): Engine;
}): EngineFamily {
  return declaration as unknown as EngineFamily;
}

/** The engine that a validated item of `engines` describes. */
export function createEngine(
  families: Readonly<Record<string, EngineFamily>>,
  spec: { readonly name: string; readonly [option: string]: unknown },
): Engine {
  const { create } = families[spec.name];
  return readingOut(create(memberOf(families[spec.name], spec).create(spec as never), spec));
}

/** The member that the spec has chosen. */
export function memberOf({ key, members }: EngineFamily, spec: Readonly<Record<string, unknown>>): Entry<unknown> {
  return key === undefined ? Object.values(members)[0] : members[spec[key] as string];
}

/** What an engine is called in figures: `EP holomorphic, N = 4, β = 0.1`. */
export interface EngineLabel {
  readonly symbol: string;
  readonly process: string;
  readonly nudged: boolean;
  /** What it is to figures, which draw one role in one style: `ep centered`, `rbp bptt`. Absent in records of 0.1.0. */
  readonly role?: string;
  readonly parts: readonly LabelPart[];
}

/** What figures call a member, without its options. */
export function titleOf({ key, symbol, title = (name) => `${symbol} ${name}` }: EngineFamily, member: string): string {
  return key === undefined ? symbol : title(member);
}

/** Of a validated item of `engines`. */
export function labelOf(
  families: Readonly<Record<string, EngineFamily>>,
  spec: { readonly name: string; readonly [option: string]: unknown },
): EngineLabel {
  const family = families[spec.name];
  const { symbol, nudged = false, key, label } = family;
  const member = memberOf(family, spec);
  const { steps, solver } = spec as { readonly steps?: number; readonly solver?: { readonly name: string } };
  return {
    symbol,
    process: family.process?.(member.name) ?? symbol,
    nudged,
    role: family.role?.(member.name) ?? (key === undefined ? family.name : `${family.name} ${member.name}`),
    parts: [
      { keys: [], text: titleOf(family, member.name) },
      ...(label?.(spec) ?? []),
      ...(member.label?.(spec as never) ?? []),
      ...(steps === undefined ? [] : [{ keys: ['steps'], symbol: 'K', value: steps }]),
      ...(solver ? [{ keys: ['solver'], text: `by ${solver.name}` }] : []),
    ],
  };
}
