import type { Work } from '../engine/engine.js';
import { direct } from '../engine/rbp/direct.js';
import { readingOut } from '../engine/reading-out.js';
import { advise } from './advice.js';
import { finiteDifference } from './finite-difference.js';
import { type GradientReference, knownGradient } from './gradient-reference.js';
import { problemFor, type Start } from './phase-one.js';
import type { Bench, ProtocolEvent } from './protocol.js';
import { symptoms } from './symptoms/symptoms.js';

/** The reserved references that the bench names, computed at the fixed point. */
export function* reservedReferences(bench: Bench, start: Start): Generator<ProtocolEvent, GradientReference[]> {
  const found: GradientReference[] = [];
  for (const id of bench.references) {
    if (id === 'exact') found.push(yield* exactReference(bench, start));
    if (id === 'finite-difference') found.push(yield* finiteDifference(bench, start));
  }
  return found;
}

function* exactReference(bench: Bench, start: Start): Generator<ProtocolEvent, GradientReference> {
  const way = readingOut(direct()).run(problemFor(bench.contestants[0], start));
  let next = way.next();
  for (; !next.done; next = way.next()) yield { kind: 'work', phase: 'direct solve', ...(next.value as Work) };
  const { status, gradient } = next.value;
  const warnings = status === 'singular' ? [advise(symptoms.reference.singular, {}, bench.settings)] : [];
  return knownGradient('exact', gradient, warnings);
}
