import type { Named } from '../entry.js';
import { type Issue, RunError } from '../errors.js';
import { capabilityMeaning } from '../model/capability.js';
import type { Dynamics } from '../model/types.js';
import { within } from '../numerics/arena.js';
import { Blocks } from '../numerics/blocks.js';
import { Matrix } from '../numerics/matrix.js';
import type { Solver } from '../solver/solver.js';
import { dotted } from '../spec/issues.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { Path } from '../spec/source-document.js';
import { integratorOf, solverOf } from './parts.js';

interface Use {
  readonly path: Path;
  readonly solver: Solver;
}

/** Whether every solver and integrator can treat the dynamics. */
export function checkSolver(spec: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  const { free, second, engines = [] } = spec;
  const use = (path: Path, named: Named | undefined): Use[] => (named ? [{ path, solver: solverOf(named) }] : []);
  const solvers = [
    ...use(['free', 'solver'], free?.solver),
    ...use(['second', 'solver'], second?.solver),
    ...engines.flatMap(({ solver }, i) => use(['engines', i, 'solver'], solver)),
  ];
  return [
    ...solvers.flatMap((one) => checkFit(one, spec, dynamics, draft)),
    ...checkProjection(solvers, spec, dynamics, draft),
  ];
}

function checkFit({ path, solver }: Use, { network }: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  const { name, needs, unfit } = solver;
  const missing = needs
    .filter((need) => !dynamics.offers.includes(need))
    .map((need) => `needs ${need} (${capabilityMeaning[need]}), which ${network?.energy} does not offer`);
  try {
    const reason = unfit && unfitness(unfit, dynamics);
    return [...missing, ...(reason === undefined ? [] : [reason])].map((why) => ({
      where: draft.locate(path),
      message: `${dotted(path, draft.data)}: ${name} ${why}`,
      hint: 'use anderson or euler',
    }));
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return [{ where: draft.locate(['network']), message: `network: ${error.message}` }];
  }
}

/** What a system can do shows when it is bound, whatever to. @throws RunError where no memory holds it */
function unfitness(unfit: NonNullable<Solver['unfit']>, dynamics: Dynamics): string | undefined {
  return within((arena) =>
    unfit(
      dynamics.bind(
        Blocks.real(dynamics.parameters, arena),
        new Matrix(1, dynamics.inputs, arena.allocate(dynamics.inputs)),
      ),
    ),
  );
}

/** States confined to a box need solvers and integrators that project. */
function checkProjection(
  solvers: readonly Use[],
  { network, second, engines = [] }: PartialSpec,
  { box }: Dynamics,
  draft: Draft,
): Issue[] {
  if (box === undefined) return [];
  const stepping = [
    { path: ['second', 'integrator'], named: second?.integrator },
    ...engines.map(({ integrator }, i) => ({ path: ['engines', i, 'integrator'], named: integrator })),
  ];
  const uses = [
    ...solvers.map(({ path, solver }) => ({ path, by: solver })),
    ...stepping.flatMap(({ path, named }) => (named ? [{ path, by: integratorOf(named) }] : [])),
  ];
  const activation = network?.['activation'] as { name: string } | undefined;
  const needed = activation
    ? `to [${box.lower}, ${box.upper}], as ${activation.name ?? 'its activation'} needs`
    : `to the bounds of their units, as ${network?.energy} needs here`;
  return uses
    .filter(({ by }) => !by.projects)
    .map(({ path, by }) => ({
      where: draft.locate(path),
      message: `${path.join('.')}: ${by.name} cannot project states ${needed}`,
      hint: 'use euler',
    }));
}
