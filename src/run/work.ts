import type { Arena } from '../numerics/arena.js';
import type { RunPlan } from '../plan/run-plan.js';
import type { Outcome, ProtocolEvent, TableName } from '../protocol/protocol.js';
import { isOfAgent } from '../spec/schema.js';
import { assemble } from './assemble.js';
import { assembleAgent } from './assemble-agent.js';

/** A run that is ready to begin, whatever its protocol works on. */
export interface Work {
  readonly metrics: TableName;
  /** @param resume the data of the last checkpoint of an interrupted run of the same hash. */
  begin(resume: Uint8Array | undefined): Generator<ProtocolEvent, Outcome>;
}

export function workOf(run: RunPlan, arena: Arena): Work {
  const { spec, rung } = run;
  if (isOfAgent(spec)) {
    const { protocol, bench } = assembleAgent({ ...run, spec }, arena);
    return { metrics: protocol.metrics, begin: (resume) => protocol.play(resuming(bench, resume)) };
  }
  const { protocol, bench } = assemble(run, arena);
  return { metrics: protocol.metrics, begin: (resume) => protocol.run(resuming(bench, resume, rung?.until)) };
}

/** The same bench; a copy would make numbers of all its examples. */
function resuming<B extends object>(bench: B, resume: Uint8Array | undefined, until?: number): B {
  return Object.create(bench, { resume: { value: resume }, until: { value: until } }) as B;
}
