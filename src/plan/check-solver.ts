import { type Issue, RunError } from '../errors.js';
import { capabilityMeaning, type Dynamics } from '../model/types.js';
import { within } from '../numerics/arena.js';
import { Blocks } from '../numerics/blocks.js';
import { Matrix } from '../numerics/matrix.js';
import type { Solver } from '../solver/solver.js';
import type { Path } from '../spec/document.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import { integratorOf, solverOf } from './parts.js';

/** Whether the solver of the free phase and every integrator can treat the dynamics. */
export function checkSolver(spec: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  return [...checkFit(spec, dynamics, draft), ...checkProjection(spec, dynamics, draft)];
}

function checkFit({ free, network }: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  if (free === undefined) return [];
  const { name, needs, unfit } = solverOf(free.solver);
  const where = draft.locate(['free', 'solver']);
  const missing = needs
    .filter((need) => !dynamics.offers.includes(need))
    .map((need) => `needs ${need} (${capabilityMeaning[need]}), which ${network?.energy} does not offer`);
  try {
    const reason = unfit && unfitness(unfit, dynamics);
    return [...missing, ...(reason === undefined ? [] : [reason])].map((why) => ({
      where,
      message: `free.solver: ${name} ${why}`,
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
function checkProjection(spec: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  if (dynamics.box === undefined) return [];
  const { lower, upper } = dynamics.box;
  const { free, second, engines = [] } = spec;
  const uses: { path: Path; with: { name: string; projects: boolean } | undefined }[] = [
    { path: ['free', 'solver'], with: free && solverOf(free.solver) },
    { path: ['second', 'integrator'], with: second && integratorOf(second.integrator) },
    ...engines.map(({ integrator }, i) => ({
      path: ['engines', i, 'integrator'],
      with: integrator && integratorOf(integrator),
    })),
  ];
  return uses.flatMap(({ path, with: used }): Issue[] => {
    if (used === undefined || used.projects) return [];
    const activation = (spec.network?.['activation'] as { name: string } | undefined)?.name;
    return [
      {
        where: draft.locate(path),
        message: `${path.join('.')}: ${used.name} cannot project states to [${lower}, ${upper}], as ${activation} needs`,
        hint: 'use euler',
      },
    ];
  });
}
