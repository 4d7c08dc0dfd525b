import { earlyError } from '../engine/early-error.js';
import type { Process } from '../engine/engine.js';
import { entry } from '../entry.js';
import { RECORDED, type Row } from '../metrics/columns.js';
import type { Comparison } from '../metrics/compare.js';
import { expectedBiases } from './bias.js';
import { diagnose, lengthWarnings } from './diagnosis.js';
import { compareBlocks, type GradientReference, signAgreement, worthOf } from './gradient-reference.js';
import { type Metered, metered } from './metered.js';
import { outcome } from './outcome.js';
import { phaseOne, problemFor, type Start } from './phase-one.js';
import { ProcessSummary } from './process-summary.js';
import type { Bench, Contestant, Protocol, ProtocolEvent } from './protocol.js';
import { recordFreeState, recordGradient, recordProcess, type Shown } from './recording.js';
import { reservedReferences } from './references.js';

/**
 * Theorem 3 of Scellier & Bengio (2019), measured: every engine's second phase runs in lockstep with the reference's,
 * and S̄_t and Θ̄_t are compared at every step. Against a reserved reference (`exact`, `finite-difference`) Θ̄_t is
 * compared with the end point dJ/dθ: what stopping at t gives; against `early-error` S̄_t with what it is at first.
 */
export const equivalence: Protocol = {
  metrics: 'equivalence',
  usesEngines: true,
  compares: 'processes',
  records: RECORDED,
  *run(bench) {
    const one = yield* phaseOne(bench);
    if (one.record.status === 'diverged') return outcome(bench, one, {});
    yield* recordFreeState(bench, one.start);
    const fixed = yield* reservedReferences(bench, one.start);
    const modes = diagnose(one.start);
    const biases = expectedBiases(bench, one.start);
    const lanes = bench.contestants.map((contestant) => ({
      contestant,
      way: metered(contestant.engine, problemFor(contestant, one.start)),
    }));
    const early = earlyLane(bench, one.start);
    const largest = new Map<string, number>();
    const summary = bench.record.summary ? new ProcessSummary(bench.references) : undefined;
    for (;;) {
      const moments = lanes.map(({ contestant, way }) => ({ contestant, next: way.next() }));
      const ends = moments.filter(({ next }) => next.done);
      if (ends.length > 0) {
        const estimates = Object.fromEntries(
          ends.map(({ contestant, next }) => [contestant.id, next.value as Metered]),
        );
        if (summary) yield { kind: 'rows', table: 'summary', rows: summary.rows() };
        for (const [id, { gradient }] of Object.entries(estimates)) yield* recordGradient(bench, id, gradient);
        for (const { id, gradient } of fixed) if (gradient) yield* recordGradient(bench, id, gradient);
        return outcome(bench, one, estimates, {
          spectrum: modes,
          biases,
          references: fixed,
          // against another engine every moment counts, against dJ/dθ the last
          warnings: [
            ...fixed.flatMap((reference) => reference.warnings),
            ...(fixed.length > 0 ? lengthWarnings(bench, modes) : []),
          ],
        });
      }
      const processes = moments.map(({ contestant, next }) => ({ contestant, process: next.value as Process }));
      const known = [...fixed.map(atEnd), ...processes.map(asReference), ...early()];
      yield { kind: 'rows', table: 'equivalence', rows: measure(bench, processes, known, largest) };
      summary?.see(processes.map(({ contestant: { id }, process }) => ({ id, process })));
      for (const { contestant, process } of processes) yield* recordProcess(bench, contestant.id, process);
      for (const { id, process } of known) if (process) yield* recordProcess(bench, id, process);
      yield work(processes[0].process.step, bench.contestants[0]);
    }
  },
};

interface Moment {
  readonly contestant: Contestant;
  readonly process: Process;
}

/** What a moment is compared with. */
interface Known {
  readonly id: string;
  compare(process: Process): [quantity: string, Comparison][];
  /** What it is worth itself. */
  readonly end?: GradientReference;
  /** That of a reference that no contestant records. */
  readonly process?: Shown;
}

const atEnd = (end: GradientReference): Known => ({
  id: end.id,
  end,
  compare: (process) => end.compare(process.params()),
});

const asReference = ({ contestant, process: b }: Moment): Known => ({
  id: contestant.id,
  compare: (a) => [...compareBlocks('state', a.state, b.state), ...compareBlocks('params', a.params(), b.params())],
});

/** Gives what S̄_t is at first, moment by moment; nothing where the bench does not ask for it. */
function earlyLane(bench: Bench, start: Start): () => Known[] {
  if (!bench.references.includes('early-error')) return () => [];
  const way = earlyError(problemFor(bench.contestants[0], start));
  return () => {
    const process = way.next().value as Shown;
    return [{ id: 'early-error', process, compare: ({ state }) => compareBlocks('state', state, process.state) }];
  };
}

/** The rows of one step: each engine against each reference. `largest` holds the running maxima of the references' norms. */
function measure(
  { references }: Bench,
  moments: readonly Moment[],
  known: readonly Known[],
  largest: Map<string, number>,
): Row[] {
  const rows: Row[] = [];
  for (const reference of references) {
    const found = known.find(({ id }) => id === reference)!;
    for (const { contestant, process } of moments) {
      if (contestant.id === reference) continue;
      for (const [quantity, comparison] of found.compare(process)) {
        const key = `${reference}/${quantity}`;
        const scale = Math.max(largest.get(key) ?? 0, comparison.referenceNorm);
        largest.set(key, scale);
        const place = [process.step, process.time, contestant.id, reference, quantity];
        rows.push([...place, ...cells(comparison, scale), ...worthOf(found.end, quantity, references)]);
      }
    }
  }
  return rows;
}

function cells(c: Comparison, scale: number): Row {
  return [c.norm, c.referenceNorm, c.errorAbs, c.errorRel, c.errorScaled(scale), c.cosine, signAgreement(c)];
}

function work(step: number, { second }: Contestant): ProtocolEvent {
  return { kind: 'work', phase: 'second phase', done: step, of: second.steps };
}

export const equivalenceEntry = entry({
  name: 'equivalence',
  summary: 'S̄_t and Θ̄_t of every engine in lockstep, compared with a reference at every step',
  source: 'Scellier & Bengio 2019, theorem 3',
  options: {},
  create: () => equivalence,
});
