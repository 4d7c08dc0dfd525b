import type { Issue } from '../errors.js';
import { dotted } from '../spec/issues.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { Path } from '../spec/source-document.js';
import { describeEngine, engineOf, solverOf } from './parts.js';
import { phaseTwo } from './phase-two.js';

/** Whether examples can leave when they are at rest, and whether there are copies that start at another's mirror image. */
export function checkRest(spec: PartialSpec, draft: Draft): Issue[] {
  return [...checkLeaving(spec, draft), ...checkBackwards(spec, draft), ...checkMirrored(spec, draft)];
}

type Says = (at: Path, why: string, hint: string) => Issue;

const saying =
  (draft: Draft): Says =>
  (at, why, hint) => ({ where: draft.locate(at), message: `${dotted(at, draft.data)}: ${why}`, hint });

/** Only solvers that treat examples one by one can do without some of them. */
function checkLeaving({ free, second, engines = [] }: PartialSpec, draft: Draft): Issue[] {
  const parts = [
    { at: ['free'] as Path, said: free },
    { at: ['second'], said: second },
    ...engines.map((said, i) => ({ at: ['engines', i], said })),
  ];
  return parts.flatMap(({ at, said }) => {
    if (said?.at_rest !== 'leave' || said.solver === undefined || solverOf(said.solver).leaves) return [];
    const why = `${said.solver.name} moves all examples of a batch together: none can leave it`;
    return [saying(draft)([...at, 'at_rest'], why, 'use anderson, even-odd or euler, or leave it out')];
  });
}

/** What goes back through the steps of phase one goes back with all examples. */
function checkBackwards({ free, engines = [] }: PartialSpec, draft: Draft): Issue[] {
  if (free?.at_rest !== 'leave') return [];
  return engines
    .filter((engine) => engineOf(engine).pace === 'phase-one')
    .map((engine) => {
      const why = `engine '${engine.id}' (${describeEngine(engine)}) goes back through the steps of phase one, which all examples must take`;
      return saying(draft)(['free', 'at_rest'], why, 'leave it out');
    });
}

function checkMirrored({ second, engines = [] }: PartialSpec, draft: Draft): Issue[] {
  if (second === undefined) return [];
  const mirrors = engines.map((engine) => {
    const { solver } = phaseTwo(engine, { second });
    return {
      engine,
      startAt: solver?.startAt,
      able: solver !== undefined && engineOf(engine).settle?.mirrors === true,
    };
  });
  const hint = 'leave it out, or use nudging: centered';
  const own = mirrors.flatMap(({ engine, able }, i) => {
    if (engine.start_at !== 'mirrored' || able) return [];
    const why = `engine '${engine.id}' (${describeEngine(engine)}) has no copies nudged by β and by −β`;
    return [saying(draft)(['engines', i, 'start_at'], why, hint)];
  });
  const anyone = mirrors.length === 0 || mirrors.some(({ engine, able }) => able && engine.solver === undefined);
  if (second.start_at !== 'mirrored' || anyone) return own;
  return [...own, saying(draft)(['second', 'start_at'], 'no engine has copies nudged by β and by −β', hint)];
}
