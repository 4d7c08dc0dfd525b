import { runInNewContext } from 'node:vm';
import { type Issue, UserError } from '../errors.js';
import { plan } from '../plan/plan.js';
import type { Plan } from '../plan/run-plan.js';
import { parseOverride } from '../spec/overrides.js';
import { STDIN } from '../spec/stdin.js';
import { importedFor, type PluginArguments } from './plugins.js';
import { specFiles } from './spec-files.js';

export interface SpecArguments extends PluginArguments {
  readonly spec: readonly string[];
  readonly set: readonly string[];
  readonly seed?: string | undefined;
  readonly out: string;
  readonly backend: string;
}

/**
 * Plans every spec that the command line names (a folder stands for the specs in it).
 * @param timeout seconds that each may take
 * @throws UserError with the problems of all of them.
 */
export function planAll({ spec, set, seed, backend, ...others }: SpecArguments, timeout?: number): Plan[] {
  const issues: Issue[] = [];
  const plans: Plan[] = [];
  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      issues.push(...error.issues);
      return undefined;
    }
  };
  if (spec.every((path) => path === ''))
    issues.push({ message: 'no spec file given', hint: 'give a file or a folder' });
  const isTwice = spec.filter((path) => path === STDIN).length > 1;
  if (isTwice) issues.push({ message: '- (a spec on stdin) is given twice' });
  const imported = importedFor(others);
  const texts = seed === undefined ? set : [...set, `seed=${seed}`];
  const overrides = texts.flatMap((text) => attempt(() => parseOverride(text)) ?? []);
  const given = spec.filter((path) => !(isTwice && path === STDIN));
  for (const file of given.flatMap((path) => attempt(() => specFiles(path)) ?? [])) {
    const planned = attempt(() => inTime(file, timeout, () => plan(file, overrides, backend, imported)));
    if (planned) plans.push(planned);
  }
  issues.push(...sharedNames(plans));
  if (issues.length > 0) throw new UserError(issues);
  return plans;
}

/** @throws UserError where planning is not done in time: whatever it is at, it ends there. */
function inTime<T>(file: string, timeout: number | undefined, action: () => T): T {
  if (timeout === undefined) return action();
  try {
    return within(Math.ceil(timeout * 1000), action);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new UserError({ where: { file }, message: `planning took longer than ${timeout} s (--timeout)` });
  }
}

/** The engine's own watch over scripts, a thread, counts what a script calls as well. */
function within<T>(ms: number, action: () => T): T {
  return runInNewContext('action()', { action }, { timeout: ms }) as T;
}

/** Two specs of one name would share a folder of results. */
function sharedNames(plans: readonly Plan[]): Issue[] {
  return plans.flatMap(({ name, file }, i): Issue[] => {
    const first = plans.findIndex((other) => other.name === name);
    if (first === i) return [];
    return [
      {
        where: { file },
        message: `name '${name}' is that of ${plans[first].file} too: both would write to one folder`,
      },
    ];
  });
}
