import type { Arena } from '../numerics/arena.js';
import { randomStream } from '../numerics/random.js';
import { agentOf, protocolOf, taskOf } from '../plan/parts.js';
import type { RunPlan } from '../plan/run-plan.js';
import type { AgentBench, AgentProtocol } from '../protocol/protocol.js';
import { toParams } from '../spec/parameters.js';
import type { AgentSpec } from '../spec/schema.js';

/** From a planned run of an agent to what its protocol works with. Every use of randomness has a stream of its own under the seed. */
export function assembleAgent(
  { spec, parameters }: { readonly spec: AgentSpec } & Pick<RunPlan, 'parameters'>,
  arena?: Arena,
): { protocol: AgentProtocol; bench: AgentBench } {
  const [task, agent] = [taskOf(spec.task), agentOf(spec.agent)];
  const bench: AgentBench = {
    task,
    agent,
    start: parameters && toParams(parameters, agent.of(task).tensors, arena),
    stream: (purpose) => randomStream(spec.seed, purpose),
  };
  return { protocol: protocolOf(spec.protocol) as AgentProtocol, bench };
}
