/** What the free phase costs, solver by solver. */
import { create } from '../entry.js';
import { hopfield } from '../model/hopfield.js';
import { glorotUniform, initialise } from '../model/initialise.js';
import { layered } from '../model/layered.js';
import { activations } from '../numerics/activation.js';
import { within } from '../numerics/arena.js';
import { Blocks } from '../numerics/blocks.js';
import { randomStream } from '../numerics/random.js';
import { registry } from '../registry.js';
import { boundsOf, freeField } from '../solver/field.js';
import { type Relaxation, type RelaxRule, settle } from '../solver/relax.js';
import { freeSchema } from '../spec/schema.js';
import { type Benchmark, lower, type Result } from './benchmark.js';
import { medianMs } from './measure.js';
import { uniformBlock } from './products.js';

const NAME = 'hopfield-relax-784-500-500-10';
const LAYERS = [784, 500, 500, 10];
const BATCH = 20;
/** About the largest that Euler bears here. */
const STEP = 0.9;
const SOLVERS = ['euler', 'even-odd', 'anderson', 'newton-krylov'];

/** A solver with the defaults that a spec would give it. */
function ruleOf(name: string): RelaxRule {
  const { solver } = freeSchema.parse({ solver: name });
  return { solver: create(registry.solvers, solver), step: STEP, tolerance: 1e-6, maxSteps: 100_000 };
}

/** A network of its own at rest again and again, from s = 0. */
function relaxer(): (rule: RelaxRule) => Relaxation {
  const dynamics = hopfield(layered(LAYERS), activations['hard-sigmoid']);
  const theta = initialise(dynamics.parameters, glorotUniform(1), (name) => randomStream(1, `bench/${name}`));
  const system = dynamics.bind(theta, uniformBlock(BATCH, LAYERS[0], 'x'));
  return (rule) =>
    within((arena) => settle(freeField(system), Blocks.real(system.shapes, arena), rule, boundsOf(system)));
}

const hopfieldRelax: Benchmark = {
  name: NAME,
  summary: `hard-sigmoid, batch ${BATCH}, to a residual of 1e-6: time and field evaluations of every solver`,
  run(seconds) {
    const relax = relaxer();
    return SOLVERS.flatMap((name): Result[] => {
      const rule = ruleOf(name);
      const { status, fieldEvaluations } = relax(rule);
      const ms = medianMs((repetitions) => {
        for (let i = 0; i < repetitions; i++) relax(rule);
      }, seconds / SOLVERS.length);
      return [
        lower(`${NAME}-${name}`, ms, status === 'converged' ? 'ms' : `ms (${status})`),
        lower(`${NAME}-${name}-evaluations`, fieldEvaluations, 'evaluations'),
      ];
    });
  },
};

export const relaxations: readonly Benchmark[] = [hopfieldRelax];
