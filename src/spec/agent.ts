/** The part of a spec that says who learns. */

import type { Agent } from '../agent/agent.js';
import { choice, create, type Named, remembered } from '../entry.js';
import { registry } from '../registry.js';
import type { Task } from '../task/task.js';
import { explicitParameters } from './parameter-schema.js';

export const agentSchema = choice(
  Object.fromEntries(
    Object.values(registry.agents).map((entry) => [
      entry.name,
      { ...entry, options: { ...entry.options, parameters: explicitParameters.optional() } },
    ]),
  ),
);

export const agentOf = remembered((named: Named): Agent => create(registry.agents, named));

export const taskOf = remembered((named: Named): Task => create(registry.tasks, named));
