import { create, type Named } from '../entry.js';
import { type Issue, UserError } from '../errors.js';
import { targetsOf } from '../model/read-out.js';
import { unstorable } from '../model/store.js';
import type { Dynamics } from '../model/types.js';
import { registry } from '../registry.js';
import { dotted } from '../spec/issues.js';
import { dynamicsOf, type NetworkSpec, networkProblems } from '../spec/network.js';
import type { Draft } from '../spec/overrides.js';
import type { GivenParameters } from '../spec/parameter-file.js';
import { parameterIssues, readParameters } from '../spec/parameters.js';
import type { PartialSpec } from '../spec/resolve.js';
import { checkAgent } from './check-agent.js';
import { type CheckedData, checkData, type PlannedData } from './check-data.js';
import { sourceOf } from './data-files.js';
import { costOf, protocolOf } from './parts.js';

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

/** Sizes, explicit parameters, and data against the sizes; or an agent against its task. */
export function checkNetwork(
  { network, data, cost, protocol, task, agent }: PartialSpec,
  draft: Draft,
): CheckedNetwork {
  if (task !== undefined && agent !== undefined) return { ...nothing, ...checkAgent(task, agent, draft) };
  if (network === undefined) return { ...nothing, issues: [] };
  const problems = networkProblems(network);
  if (problems.length > 0) {
    const issues = problems.map(([at, message]): Issue => {
      const path = ['network', ...(at === '' ? [] : [at].flat())];
      // a list leads to one of many: say which
      const who = typeof at === 'string' ? 'network' : dotted(path, draft.data);
      return { where: draft.locate(path), message: `${who}: ${message}` };
    });
    return { ...nothing, issues };
  }
  const dynamics = dynamicsOf(network);
  const explicit = checkParameters(network, dynamics, draft);
  const { inputs, image } = dynamics;
  const learns = protocol !== undefined && protocolOf(protocol).load !== undefined;
  const sizes = { inputs, outputs: targetsOf(dynamics), ...(image && { image }) };
  const checked = data === undefined ? fine : checkData(data, sizes, learns, draft);
  return {
    dynamics,
    parameters: explicit.parameters,
    data: checked.planned,
    issues: [
      ...explicit.issues,
      ...checkInit(['network', 'init'], network.init, { network, dynamics }, draft),
      ...checkInit(['data', 'init'], teacherOf(data), { network, dynamics }, draft),
      ...checkStoring(network, dynamics, draft),
      ...checked.issues,
      ...(data && cost ? selectionIssues(data, cost, draft) : []),
      ...(dynamics.readOut ? readOutIssues({ data, cost, protocol }, draft) : []),
    ],
    warnings: checked.warnings,
  };
}

/** The initialiser of a second network that draws the targets, where there is one. */
const teacherOf = (data: Named | undefined): Named | undefined =>
  data && sourceOf(data).teaches ? (data['init'] as Named) : undefined;

interface Initialised {
  readonly network: NetworkSpec;
  readonly dynamics: Dynamics;
}

/** Draws that are not always greater than 0, for what must be. */
function checkInit(
  path: readonly string[],
  init: Named | undefined,
  { network: { energy }, dynamics: { parameters } }: Initialised,
  draft: Draft,
): Issue[] {
  const least = init && create(registry.initialisers, init).least;
  const positive = parameters.find(({ domain }) => domain.isPositive);
  if (init === undefined || least === undefined || least > 0 || positive === undefined) return [];
  const message = `${path.join('.')}: ${positive.name} of ${energy} must be greater than 0, and ${init.name} goes down to ${least}`;
  return [{ where: draft.locate(path), message, hint: 'raise it, or use init: log-uniform' }];
}

/** Data that say which action was selected are judged by a cost that takes that. */
function selectionIssues(data: Named, cost: Named, draft: Draft): Issue[] {
  if (!sourceOf(data).selects || costOf(cost).takesSelections) return [];
  const message = `data: selected and reward need a cost of selected actions, got ${cost.name}`;
  return [{ where: draft.locate(['data', 'selected']), message, hint: 'use cost: reward' }];
}

/** What is read out by a softmax has a cost of that, and is no state that a teacher could give, or move alone. */
function readOutIssues(
  { data, cost, protocol }: Record<'data' | 'cost' | 'protocol', Named | undefined>,
  draft: Draft,
): Issue[] {
  // what is left out stands nowhere
  const at = (key: string) => draft.locate(key in (draft.data as object) ? [key] : ['network', 'read_out']);
  const issue = (key: string, message: string, hint: string): Issue => ({ where: at(key), message, hint });
  return [
    ...(cost && !costOf(cost).isOfSoftmax
      ? [
          issue(
            'cost',
            `network.read_out: softmax needs a cost of softmax, got ${cost.name}`,
            'write cost: cross-entropy',
          ),
        ]
      : []),
    ...(data && sourceOf(data).teaches
      ? [
          issue(
            'data',
            `data: a network with read_out is no ${data.name}: its outputs are no targets`,
            'leave read_out out',
          ),
        ]
      : []),
    ...(protocol && protocolOf(protocol).moves
      ? [
          issue(
            'protocol',
            `protocol ${protocol.name} moves no read_out, which has a gradient of its own`,
            'leave network.read_out out',
          ),
        ]
      : []),
  ];
}

/** Whether an initialiser that stores patterns can do so here. */
function checkStoring({ init, parameters }: NetworkSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  if (parameters !== undefined || init === undefined) return [];
  const { name, store } = create(registry.initialisers, init);
  const why = store && unstorable(dynamics);
  return why === undefined
    ? []
    : [{ where: draft.locate(['network', 'init']), message: `network: init ${name} ${why}` }];
}

function checkParameters(
  network: NetworkSpec,
  dynamics: Dynamics,
  draft: Draft,
): Pick<CheckedNetwork, 'parameters' | 'issues'> {
  try {
    const source = readParameters('network', network, dynamics.parameters, draft);
    return { parameters: source?.given, issues: source ? parameterIssues(source, dynamics.parameters) : [] };
  } catch (error) {
    if (error instanceof UserError) return { parameters: undefined, issues: error.issues };
    throw error;
  }
}
