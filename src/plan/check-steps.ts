import type { Engine } from '../engine/engine.js';
import type { Issue } from '../errors.js';
import { registry } from '../registry.js';
import { dotted } from '../spec/issues.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { EngineSpec } from '../spec/schema.js';
import type { Path } from '../spec/source-document.js';
import { describeEngine, engineOf, protocolOf, solverOf } from './parts.js';
import { phaseTwo, stepsOnItsOwn } from './phase-two.js';

/** How many steps engines take, whose they are, and whether there are such steps. */
export function checkSteps(spec: PartialSpec, draft: Draft): Issue[] {
  const engines = (spec.engines ?? []).map((engine, i) => ({ spec: engine, engine: engineOf(engine), i }));
  return [
    ...engines.flatMap((item) => [
      ...checkLeast(item, spec, draft),
      ...checkPace(item, draft),
      ...checkTrajectory(item, spec, draft),
    ]),
    ...checkMixture(spec, draft),
    ...(spec.second ? engines.flatMap((item) => checkSettling(item, spec, draft)) : []),
    ...checkAlike(engines, spec, draft),
    ...checkRest(spec, draft),
    ...checkRamp(spec, draft),
  ];
}

interface Item {
  readonly spec: EngineSpec;
  readonly engine: Engine;
  readonly i: number;
}

function checkLeast({ spec: own, engine, i }: Item, { second }: PartialSpec, draft: Draft): Issue[] {
  const least = engine.leastSteps ?? 0;
  if (second === undefined || phaseTwo(own, { second }).steps >= least) return [];
  const path = own.steps === undefined ? ['second', 'steps'] : ['engines', i, 'steps'];
  return [
    {
      where: draft.locate(path),
      message: `${dotted(path, draft.data)} must be at least ${least} for engine '${own.id}' (${describeEngine(own)}), got ${phaseTwo(own, { second }).steps}`,
    },
  ];
}

/** An engine whose steps are not those of `second.integrator` has no use for one of its own. */
function checkPace({ spec: own, engine, i }: Item, draft: Draft): Issue[] {
  if (engine.pace === undefined) return [];
  const { taken, step } = paces[engine.pace];
  const said: [key: string, given: boolean][] = [
    ['integrator', own.integrator !== undefined && (engine.pace === 'phase-one' || own.integrator.name !== 'euler')],
    ['step', own.step !== undefined && !step(own.step)],
  ];
  return said
    .filter(([, given]) => given)
    .map(([key]) => ({
      where: draft.locate(['engines', i, key]),
      message: `engine '${own.id}' (${describeEngine(own)}) ${taken}: it has no ${key} of its own`,
      hint: 'leave it out',
    }));
}

const paces: Readonly<Record<NonNullable<Engine['pace']>, { taken: string; step(given: number): boolean }>> = {
  euler: { taken: "takes Euler's steps", step: () => true },
  unit: { taken: 'takes steps of size 1', step: (given) => given === 1 },
  'phase-one': { taken: 'goes back through the steps of phase one', step: () => false },
};

function checkTrajectory({ spec: own, engine, i }: Item, { free, second }: PartialSpec, draft: Draft): Issue[] {
  if (engine.pace !== 'phase-one' || free === undefined) return [];
  const { integrator } = solverOf(free.solver);
  const steps = second === undefined ? 0 : phaseTwo(own, { second }).steps;
  if (integrator && free.ramp !== undefined && steps > free.rest_steps) {
    return [
      {
        where: draft.locate(['free', 'ramp']),
        message: `free.ramp: engine '${own.id}' (${describeEngine(own)}) goes back through ${steps} steps of phase one, and not all of them are at the whole input`,
        hint: `set free.rest_steps to ${steps}`,
      },
    ];
  }
  if (integrator) return [];
  return [
    {
      where: draft.locate(['engines', i]),
      message: `engine '${own.id}' (${describeEngine(own)}) goes back through the steps of phase one, and free.solver: ${free.solver.name} takes no equal steps in time`,
      hint: 'use free.solver: euler or rk4',
    },
  ];
}

/** Phase two goes in steps, or by a solver. */
function checkMixture({ second, engines = [] }: PartialSpec, draft: Draft): Issue[] {
  const parts = [{ at: ['second'] as Path, said: second }, ...engines.map((said, i) => ({ at: ['engines', i], said }))];
  return parts.flatMap(({ at, said }): Issue[] => {
    if (said === undefined) return [];
    const own = at.length > 1 ? (engineOptionsOf(said as EngineSpec) as readonly string[]) : [];
    const wrong = (said.solver ? STEPPING : SETTLING).filter((key) => said[key] !== undefined && !own.includes(key));
    return wrong.map((key) => ({
      where: draft.locate([...at, key]),
      message: `${dotted([...at, key], draft.data)} ${said.solver ? 'and solver exclude each other' : 'is of a solver, and none is named beside it'}`,
      hint: 'leave it out',
    }));
  });
}

const STEPPING = ['integrator', 'steps'] as const;
const SETTLING = ['tolerance', 'max_steps', 'at_rest', 'start_at'] as const;

/** Whether an engine whose phase two goes by a solver can go by that one. */
function checkSettling({ spec: own, engine, i }: Item, { protocol, second }: PartialSpec, draft: Draft): Issue[] {
  const path: Path = own.solver ? ['engines', i, 'solver'] : ['second', 'solver'];
  const named = own.solver ?? second!.solver;
  if (named === undefined || (own.solver === undefined && stepsOnItsOwn(own))) return [];
  const who = `engine '${own.id}' (${describeEngine(own)})`;
  const issue = (why: string, hint: string): Issue[] => [
    { where: draft.locate(path), message: `${dotted(path, draft.data)}: ${who} ${why}`, hint },
  ];
  if (engine.settle === undefined) {
    if (own.solver === undefined && !engine.hasProcess) return [];
    return issue(
      'is what it does step by step: no solver takes it to its end',
      'give it steps of its own, or another nudging or method',
    );
  }
  if (protocol && protocolOf(protocol).compares === 'processes') {
    return issue(`has no process then, which protocol ${protocol.name} compares`, 'use integrator and steps');
  }
  const { asks } = solverOf(named);
  if (asks === undefined || engine.settle.offers.includes(asks)) return [];
  return issue(`does not look for a state of the network alone, which ${named.name} asks for`, 'use anderson or euler');
}

/** Step by step, engines are compared as long as all of them go on. */
function checkAlike(engines: readonly Item[], { protocol, second }: PartialSpec, draft: Draft): Issue[] {
  if (protocol === undefined || second === undefined || protocolOf(protocol).compares !== 'processes') return [];
  return engines.flatMap(({ spec: own, i }): Issue[] => {
    if (own.steps === undefined || second.solver || own.steps === second.steps) return [];
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

/** An input that is turned up leads from 0 to where it leads. */
function checkRamp({ free, protocol }: PartialSpec, draft: Draft): Issue[] {
  if (free?.ramp === undefined || protocol === undefined || !protocolOf(protocol).keepsStates) return [];
  return [
    {
      where: draft.locate(['free', 'ramp']),
      message:
        'free.ramp starts at 0 every time, and protocol.persistent where phase one ended: they exclude each other',
      hint: 'leave one of them out',
    },
  ];
}

/** Options of its family and member. */
function engineOptionsOf(spec: EngineSpec): string[] {
  const { key, options, members } = registry.engines[spec.name];
  const member = key === undefined ? Object.values(members)[0] : members[spec[key] as string];
  return Object.keys({ ...options, ...member.options });
}
