import * as z from 'zod';
import { entry } from '../entry.js';
import type { Random } from '../numerics/random.js';
import { drawn, type Occasion, type Play, type Task } from './task.js';

const steps = (count: number, what: string) => z.int().nonnegative().max(1000).default(count).describe(what);
const reward = (value: number, what: string) => z.number().default(value).describe(what);

const options = {
  blank: steps(1, 'steps of an empty screen at the start'),
  fixation: z.int().positive().max(1000).default(8).describe('steps of the mark until it must be fixated, at most'),
  hold: steps(1, 'further steps that it must be fixated'),
  delay: z
    .union([z.int().nonnegative().max(1000), z.tuple([z.int().nonnegative(), z.int().max(1000)])])
    .default(2)
    .describe('steps between the cue and the go; [least, most]: drawn for each trial'),
  go: z.int().positive().max(1000).default(10).describe('steps to answer in, at most'),
  cue_alone: z.boolean().default(false).describe('the mark is off while the cue is on'),
  shaping: reward(0.2, 'reward of having fixated, with the cue; 0: no shaping'),
  reward: reward(1.5, 'reward of the right eye movement'),
};

type Options = z.output<z.ZodObject<typeof options>>;

const [LEFT, FIXATE, RIGHT] = [0, 1, 2];
/** Lines of the observation: the mark of either kind of trial, then the cue on either side. */
const [PRO, CUE] = [0, 2];

type Phase = 'blank' | 'fixation' | 'hold' | 'cue' | 'delay' | 'go';
const PHASES: readonly Phase[] = ['blank', 'fixation', 'hold', 'cue', 'delay', 'go'];

/**
 * Pro- and antisaccades: look at the mark, remember where the cue was, and look there, or (antisaccade) to the other side, when
 * the mark goes out. Looking away before ends the trial.
 */
function saccade(options: Options): Task {
  const [, most] = range(options.delay);
  return {
    name: 'saccade',
    inputs: 4,
    actions: 3,
    names: ['left', 'fixate', 'right'],
    kinds: ['pro left', 'pro right', 'anti left', 'anti right'],
    longest: options.blank + options.fixation + options.hold + 1 + most + options.go,
    lessons: 1,
    play: () => new Saccade(options),
  };
}

const range = (delay: Options['delay']): readonly [number, number] =>
  typeof delay === 'number' ? [delay, delay] : delay;

class Saccade implements Play {
  readonly x = new Float64Array(4);
  reward = 0;
  over = false;
  success = false;
  kind = 0;
  private phase = 0;
  /** Steps of the phase that have been seen. */
  private seen = 0;
  private delay = 0;

  constructor(private readonly options: Options) {}

  begin(random: Random, _at: Occasion, kind = drawn(random, 4)): void {
    const [least, most] = range(this.options.delay);
    [this.kind, this.delay] = [kind, least === most ? least : least + drawn(random, most - least + 1)];
    [this.phase, this.seen, this.reward] = [0, 0, 0];
    [this.over, this.success] = [false, false];
    this.settle();
  }

  act(action: number): void {
    this.reward = 0;
    this.seen++;
    const phase = PHASES[this.phase];
    if (phase === 'go' && action !== FIXATE) this.answer(action);
    else if (phase === 'fixation' && action === FIXATE) this.next();
    else if (action !== FIXATE && (phase === 'hold' || phase === 'cue' || phase === 'delay')) this.over = true;
    else if (this.seen < this.lasts()) return;
    else if (phase === 'fixation' || phase === 'go') this.over = true;
    else this.next();
  }

  private answer(action: number): void {
    const cue = this.kind % 2 === 0 ? LEFT : RIGHT;
    const target = this.kind < 2 ? cue : RIGHT - cue;
    this.over = true;
    this.success = action === target;
    if (this.success) this.reward = this.options.reward;
  }

  private next(): void {
    this.phase++;
    this.seen = 0;
    this.settle();
  }

  /** Skips phases of no length, and shows the one that it comes to. */
  private settle(): void {
    while (this.lasts() === 0) this.phase++;
    if (PHASES[this.phase] === 'cue') this.reward = this.options.shaping;
    this.show();
  }

  private lasts(): number {
    const { blank, fixation, hold, go } = this.options;
    return { blank, fixation, hold, cue: 1, delay: this.delay, go }[PHASES[this.phase]];
  }

  private show(): void {
    const phase = PHASES[this.phase];
    const cue = phase === 'cue';
    const mark = phase !== 'blank' && phase !== 'go' && !(cue && this.options.cue_alone);
    this.x.fill(0);
    if (mark) this.x[PRO + (this.kind >> 1)] = 1;
    if (cue) this.x[CUE + (this.kind & 1)] = 1;
  }
}

export const saccadeEntry = entry({
  name: 'saccade',
  summary: 'pro- and antisaccades to a remembered place: 4 inputs, actions left, fixate, right',
  source: 'Rombouts, Bohte & Roelfsema 2015',
  options,
  examples: [{}, { delay: [1, 3], blank: 0 }],
  problems({ delay }) {
    const [least, most] = range(delay);
    return least > most ? [['delay', `must be [least, most], got [${least}, ${most}]`]] : [];
  },
  create: saccade,
});
