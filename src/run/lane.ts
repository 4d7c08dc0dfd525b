/** Somewhere a run can be carried out, one at a time: this process, or a worker of its own. */
import { bugReport, faultOf, formatIssue, sentenceOf } from '../errors.js';
import type { Plan, RunPlan } from '../plan/run-plan.js';
import { type ExecuteOptions, execute, type Work } from './execute.js';
import { TakenOver } from './hold.js';
import type { Finished } from './recall.js';

export interface Task {
  readonly plan: Plan;
  readonly run: RunPlan;
  /** Its place among the runs of its plan. */
  readonly index: number;
}

/** How an attempt at a run ended. */
export type Ending =
  | { readonly kind: 'finished'; readonly finished: Finished }
  /** Another process is at it. */
  | { readonly kind: 'busy'; readonly holder: string }
  /** `mistaken`: a plugin of the user's is at fault. */
  | { readonly kind: 'failed'; readonly message: string; readonly mistaken?: true }
  /** By the signal, before it was done. */
  | { readonly kind: 'stopped' };

export interface Lane {
  attempt(task: Task, onWork: (work: Work) => void): Promise<Ending>;
  close(): void;
}

export type LaneOptions = Omit<ExecuteOptions, 'onWork' | 'signal'> & { readonly signal: AbortSignal };

/** The lane of this process. */
export function inProcess(options: LaneOptions): Lane {
  return { attempt: ({ plan, run }, onWork) => attempt(plan, run, { ...options, onWork }), close() {} };
}

/** Carries out a run; whatever goes wrong costs that run only. */
export async function attempt(plan: Plan, run: RunPlan, options: ExecuteOptions): Promise<Ending> {
  try {
    const end = await execute(plan, run, options);
    return 'holder' in end ? { kind: 'busy', ...end } : { kind: 'finished', finished: end };
  } catch (error) {
    if (options.signal?.aborted && error === options.signal.reason) return { kind: 'stopped' };
    // it is done there: whoever waits for it looks again
    if (error instanceof TakenOver) return { kind: 'busy', holder: 'another process, which has taken it over' };
    return failureOf(error);
  }
}

export function failureOf(error: unknown): Ending {
  const fault = faultOf(error);
  if (fault)
    return {
      kind: 'failed',
      message: `a plugin is at fault: ${sentenceOf(error) ?? formatIssue(fault)}`,
      mistaken: true,
    };
  const trace = () => (error instanceof Error ? error.stack : String(error));
  return { kind: 'failed', message: sentenceOf(error) ?? `${bugReport()}: ${trace()}` };
}
