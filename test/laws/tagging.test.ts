/** Attentional tags against the gradients that they claim to be, by complex steps through formulas that share no code with them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Learner } from '../../src/agent/tagging.js';
import { create } from '../../src/entry.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { math } from '../../src/numerics/matrix.js';
import { randomStream } from '../../src/numerics/random.js';
import { agentOf } from '../../src/plan/parts.js';
import { registry } from '../../src/registry.js';
import { agentSchema } from '../../src/spec/agent.js';
import { augmentValues, type Step, type Values, workmateValues } from '../_support/agents.js';
import { root } from '../_support/cli.js';
import { distance } from '../_support/numbers.js';

interface Oracle {
  readonly network: { readonly inputs: number; readonly actions: number; readonly [unit: string]: number };
  readonly parameters: Record<string, number[][]>;
  readonly steps: readonly (Omit<Step, 'x'> & { readonly x: number[] | null })[];
}

/** An agent of the oracle's size and weights. */
function learnerOf(name: string, { network, parameters }: Oracle, rule: { beta: number; lambda: number }) {
  const { inputs, actions, offset, ...units } = network;
  const agent = agentOf(agentSchema.parse({ name, ...units, ...rule }));
  const sized = agent.of({ inputs, actions });
  const theta = Blocks.real(sized.tensors);
  for (const [tensor, block] of theta.entries()) block.data.set(parameters[tensor].flat());
  const fixed = sized.tensors.slice(0, sized.fixed).reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  const plastic = theta.data.subarray(fixed);
  const learner = new Learner(sized.bind(theta), plastic, sized.modules, agent.rule, randomStream(1, 'choices'));
  const weights = () => Object.fromEntries(sized.tensors.map(({ name: of }, k) => [of, theta.parts[0][k].toArray()]));
  return { learner, plastic, names: sized.tensors.slice(sized.fixed).map((tensor) => tensor.name), weights };
}

const H = 2 ** -300;

/** Σ_k κ^k ∂q(t−k)/∂θ at the last of these steps, of tensors in order. */
function discounted(
  values: Values,
  weights: Record<string, unknown>,
  names: readonly string[],
  steps: readonly Step[],
  kept: number,
) {
  return names.flatMap((name) =>
    (weights[name] as number[][]).flatMap((row, i) =>
      row.map((value, j) => {
        const moved = { ...(weights as Record<string, never[][]>) };
        moved[name] = (weights[name] as never[][]).map((line) => [...line]) as never[][];
        moved[name][i][j] = math.complex(value, H) as never;
        const q = values(moved as never, steps);
        return q.reduce<number>(
          (sum, one, k) => sum + kept ** (q.length - 1 - k) * ((math.im(one as never) as unknown as number) / H),
          0,
        );
      }),
    ),
  );
}

const agents: readonly [name: string, values: Values][] = [
  ['augment', augmentValues],
  ['workmate', workmateValues],
];

for (const [name, values] of agents) {
  const oracle = JSON.parse(readFileSync(join(root, `test/golden/agents/${name}.json`), 'utf8')) as Oracle;
  const end = oracle.steps.findIndex(({ x }) => x === null);
  const trial = oracle.steps.slice(0, end) as readonly Step[];
  const [GAMMA, LAMBDA] = [0.9, 0.8];
  const attend = (learner: Learner, steps: readonly Step[]) => {
    for (const { x, reward, action, gate } of steps) learner.see(Float64Array.from(x), reward, { action, gate });
  };

  test(`7a: ${name}: at rate 0 a tag is Σ (λγ)^k ∂q_a(t − k)/∂θ, memory included`, (t) => {
    const { learner, names, weights } = learnerOf(name, oracle, { beta: 0, lambda: LAMBDA });
    attend(learner, trial);
    const exact = discounted(values, weights(), names, trial, LAMBDA * GAMMA);
    t.true(distance(learner.tags, exact) <= 1e-14);
  });

  test(`7a: ${name}: in one step, W −= β ∂/∂W ½(r − q_a)²`, (t) => {
    const [beta, reward] = [0.15, 0.7];
    const { learner, plastic, names, weights } = learnerOf(name, oracle, { beta, lambda: 0 });
    const [before, from] = [plastic.slice(), weights()];
    attend(learner, trial.slice(0, 1));
    const delta = reward - learner.value;
    learner.end(reward);
    const exact = discounted(values, from, names, trial.slice(0, 1), 0).map((value) => beta * delta * value);
    t.true(
      distance(
        plastic.map((value, i) => value - before[i]),
        exact,
      ) <= 1e-13,
    );
    t.true(learner.tags.every((tag) => tag === 0));
  });

  test(`7b: ${name}: while it learns, tags are off the gradient at the last weights by O(β)`, (t) => {
    const points = [0.01, 0.02, 0.04, 0.08].map((beta) => {
      const { learner, names, weights } = learnerOf(name, oracle, { beta, lambda: LAMBDA });
      attend(learner, trial);
      return [beta, distance(learner.tags, discounted(values, weights(), names, trial, LAMBDA * GAMMA))] as const;
    });
    const slope = logLogSlope(points);
    t.true(Math.abs(slope - 1) < 0.15, `slope ${slope} of ${points.join(' | ')}`);
  });
}

for (const { name, options, examples = [{}] } of Object.values(registry.tasks)) {
  for (const example of examples) {
    test(`task ${name} ${JSON.stringify(example)}: whatever is done, a trial ends in time, and shows what it says`, (t) => {
      const task = create(registry.tasks, { name, ...parsed(options, example) });
      const [random, play] = [randomStream(1, 'test'), task.play()];
      const kinds = new Set<number>();
      for (let trial = 0; trial < 200; trial++) {
        const lesson = trial % task.lessons;
        play.begin(random, { lesson, trial });
        t.is(play.x.length, task.inputs);
        let step = 0;
        for (; !play.over; step++) play.act(Math.floor(random.uniform() * task.actions));
        t.true(step <= task.longest, `${step} steps`);
        kinds.add(play.kind);
      }
      t.is(kinds.size, Math.max(1, task.kinds.length));
    });
  }
}

function parsed(options: object, example: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([key, schema]) => [key, schema.parse((example as Record<string, unknown>)[key])]),
  );
}
