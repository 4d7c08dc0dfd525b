import { create, problemsOf } from '../entry.js';
import { type Issue, UserError } from '../errors.js';
import type { Dynamics } from '../model/types.js';
import { registry } from '../registry.js';
import type { Draft } from '../spec/overrides.js';
import { type ParameterSource, parameterIssues, readParameters } from '../spec/parameters.js';
import type { PartialSpec } from '../spec/resolve.js';
import { dynamicsOf } from './parts.js';

/** The network as far as its spec makes sense, and what does not. */
export interface CheckedNetwork {
  readonly dynamics: Dynamics | undefined;
  readonly parameters: ParameterSource | undefined;
  readonly issues: readonly Issue[];
}

/** Sizes, explicit parameters, and data against the sizes. */
export function checkNetwork({ network, data }: PartialSpec, draft: Draft): CheckedNetwork {
  if (network === undefined) return { dynamics: undefined, parameters: undefined, issues: [] };
  const { energy, init, parameters, ...options } = network;
  const problems = problemsOf(registry.energies, { name: energy, ...options });
  if (problems.length > 0) {
    const issues = problems.map(
      ([key, message]): Issue => ({
        where: draft.locate(key === '' ? ['network'] : ['network', key]),
        message: `network: ${message}`,
      }),
    );
    return { dynamics: undefined, parameters: undefined, issues };
  }
  const dynamics = dynamicsOf(network);
  const explicit = checkParameters(network, dynamics, draft);
  return {
    dynamics,
    parameters: explicit.parameters,
    issues: [...explicit.issues, ...checkData(data, dynamics, draft)],
  };
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

function checkData(data: PartialSpec['data'], { inputs, outputs }: Dynamics, draft: Draft): Issue[] {
  if (data === undefined) return [];
  const source = create(registry.data, data);
  const sizes = { inputs, outputs: outputs.to - outputs.from };
  return (source.problems?.(sizes) ?? []).map(([path, message]) => ({
    where: draft.locate(['data', ...path]),
    message: `data: ${message}`,
  }));
}
