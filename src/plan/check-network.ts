import { type Issue, UserError } from '../errors.js';
import type { Dynamics } from '../model/types.js';
import { dynamicsOf, type NetworkSpec, networkProblems } from '../spec/network.js';
import type { Draft } from '../spec/overrides.js';
import type { GivenParameters } from '../spec/parameter-file.js';
import { parameterIssues, readParameters } from '../spec/parameters.js';
import type { PartialSpec } from '../spec/resolve.js';
import { type CheckedData, checkData, type PlannedData } from './check-data.js';
import { protocolOf } from './parts.js';

/** The network as far as its spec makes sense, and what does not. */
export interface CheckedNetwork {
  readonly dynamics: Dynamics | undefined;
  readonly parameters: GivenParameters | undefined;
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
  const problems = networkProblems(network);
  if (problems.length > 0) {
    const issues = problems.map(
      ([at, message]): Issue => ({
        where: draft.locate(['network', ...(at === '' ? [] : [at].flat())]),
        message: `network: ${message}`,
      }),
    );
    return { ...nothing, issues };
  }
  const dynamics = dynamicsOf(network);
  const explicit = checkParameters(network, dynamics, draft);
  const { inputs, outputs } = dynamics;
  const learns = protocol !== undefined && protocolOf(protocol).load !== undefined;
  const sizes = { inputs, outputs: outputs.to - outputs.from };
  const checked = data === undefined ? fine : checkData(data, sizes, learns, draft);
  return {
    dynamics,
    parameters: explicit.parameters,
    data: checked.planned,
    issues: [...explicit.issues, ...checked.issues],
    warnings: checked.warnings,
  };
}

function checkParameters(
  network: NetworkSpec,
  dynamics: Dynamics,
  draft: Draft,
): Pick<CheckedNetwork, 'parameters' | 'issues'> {
  try {
    const source = readParameters(network, draft.file, draft.locate);
    return { parameters: source?.given, issues: source ? parameterIssues(source, dynamics.parameters) : [] };
  } catch (error) {
    if (error instanceof UserError) return { parameters: undefined, issues: error.issues };
    throw error;
  }
}
