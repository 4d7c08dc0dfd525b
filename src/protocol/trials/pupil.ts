import type { SizedAgent } from '../../agent/agent.js';
import { Learner } from '../../agent/tagging.js';
import type { Params } from '../../model/types.js';
import { Blocks } from '../../numerics/blocks.js';
import type { Numbers } from '../../numerics/numbers.js';
import { type Random, type RandomState, resumedStream } from '../../numerics/random.js';
import type { Play } from '../../task/task.js';
import type { AgentBench } from '../protocol.js';
import { type Criterion, Standing } from './criterion.js';

/** Is told of every step: what came of it is in the learner and the play. */
export type Witness = (step: number, learner: Learner, play: Play) => void;

/** What of a network's life is no array, between two trials. */
export interface Course {
  readonly trials: number;
  /** Trials of each lesson that is learned. */
  readonly lessons: readonly number[];
  readonly choices: RandomState;
  readonly task: RandomState;
}

/** One network that learns a task, with streams of its own: nothing of it depends on the others. */
export class Pupil {
  readonly theta: Params;
  readonly standing: Standing;
  /** That it has had. */
  trials = 0;
  /** Trials of each lesson that is learned. */
  lessons: number[] = [];
  private choices: Random;
  private draws: Random;
  private learner: Learner;
  private readonly play: Play;
  private readonly sized: SizedAgent;

  /** @param number of the network, from 1. */
  constructor(
    private readonly bench: AgentBench,
    readonly number: number,
    criterion: Criterion,
  ) {
    const { agent, task, start } = bench;
    this.sized = agent.of(task);
    this.theta = start ? start.clone() : this.drawn();
    this.choices = this.stream('choices');
    this.draws = this.stream('task');
    this.learner = this.bound();
    this.play = task.play();
    this.standing = new Standing(criterion, task.kinds.length);
  }

  get hasLearned(): boolean {
    return this.lessons.length === this.bench.task.lessons;
  }

  /** Whether its weights are numbers still. */
  get isSound(): boolean {
    return this.theta.data.every(Number.isFinite);
  }

  /** One trial, from its beginning to its end. */
  attend(witness?: Witness): void {
    const { learner, play, lessons } = this;
    play.begin(this.draws, { lesson: lessons.length, trial: this.trials });
    run(learner, play, witness);
    this.trials++;
    if (!this.standing.take(play.kind, play.success)) return;
    lessons.push(this.trials - lessons.reduce((sum, trials) => sum + trials, 0));
    this.standing.clear();
  }

  /** A trial of a kind without learning and exploration, after which all is as before; whether it ended as it should. */
  show(kind: number, witness: (step: number, q: Float64Array, action: number) => void): boolean {
    const { bench, sized } = this;
    const network = sized.bind(this.theta);
    const still = { ...bench.agent.rule, beta: 0, epsilon: 0 };
    const learner = new Learner(network, this.plastic(), sized.modules, still, this.stream(`show/choices/${kind}`));
    const play = bench.task.play();
    play.begin(this.stream(`show/task/${kind}`), { lesson: bench.task.lessons - 1, trial: 0 }, kind);
    run(learner, play, (step) => {
      if (!play.over) witness(step, network.q, learner.action);
    });
    return play.success;
  }

  course(): Course {
    const { trials, lessons, choices, draws } = this;
    return { trials, lessons, choices: choices.state(), task: draws.state() };
  }

  /** Goes on from where a network of this number was between two trials, but for its arrays. */
  resume({ trials, lessons, choices, task }: Course): void {
    this.trials = trials;
    this.lessons = [...lessons];
    this.choices = resumedStream(choices);
    this.draws = resumedStream(task);
    this.learner = this.bound();
  }

  private stream(purpose: string): Random {
    return this.bench.stream(`network/${this.number}/${purpose}`);
  }

  private drawn(): Params {
    const { tensors } = this.sized;
    const theta = Blocks.real(tensors);
    tensors.forEach((tensor, k) => {
      const [random, range] = [this.stream(`init/${tensor.name}`), this.sized.range(tensor)];
      const { data } = theta.parts[0][k];
      for (let i = 0; i < data.length; i++) data[i] = range * (2 * random.uniform() - 1);
    });
    return theta;
  }

  private bound(): Learner {
    const { sized, theta, bench } = this;
    return new Learner(sized.bind(theta), this.plastic(), sized.modules, bench.agent.rule, this.choices);
  }

  /** What learns of θ. */
  private plastic(): Numbers {
    const still = this.sized.tensors.slice(0, this.sized.fixed).reduce((sum, { rows, cols }) => sum + rows * cols, 0);
    return this.theta.data.subarray(still);
  }
}

function run(learner: Learner, play: Play, witness?: Witness): void {
  let step = 0;
  for (; !play.over; step++) {
    learner.see(play.x, play.reward, play.prescribed);
    witness?.(step, learner, play);
    play.act(learner.action);
  }
  learner.end(play.reward);
  witness?.(step, learner, play);
}
