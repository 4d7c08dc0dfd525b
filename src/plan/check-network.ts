import { problemsOf } from '../entry.js';
import { type Issue, UserError } from '../errors.js';
import type { Dynamics } from '../model/types.js';
import { registry } from '../registry.js';
import type { Draft } from '../spec/overrides.js';
import { type ParameterSource, parameterIssues, readParameters } from '../spec/parameters.js';
import type { PartialSpec } from '../spec/resolve.js';
import { type CheckedData, checkData, type PlannedData } from './check-data.js';
import { dynamicsOf, protocolOf } from './parts.js';

/** The network as far as its spec makes sense, and what does not. */
export interface CheckedNetwork {
  readonly dynamics: Dynamics | undefined;
  readonly parameters: ParameterSource | undefined;
  readonly data: PlannedData | undefined;
  readonly issues: readonly Issue[];
  /** Of the data. */
  readonly warnings: readonly string[];
}

const nothing = { dynamics: undefined, parameters: undefined, data: undefined, warnings: [] };
const fine: CheckedData = { planned: undefined, issues: [], warnings: [] };

/** Sizes, explicit parameters, and data against the sizes. */
export function checkNetwork({ network, data, protocol }: PartialSpec, draft: Draft): CheckedNetwork {
  if (network === undefined) return { ...nothing, issues: [] };
  const { energy, init, parameters, ...options } = network;
  const problems = problemsOf(registry.energies, { name: energy, ...options });
  if (problems.length > 0) {
    const issues = problems.map(
      ([key, message]): Issue => ({
        where: draft.locate(key === '' ? ['network'] : ['network', key]),
        message: `network: ${message}`,
      }),
    );
    return { ...nothing, issues };
  }
  const dynamics = dynamicsOf(network);
  const explicit = checkParameters(network, dynamics, draft);
  const turned = parameters !== undefined && dynamics.parameters.some((shape) => shape.backwardAngle !== undefined);
  const { inputs, outputs } = dynamics;
  const learns = protocol !== undefined && protocolOf(protocol).load !== undefined;
  const sizes = { inputs, outputs: outputs.to - outputs.from };
  const checked = data === undefined ? fine : checkData(data, sizes, learns, draft);
  return {
    dynamics,
    parameters: explicit.parameters,
    data: checked.planned,
    issues: [...explicit.issues, ...(turned ? [givenAngle(draft)] : []), ...checked.issues],
    warnings: checked.warnings,
  };
}

function givenAngle(draft: Draft): Issue {
  const message = 'network: backward_angle turns weights as they are initialised, and these are given in parameters';
  return { where: draft.locate(['network', 'backward_angle']), message, hint: 'leave one of them out' };
}

function checkParameters(
  network: NonNullable<PartialSpec['network']>,
  dynamics: Dynamics,
  draft: Draft,
): Pick<CheckedNetwork, 'parameters' | 'issues'> {
  try {
    const parameters = readParameters(network, draft.file, draft.locate);
    return { parameters, issues: parameters ? parameterIssues(parameters, dynamics.parameters) : [] };
  } catch (error) {
    if (error instanceof UserError) return { parameters: undefined, issues: error.issues };
    throw error;
  }
}
