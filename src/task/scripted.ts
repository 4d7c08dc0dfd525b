import * as z from 'zod';
import { entry, MOST } from '../entry.js';
import type { Random } from '../numerics/random.js';
import type { Occasion, Play, Prescribed, Task } from './task.js';

const place = () => z.int().nonnegative().max(MOST.units);

const step = z.strictObject({
  x: z.array(z.number()).min(1).nullable().describe('what there is to see; null ends the trial'),
  reward: z.number().default(0).describe('for the action before'),
  action: place().nullish().describe('the action that is taken, from 0; default the choice of the agent'),
  gate: place().nullish().describe('the gate that is taken, from 0, where the agent has gates; default its choice'),
});

const options = {
  steps: z.array(step).min(2).max(MOST.examples).describe('of all trials, one after another'),
  actions: z
    .int()
    .positive()
    .max(MOST.units)
    .optional()
    .describe('how many there are; default as many as the steps name, and two at least'),
};

type Step = z.output<typeof step>;
type Options = z.output<z.ZodObject<typeof options>>;

/** Trials that are written down: what is seen, what is paid, and (where it says so) what is done. */
function scripted({ steps, actions }: Options): Task {
  const trials = trialsOf(steps);
  const largest = (key: 'action' | 'gate') => steps.reduce((most, one) => Math.max(most, one[key] ?? -1), -1);
  return {
    name: 'scripted',
    inputs: steps[0].x?.length ?? 0,
    actions: actions ?? Math.max(2, largest('action') + 1),
    kinds: [],
    longest: Math.max(...trials.map(({ length }) => length - 1)),
    lessons: 1,
    script: { trials: trials.length, gates: largest('gate') + 1 },
    play: () => new Scripted(trials, steps[0].x!.length),
  };
}

/** Each with the step that ends it. */
function trialsOf(steps: readonly Step[]): Step[][] {
  const trials: Step[][] = [[]];
  for (const one of steps) {
    trials.at(-1)!.push(one);
    if (one.x === null) trials.push([]);
  }
  return trials.filter(({ length }) => length > 0);
}

class Scripted implements Play {
  readonly x: Float64Array;
  readonly success = false;
  readonly kind = 0;
  private trial = 0;
  private at = 0;

  constructor(
    private readonly trials: readonly Step[][],
    inputs: number,
  ) {
    this.x = new Float64Array(inputs);
  }

  get reward(): number {
    return this.step.reward;
  }

  get over(): boolean {
    return this.step.x === null;
  }

  get prescribed(): Prescribed {
    const { action, gate } = this.step;
    return { action: action ?? undefined, gate: gate ?? undefined };
  }

  begin(_random: Random, { trial }: Occasion): void {
    this.trial = trial % this.trials.length;
    this.at = 0;
    this.show();
  }

  act(): void {
    this.at++;
    this.show();
  }

  private get step(): Step {
    return this.trials[this.trial][this.at];
  }

  private show(): void {
    if (this.step.x) this.x.set(this.step.x);
  }
}

function problems({ steps, actions }: Options): [string, string][] {
  const width = steps[0].x?.length;
  const short = steps.findIndex(({ x }, i) => x === null && (i === 0 || steps[i - 1].x === null));
  const uneven = steps.findIndex(({ x }) => x !== null && x.length !== width);
  const beyond = actions === undefined ? -1 : steps.findIndex(({ action }) => (action ?? 0) >= actions);
  return [
    ...(short >= 0 ? [`step ${short} ends a trial that has no step`] : []),
    ...(width !== undefined && uneven >= 0
      ? [`x of step ${uneven} has ${steps[uneven].x!.length} numbers, that of step 0 has ${width}`]
      : []),
    ...(beyond >= 0 ? [`step ${beyond} takes action ${steps[beyond].action}, and there are ${actions} (from 0)`] : []),
    ...(steps.at(-1)!.x === null ? [] : ['the last step must end a trial: {x: null, reward: …}']),
  ].map((message) => ['steps', message]);
}

export const scriptedEntry = entry({
  name: 'scripted',
  summary: 'trials as they are written down, once: what is seen, paid, and (where it says so) done',
  options,
  examples: [
    {
      steps: [
        { x: [0, 1], action: 1 },
        { x: null, reward: 1 },
      ],
    },
  ],
  problems,
  create: scripted,
});
