import type { Engine } from '../engine/engine.js';
import type { Issue } from '../errors.js';
import { dotted } from '../spec/issues.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { EngineSpec } from '../spec/schema.js';
import { describeEngine, engineOf, protocolOf, solverOf, stepsOf } from './parts.js';

/** How many steps engines take, whose they are, and whether there are such steps. */
export function checkSteps(spec: PartialSpec, draft: Draft): Issue[] {
  const engines = (spec.engines ?? []).map((engine, i) => ({ spec: engine, engine: engineOf(engine), i }));
  return [
    ...engines.flatMap((item) => [
      ...checkLeast(item, spec, draft),
      ...checkPace(item, draft),
      ...checkTrajectory(item, spec, draft),
    ]),
    ...checkAlike(engines, spec, draft),
    ...checkRest(spec, draft),
  ];
}

interface Item {
  readonly spec: EngineSpec;
  readonly engine: Engine;
  readonly i: number;
}

function checkLeast({ spec: own, engine, i }: Item, { second }: PartialSpec, draft: Draft): Issue[] {
  const least = engine.leastSteps ?? 0;
  if (second === undefined || stepsOf(own, { second }) >= least) return [];
  const path = own.steps === undefined ? ['second', 'steps'] : ['engines', i, 'steps'];
  return [
    {
      where: draft.locate(path),
      message: `${dotted(path, draft.data)} must be at least ${least} for engine '${own.id}' (${describeEngine(own)}), got ${stepsOf(own, { second })}`,
    },
  ];
}

/** An engine whose steps are not those of `second.integrator` has no use for one of its own. */
function checkPace({ spec: own, engine, i }: Item, draft: Draft): Issue[] {
  if (engine.pace === undefined) return [];
  const taken = engine.pace === 'euler' ? "takes Euler's steps" : 'goes back through the steps of phase one';
  const said: [key: string, given: boolean][] = [
    ['integrator', own.integrator !== undefined && own.integrator.name !== engine.pace],
    ['step', own.step !== undefined && engine.pace === 'phase-one'],
  ];
  return said
    .filter(([, given]) => given)
    .map(([key]) => ({
      where: draft.locate(['engines', i, key]),
      message: `engine '${own.id}' (${describeEngine(own)}) ${taken}: it has no ${key} of its own`,
      hint: 'leave it out',
    }));
}

function checkTrajectory({ spec: own, engine, i }: Item, { free }: PartialSpec, draft: Draft): Issue[] {
  if (engine.pace !== 'phase-one' || free === undefined || solverOf(free.solver).integrator) return [];
  return [
    {
      where: draft.locate(['engines', i]),
      message: `engine '${own.id}' (${describeEngine(own)}) goes back through the steps of phase one, and free.solver: ${free.solver.name} takes no equal steps in time`,
      hint: 'use free.solver: euler or rk4',
    },
  ];
}

/** Step by step, engines are compared as long as all of them go on. */
function checkAlike(engines: readonly Item[], { protocol, second }: PartialSpec, draft: Draft): Issue[] {
  if (protocol === undefined || second === undefined || !protocolOf(protocol).needsProcess) return [];
  return engines.flatMap(({ spec: own, i }): Issue[] => {
    if (own.steps === undefined || own.steps === second.steps) return [];
    const path = ['engines', i, 'steps'];
    return [
      {
        where: draft.locate(path),
        message: `${dotted(path, draft.data)} must be second.steps (${second.steps}): protocol ${protocol.name} compares step by step, got ${own.steps}`,
        hint: 'leave it out, or use protocol: gradient',
      },
    ];
  });
}

function checkRest({ free }: PartialSpec, draft: Draft): Issue[] {
  if (free === undefined || free.rest_steps === 0 || solverOf(free.solver).integrator) return [];
  return [
    {
      where: draft.locate(['free', 'rest_steps']),
      message: `free.rest_steps: free.solver: ${free.solver.name} takes no equal steps in time`,
      hint: 'use free.solver: euler or rk4',
    },
  ];
}
