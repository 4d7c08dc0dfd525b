import test from 'ava';
import { hopfield } from '../../src/model/hopfield.js';
import { layered } from '../../src/model/layered.js';
import { activations } from '../../src/numerics/activation.js';
import { checkSolver } from '../../src/plan/check-solver.js';
import { specOf } from '../_support/bench.js';

test('a solver that needs what the dynamics does not offer is refused, with what that is', (t) => {
  const network = { energy: 'hopfield', layers: [3, 4, 2], activation: 'tanh' };
  const spec = specOf({ network, free: { solver: 'newton-krylov' } });
  const where = { file: 'spec.yaml', line: 1, column: 1 };
  const draft = { file: 'spec.yaml', data: {}, locate: () => where, locateKey: () => where };
  const dynamics = hopfield(layered([3, 4, 2]), activations.tanh);
  t.deepEqual(checkSolver(spec, dynamics, draft), []);
  const [issue] = checkSolver(spec, { ...dynamics, offers: ['energy'] }, draft);
  t.is(
    issue.message,
    'free.solver: newton-krylov needs linearisation (the Jacobian of its field, transposed, as a product), which hopfield does not offer',
  );
  t.is(issue.where, where);
});
