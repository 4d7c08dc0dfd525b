import { entry } from '../entry.js';
import { euler, type Integrator, rk4 } from './integrator.js';
import { type Advance, iterate, Meter, type Solver } from './solver.js';

/** Follows ds/dt = F(s) by an integrator until F vanishes: the literature's free phase. */
export function steppedBy(integrator: Integrator): Solver {
  return {
    name: integrator.name,
    needs: [],
    projects: integrator.projects,
    followsTime: true,
    integrator,
    relax({ field, start, bounds }, rule) {
      const meter = new Meter(field);
      const s = start.clone();
      const step = integrator.prepare(s, bounds);
      const advance: Advance = (at, force) => {
        step(meter.field, at, force, rule.step, at);
        return meter.residual(at, force);
      };
      return iterate(meter, s, rule, advance, (count) => count * rule.step);
    },
  };
}

export const eulerSolverEntry = entry({
  name: 'euler',
  summary: 's ← s + dt F(s) until F vanishes; projected where states are confined to a box',
  source: 'the free phase of Scellier & Bengio 2017',
  options: {},
  create: () => steppedBy(euler),
});

export const rk4SolverEntry = entry({
  name: 'rk4',
  summary: 'the flow ds/dt = F(s) by the classical Runge-Kutta method, four evaluations a step',
  options: {},
  create: () => steppedBy(rk4),
});
