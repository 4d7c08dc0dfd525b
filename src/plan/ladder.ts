/** The ladder of a search: successive halving (Jamieson & Talwalkar 2016), of trainings. */
import { keepsValidation } from '../data/split.js';
import { type Issue, UserError } from '../errors.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import { type AnySpec, isOfAgent } from '../spec/schema.js';
import type { Prune } from '../spec/sweep.js';
import { protocolOf } from './parts.js';
import type { Plan, Rung, RunPlan } from './run-plan.js';

/** @throws UserError where a run cannot be ended before its end, or not at the same epochs as the others. */
export function ladderOf({ sweep }: PartialSpec, runs: readonly RunPlan[], draft: Draft): Plan['ladder'] {
  const prune = sweep?.prune;
  if (prune === undefined) return undefined;
  const specs = new Map(runs.map(({ spec }) => [`${JSON.stringify(spec.protocol)} ${validated(spec)}`, spec]));
  const issues = [...specs.values()].flatMap((spec) => issuesOf(spec, prune, draft));
  const counts = [...new Set([...specs.values()].map((spec) => protocolOf(spec.protocol).epochs?.count ?? 0))].sort(
    (a, b) => a - b,
  );
  if (issues.length === 0 && counts.length > 1)
    issues.push(
      issue(draft, [], `needs one number of epochs, and protocol.epochs is ${counts.join(' or ')}`, 'sweep it apart'),
    );
  if (issues.length > 0) throw new UserError([issues[0]]);
  return { rungs: rungsOf(prune, counts[0]), keep: prune.keep };
}

const validated = (spec: AnySpec): boolean => !isOfAgent(spec) && keepsValidation(spec.data);

function issuesOf(spec: AnySpec, { after }: Prune, draft: Draft): Issue[] {
  const { epochs } = protocolOf(spec.protocol);
  if (epochs === undefined)
    return [issue(draft, [], `is of trainings, and protocol ${spec.protocol.name} has no epochs`, 'leave it out')];
  if (!validated(spec)) {
    const hint = 'data.split: {validation: n} keeps examples for one';
    return [issue(draft, [], 'needs a validation set, which says what goes on', hint)];
  }
  if (after >= epochs.count)
    return [issue(draft, ['after'], `must be less than protocol.epochs, which is ${epochs.count}, got ${after}`)];
  if (after >= epochs.validated) return [];
  const message = `must be at least protocol.evaluate_every, which is ${epochs.validated}, got ${after}`;
  return [issue(draft, ['after'], message, 'nothing is known of the validation before')];
}

const issue = (draft: Draft, path: readonly string[], message: string, hint?: string): Issue => ({
  where: draft.locate(['sweep', 'prune', ...path]),
  message: `${['sweep.prune', ...path].join('.')} ${message}`,
  ...(hint !== undefined && { hint }),
});

/** `after` epochs, then each time 1/keep times as many, rounded, until there are no more: the last rung is the end. */
function rungsOf({ after, keep }: Prune, epochs: number): Rung[] {
  const rungs: Rung[] = [];
  for (let until = after; until < epochs; until = Math.max(until + 1, Math.round(until / keep)))
    rungs.push({ index: rungs.length, until });
  return [...rungs, { index: rungs.length, until: undefined }];
}

/** How many of so many go on. */
export const kept = (count: number, keep: number): number => Math.max(1, Math.round(keep * count));
