/** Benches from specs as users write them, without files. */
import { type Engine, type Estimate, isProcess, type Problem, type Process, type Work } from '../engine/engine.js';
import { tableFor } from '../metrics/columns.js';
import type { Numbers } from '../numerics/numbers.js';
import { phaseOne, problemFor } from '../protocol/phase-one.js';
import type { Bench, Outcome, ProtocolEvent } from '../protocol/protocol.js';
import { assemble } from '../run/assemble.js';
import { applyOverrides } from '../spec/overrides.js';
import { resolve } from '../spec/resolve.js';
import type { Spec } from '../spec/schema.js';
import type { Claims } from './law.js';
import { dynamicsOf, type Network } from './networks.js';

const base = {
  name: 'test',
  protocol: 'equivalence',
  data: { name: 'random', examples: 2 },
  free: { step: 0.1, tolerance: 1e-14, max_steps: 50000 },
  second: { step: 0.1, steps: 40 },
  engines: [
    { id: 'ep', name: 'ep', nudging: 'exact' },
    { id: 'rbp', name: 'rbp', method: 'ode' },
  ],
  reference: 'rbp',
};

/**
 * A resolved spec; whatever is not said is as in `base`. Throws where it is not valid. Of the second phase of a map only
 * the number of steps is kept.
 */
export function specOf(given: object): Spec {
  const where = () => ({ file: 'test' });
  const data: typeof base & { network?: Network } = { ...base, ...given };
  if (data.network && dynamicsOf(data.network).time === 'discrete') {
    const { step, ...second } = data.second;
    data.second = second as typeof base.second;
  }
  const draft = applyOverrides({ file: 'test', data, locate: where, locateKey: where }, []);
  const { spec, issues } = resolve(draft);
  if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('\n'));
  return spec as Spec;
}

export function benchOf(given: object): Bench {
  return assembled(given).bench;
}

/** With the parameters that the spec gives, if it does. */
function assembled(given: object) {
  const spec = specOf(given);
  const { parameters: tensors } = spec.network;
  return assemble({ spec, parameters: tensors && { tensors: tensors as Record<string, unknown>, digest: undefined } });
}

/** A row as an object. */
export type Cells = Record<string, string | number>;

/** Runs the protocol of a spec to its end: rows of every table, and the outcome. */
export function runSpec(given: object): { rows: Record<string, Cells[]>; outcome: Outcome } {
  const { protocol, bench } = assembled(given);
  const rows: Record<string, Cells[]> = {};
  const outcome = drain(protocol.run(bench), (event) => {
    if (event.kind !== 'rows') return;
    const { columns } = tableFor(event.table, bench.references);
    const objects = event.rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
    rows[event.table] = [...(rows[event.table] ?? []), ...objects];
  });
  return { rows, outcome };
}

/** The problem that a bench's engines solve: its network at its free fixed point. */
export function problemOf(bench: Bench): Problem {
  const one = drain(phaseOne(bench), () => {});
  return problemFor(bench.contestants[0], one.start);
}

/** The same where phase one has come to rest: no law of fixed points is about another. */
export function restOf(bench: Bench, t: Claims): Problem & { readonly residual: number } {
  const { record, start } = drain(phaseOne(bench), () => {});
  const { status, residual_max } = record;
  t.suppose(status === 'converged', `phase one comes to rest: it is ${status}, with ${residual_max} left of F`);
  return { ...problemFor(bench.contestants[0], start), residual: residual_max! };
}

/** Every moment of an engine's second phase, copied, and its estimate. */
export function processOf(engine: Engine, problem: Problem) {
  const moments: { step: number; time: number; state: Numbers; params: Numbers }[] = [];
  const estimate = drain<Process | Work, Estimate>(engine.run(problem), (moment) => {
    if (!isProcess(moment)) return;
    const { step, time, state, params } = moment;
    moments.push({ step, time, state: state.data.slice(), params: params().data.slice() });
  });
  return { moments, estimate };
}

export function drain<T, R>(way: Generator<T, R>, see: (item: T) => void): R {
  for (;;) {
    const next = way.next();
    if (next.done) return next.value;
    see(next.value);
  }
}

export type { ProtocolEvent };
