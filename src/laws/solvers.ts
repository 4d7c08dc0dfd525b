/** Every solver finds the fixed point that the flow ds/dt = F(s) leads to. */
import { costOn } from '../model/read-out.js';
import type { System } from '../model/types.js';
import { Blocks } from '../numerics/blocks.js';
import { maxAbs } from '../numerics/kernels.js';
import { boundsOf, type Field, freeField, nudgedField } from '../solver/field.js';
import { euler } from '../solver/integrator.js';
import { settle } from '../solver/relax.js';
import type { Solver } from '../solver/solver.js';
import { benchOf } from './bench.js';
import { type Claims, type Law, law } from './law.js';
import { type Network, type Setting, title } from './networks.js';

/** A solver by what messages call it. */
export interface Way {
  readonly label: string;
  readonly solver: Solver;
}

export const rule = { step: 0.1, tolerance: 1e-12, maxSteps: 20000 };

export function canTreat(solver: Solver, { dynamics, ...system }: System): boolean {
  return (
    (dynamics.box === undefined || solver.projects) &&
    solver.needs.every((need) => dynamics.offers.includes(need)) &&
    solver.unfit?.({ dynamics, ...system }) === undefined
  );
}

/** Phase one, and phases two of either sign. */
function fieldsOf(network: Network, setting: Setting, cost: string) {
  const bench = benchOf({ ...setting, network, cost, data: { name: 'random', examples: 3 } });
  const system = bench.dynamics.bind(bench.theta, bench.x);
  const bound = costOn(bench.dynamics, bench.theta, bench.cost, bench.y);
  const fields: Record<string, Field> = {
    ...(cost !== 'cross-entropy' || network['read_out'] ? { free: freeField(system) } : {}),
    [`${cost} nudged by 0.5`]: nudgedField(system, bound, { re: 0.5, im: 0 }),
    [`${cost} nudged by -0.2`]: nudgedField(system, bound, { re: -0.2, im: 0 }),
  };
  return { system, fields };
}

function finds(system: System, field: Field, solvers: readonly Way[], t: Claims): void {
  // phase two starts where phase one ends: where there are several fixed points, it stays with that one
  const zero = Blocks.real(system.shapes);
  const nudged = field.of?.nudge !== undefined;
  const start = nudged ? settle(freeField(system), zero, { ...rule, solver: euler }, boundsOf(system)).state : zero;
  const reference = settle(field, start, { ...rule, solver: euler }, boundsOf(system));
  t.suppose(reference.status === 'converged', `Euler's steps come to rest: ${reference.status}`);
  for (const { label, solver } of solvers) {
    if (!canTreat(solver, system)) continue;
    const end = settle(field, start, { ...rule, solver }, boundsOf(system));
    // a sweep takes whole steps where Euler's are small, and may leave what those come to
    t.suppose(end.status === 'converged', `${label} comes to rest: ${end.status}`);
    const force = start.like();
    field(end.state, force);
    // sweeps have the force of a block from where they move it, in another order of summation
    const rounded = 2 ** -51 * Math.max(1, maxAbs(end.state.data));
    t.near(end.residualMax, maxAbs(force.data), rounded, `${label}: the residual, and that of the state handed back`);
    // windows of max pooling that let others through have a fixed point of their own
    if (system.switches?.between(end.state, reference.state)) continue;
    // who is honestly at rest elsewhere is at another fixed point
    const apart = maxAbs(end.state.data.map((value, i) => value - reference.state.data[i]));
    t.suppose(apart <= 1e-10, `${label}: one fixed point; it ends at ${apart} from where Euler's steps end`);
  }
}

export function solverLaws(network: Network, solvers: readonly Way[], setting: Setting = {}): Law[] {
  const costs = network['read_out'] ? ['cross-entropy'] : ['mse', 'cross-entropy'];
  return costs.flatMap((cost) => {
    const { system, fields } = fieldsOf(network, setting, cost);
    return Object.entries(fields).map(([state, field]) =>
      law(`${title(network)}, ${state}: every solver that can treat it finds the fixed point of Euler's flow`, (t) =>
        finds(system, field, solvers, t),
      ),
    );
  });
}
