import { isProcess } from '../engine/engine.js';
import { entry } from '../entry.js';
import { RECORDED, type Row } from '../metrics/columns.js';
import { expectedBiases } from './bias.js';
import { diagnose, lengthWarnings } from './diagnosis.js';
import { type GradientReference, knownGradient, signAgreement, worthOf } from './gradient-reference.js';
import { type Metered, metered } from './metered.js';
import { outcome } from './outcome.js';
import { phaseOne, problemFor, type Start } from './phase-one.js';
import type { Bench, Contestant, Protocol, ProtocolEvent } from './protocol.js';
import { recordFreeState, recordGradient, recordProcess } from './recording.js';
import { reservedReferences } from './references.js';

/**
 * The end of phase two alone: every engine's estimate of dJ/dθ against references, among them a direct solve (`exact`)
 * and finite differences of J, which share no code with the engines that integrate.
 */
export const gradient: Protocol = {
  metrics: 'gradient',
  usesEngines: true,
  compares: 'gradients',
  records: RECORDED,
  *run(bench) {
    const one = yield* phaseOne(bench);
    if (one.record.status === 'diverged') return outcome(bench, one, {});
    yield* recordFreeState(bench, one.start);
    const estimates: Record<string, Metered> = {};
    for (const contestant of bench.contestants) {
      estimates[contestant.id] = yield* estimate(bench, contestant, one.start);
    }
    const fixed = yield* reservedReferences(bench, one.start);
    const named = bench.references
      .filter((id) => Object.hasOwn(estimates, id))
      .map((id) => knownGradient(id, estimates[id].gradient));
    const modes = diagnose(one.start);
    const biases = expectedBiases(bench, one.start);
    const residual = one.record.residual_max ?? Number.NaN;
    for (const reference of [...fixed, ...named]) {
      yield { kind: 'rows', table: 'gradient', rows: measure(reference, bench, estimates, residual) };
    }
    for (const [id, end] of Object.entries(estimates)) yield* recordGradient(bench, id, end.gradient);
    for (const { id, gradient } of fixed) if (gradient) yield* recordGradient(bench, id, gradient);
    return outcome(bench, one, estimates, {
      spectrum: modes,
      biases,
      references: fixed,
      warnings: [...fixed.flatMap((reference) => reference.warnings), ...lengthWarnings(bench, modes)],
    });
  },
};

function* estimate(bench: Bench, contestant: Contestant, start: Start): Generator<ProtocolEvent, Metered> {
  const { id, engine, second } = contestant;
  const way = metered(engine, problemFor(contestant, start));
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
    const moment = next.value;
    const work = isProcess(moment) ? { done: moment.step, of: second.steps } : moment;
    if (isProcess(moment)) yield* recordProcess(bench, id, moment);
    yield { kind: 'work', phase: `second phase of ${id}`, ...work };
  }
}

function measure(
  reference: GradientReference,
  bench: Bench,
  estimates: Record<string, Metered>,
  residual: number,
): Row[] {
  return Object.entries(estimates)
    .filter(([id]) => id !== reference.id)
    .flatMap(([id, { gradient, steps }]) =>
      reference
        .compare(gradient)
        .map(
          ([quantity, c]): Row => [
            id,
            reference.id,
            quantity,
            c.norm,
            c.referenceNorm,
            c.errorAbs,
            c.errorRel,
            c.cosine,
            signAgreement(c),
            steps,
            residual,
            ...worthOf(reference, quantity, bench.references),
          ],
        ),
    );
}

export const gradientEntry = entry({
  name: 'gradient',
  summary: 'estimates of dJ/dθ at the end of phase two against a direct solve and finite differences',
  options: {},
  create: () => gradient,
});
