import * as z from 'zod';
import { entry } from '../entry.js';
import type { Random } from '../numerics/random.js';
import { drawn, type Occasion, type Play, type Task } from './task.js';

const options = {
  stimuli: z.int().min(2).max(1000).default(3).describe('how many there are'),
  delay: z.int().positive().max(1000).default(1).describe('steps of the mark between sample and probe'),
  shaping: z.number().default(0.2).describe('reward of every step on which it waits as it should; 0: no shaping'),
  reward: z.number().default(1.5).describe('reward of the right answer'),
};

type Options = z.output<z.ZodObject<typeof options>>;

const [SAME, WAIT, OTHER] = [0, 1, 2];

/** Delayed match to sample: a mark, a sample, the mark, a probe; is the probe the sample? Answering before ends the trial. */
function delayedMatch(options: Options): Task {
  return {
    name: 'delayed-match',
    inputs: 1 + options.stimuli,
    actions: 3,
    names: ['same', 'wait', 'other'],
    kinds: ['match', 'no match'],
    longest: 3 + options.delay,
    lessons: 1,
    play: () => new DelayedMatch(options),
  };
}

class DelayedMatch implements Play {
  readonly x: Float64Array;
  reward = 0;
  over = false;
  success = false;
  kind = 0;
  private step = 0;
  private sample = 0;
  private probe = 0;

  constructor(private readonly options: Options) {
    this.x = new Float64Array(1 + options.stimuli);
  }

  begin(random: Random, _at: Occasion, kind = drawn(random, 2)): void {
    const { stimuli } = this.options;
    this.kind = kind;
    this.sample = drawn(random, stimuli);
    this.probe = kind === 0 ? this.sample : (this.sample + 1 + drawn(random, stimuli - 1)) % stimuli;
    [this.step, this.reward, this.over, this.success] = [0, 0, false, false];
    this.show();
  }

  act(action: number): void {
    const { shaping, reward, delay } = this.options;
    this.reward = 0;
    if (this.step < 2 + delay) {
      this.over = action !== WAIT;
      if (this.over) return;
      this.reward = shaping;
      this.step++;
      this.show();
      return;
    }
    this.over = true;
    this.success = action === (this.kind === 0 ? SAME : OTHER);
    if (this.success) this.reward = reward;
  }

  private show(): void {
    const { step, x } = this;
    x.fill(0);
    if (step === 1) x[1 + this.sample] = 1;
    else if (step === 2 + this.options.delay) x[1 + this.probe] = 1;
    else x[0] = 1;
  }
}

export const delayedMatchEntry = entry({
  name: 'delayed-match',
  summary: 'delayed match to sample: a mark and so many stimuli, actions same, wait, other',
  source: 'Kruijne, Bohte, Roelfsema & Olivers 2021',
  options,
  examples: [{ stimuli: 3 }],
  create: delayedMatch,
});
