/** What a spec says of an engine. */
import * as z from 'zod';
import type { StartAt } from '../engine/engine.js';
import type { EngineFamily } from '../engine/family.js';
import { choice, type Named, positive } from '../entry.js';
import { late, ofOrigin } from '../origin.js';
import { registry } from '../registry.js';
import type { AtRest } from '../solver/solver.js';

const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be letters, digits, - and _');

export interface EngineSpec extends Named {
  readonly id?: string | undefined;
  readonly integrator?: Named | undefined;
  readonly step?: number | undefined;
  readonly steps?: number | undefined;
  readonly solver?: Named | undefined;
  readonly tolerance?: number | undefined;
  readonly max_steps?: number | undefined;
  readonly at_rest?: AtRest | undefined;
  readonly start_at?: StartAt | undefined;
  readonly rate?: number | undefined;
}

export const atRest = () =>
  z
    .enum(['stay', 'leave'])
    .optional()
    .describe(
      'examples at rest wait for the others of their batch (stay), or leave it, each at its own ‖F‖_∞ ≤ tolerance, whatever the others do; default stay',
    );
export const startOfCopies = () =>
  z
    .enum(['free', 'mirrored'])
    .optional()
    .describe(
      'where its solver starts: at s⁰, or a copy nudged by −β where one nudged by β has ended, mirrored at s⁰; default free',
    );

/** Options of every engine, whatever its family. */
const engineOptions = {
  id: identifier.optional().describe('how rows, overrides and assertions call this engine; default its name'),
  solver: choice(registry.solvers).optional().describe('instead of second.solver'),
  tolerance: positive().optional().describe('of its solver: stop where ‖F‖_∞ is at most this; default 1e-6'),
  max_steps: z.int().positive().optional().describe('of its solver; default 1000'),
  at_rest: atRest(),
  start_at: startOfCopies(),
  integrator: choice(registry.integrators).optional().describe('instead of second.integrator'),
  step: positive().optional().describe('instead of second.step'),
  steps: z.int().nonnegative().optional().describe('instead of second.steps'),
  rate: positive()
    .optional()
    .describe('of its steps in training, for every tensor, instead of protocol.optimizer.rates'),
};

export const engine = late(
  () =>
    z.discriminatedUnion(
      'name',
      Object.values(registry.engines).map(familyOf) as never,
    ) as unknown as z.ZodType<EngineSpec>,
);

/** A family that leaves no choice has no key. */
function familyOf(family: EngineFamily): z.ZodType {
  const { name, key, options, members } = family;
  const each = Object.values(members).map((member) =>
    ofOrigin(
      member,
      z.strictObject({
        name: z.literal(name),
        ...(key === undefined ? {} : { [key]: z.literal(member.name) }),
        ...engineOptions,
        ...options,
        ...member.options,
      }),
    ),
  );
  return ofOrigin(family, key === undefined ? each[0] : z.discriminatedUnion(key, each as never));
}
