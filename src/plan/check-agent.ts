import type { Agent } from '../agent/agent.js';
import type { Named } from '../entry.js';
import { type Issue, UserError } from '../errors.js';
import { registry } from '../registry.js';
import type { Draft } from '../spec/overrides.js';
import type { GivenParameters } from '../spec/parameter-file.js';
import type { WithParameters } from '../spec/parameter-schema.js';
import { parameterIssues, readParameters } from '../spec/parameters.js';
import type { Task } from '../task/task.js';
import { agentOf, taskOf } from './parts.js';

interface Checked {
  readonly parameters: GivenParameters | undefined;
  readonly issues: readonly Issue[];
}

/** A task, whether the agent can take it, and explicit parameters. */
export function checkAgent(task: Named, agent: Named, draft: Draft): Checked {
  const { name, ...options } = task;
  const problems = (registry.tasks[name].problems?.(options) ?? []).map(
    ([key, message]): Issue => ({ where: draft.locate(['task', key]), message: `task.${key}: ${message}` }),
  );
  if (problems.length > 0) return { parameters: undefined, issues: problems };
  const [made, learner] = [taskOf(task), agentOf(agent)];
  const explicit = checkParameters(agent, learner, made, draft);
  return {
    ...explicit,
    issues: [...refusals(learner, made, draft), ...gateIssues(learner, task, draft), ...explicit.issues],
  };
}

function refusals(agent: Agent, task: Task, draft: Draft): Issue[] {
  const why = agent.refuses?.(task);
  if (why === undefined) return [];
  return [
    {
      where: draft.locate(['task']),
      message: `task: agent ${agent.name} cannot take ${task.name}, which ${why.reason}`,
      hint: why.hint,
    },
  ];
}

/** Gates that a script names. */
function gateIssues({ name, gates }: Agent, task: Named, draft: Draft): Issue[] {
  const steps = (task['steps'] ?? []) as readonly { readonly gate?: number | null }[];
  const wrong = steps.findIndex(({ gate }) => (gate ?? -1) >= gates);
  if (wrong < 0) return [];
  const has = gates === 0 ? 'has no gates' : `has ${gates} gates (from 0)`;
  return [
    {
      where: draft.locate(['task', 'steps', wrong, 'gate']),
      message: `task: agent ${name} cannot take gate ${steps[wrong].gate} of step ${wrong}: it ${has}`,
    },
  ];
}

function checkParameters(agent: Named, learner: Agent, task: Task, draft: Draft): Checked {
  try {
    const { tensors } = learner.of(task);
    const source = readParameters('agent', agent as WithParameters, tensors, draft);
    return { parameters: source?.given, issues: source ? parameterIssues(source, tensors) : [] };
  } catch (error) {
    if (error instanceof UserError) return { parameters: undefined, issues: error.issues };
    throw error;
  }
}
