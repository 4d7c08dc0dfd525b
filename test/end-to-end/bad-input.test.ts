/** Every mistake: a message with its place, what was got and expected; exit 2; no stack trace; nothing written. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { formatIssue, UserError } from '../../src/errors.js';
import { plan } from '../../src/plan/plan.js';
import { eprbp, quick, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';

const ep = (options: object) => ({
  engines: [{ id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.1, ...options }, quick.engines[1]],
});
const params = {
  W1: [
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ],
  b1: [0, 0, 0, 0],
  W2: [
    [1, 2],
    [1, 2],
    [1, 2],
    [1, 2],
  ],
  b2: [0, 0],
};
const recurrent = { energy: 'hopfield', units: 3, inputs: 1, outputs: 1, activation: 'tanh' };
const W = [
  [0, 1, 2],
  [1, 0, 3],
  [2, 3, 0],
];
const rest = { U: [[1, 1, 1]], b: [0, 0, 0] };
/** Without engines, a reference and what asks for them. */
const relaxes = { protocol: 'relaxation', engines: undefined, reference: undefined };
const withAssert = (assertion: object) => ({
  assert: [{ engine: 'ep', quantity: 'state', column: 'error_abs', max: 1, ...assertion }],
});

const specs: Record<string, [change: object, expected: RegExp]> = {
  'unknown key': [{ enginess: [] }, /spec\.yaml:\d+:1: unknown key 'enginess'; did you mean 'engines'\?/],
  'unknown nested key': [{ free: { stepp: 0.1 } }, /:\d+:\d+: unknown key 'free.stepp'; did you mean 'step'\?/],
  'unknown key of an engine': [ep({ betta: 0.1 }), /unknown key 'engines.ep.betta'; did you mean 'beta'\?/],
  'wrong type': [{ free: { step: 'fast' } }, /free.step must be a number, got 'fast'/],
  'a number as text': [{ second: { steps: '1_000' } }, /second.steps must be a number, got '1_000'; write 1000/],
  'unknown energy': [
    { network: { ...quick.network, energy: 'hopfeld' } },
    /network.energy must be one of hopfield, .*got 'hopfeld'; did you mean 'hopfield'\?/,
  ],
  'unknown activation': [{ network: { ...quick.network, activation: 'tahn' } }, /did you mean 'tanh'\?/],
  'option of another variant': [ep({ nudging: 'exact' }), /unknown key 'engines.ep.beta'/],
  'missing option': [{ network: { ...quick.network, init: 'normal' } }, /network.init/],
  'no sizes': [
    { network: { energy: 'hopfield', activation: 'tanh' } },
    /network: the network needs sizes: layers, or units, inputs and outputs/,
  ],
  'more outputs than units': [
    { network: { ...recurrent, outputs: 4 } },
    /outputs are free units: at most units \(3\), got 4/,
  ],
  'β = 0': [ep({ beta: 0 }), /engines.ep.beta must not be 0/],
  'negative β of random sign': [
    ep({ nudging: 'random-sign', beta: -1 }),
    /engines.ep.beta must be positive: both signs are drawn anyway, got -1/,
  ],
  'no point on the circle': [
    ep({ nudging: 'holomorphic', points: 0 }),
    /spec\.yaml:\d+:\d+: engines.ep.points must be at least 1, got 0/,
  ],
  'half a point on the circle': [
    ep({ nudging: 'holomorphic', points: 2.5 }),
    /engines.ep.points must be a whole number, got 2\.5/,
  ],
  'holomorphic nudging without points': [ep({ nudging: 'holomorphic' }), /missing key 'engines.ep.points'/],
  'holomorphic nudging of an activation with kinks': [
    { ...ep({ nudging: 'holomorphic', points: 4 }), network: { ...quick.network, activation: 'hard-sigmoid' } },
    /spec\.yaml:\d+:\d+: engine 'ep' \(ep, nudging: holomorphic\) needs analytic-field \(a field that is analytic in complex states, so an activation without kinks\); hopfield with mse offers energy, linearisation, rates, complex-field, feed-forward, clamping; use nudging: centered or exact, or a smooth activation: sigmoid, tanh, shifted-sigmoid, linear, softplus/,
  ],
  'outputs held at the minimum of a cost that has none': [
    { ...ep({ nudging: 'agnostic', beta: undefined }), cost: 'cross-entropy' },
    /engine 'ep' \(ep, nudging: agnostic\) needs clamping \(a cost that has a minimum, where outputs can be held\); .*; use cost: mse/,
  ],
  'negative centered β': [ep({ nudging: 'centered', beta: -1 }), /engines.ep.beta must be positive/],
  'K < 1': [
    {
      protocol: 'gradient',
      second: { step: 0.1, steps: 0 },
      engines: [{ name: 'rbp', method: 'neumann' }],
      reference: 'exact',
    },
    /second.steps must be at least 1 for engine 'rbp' \(rbp, method: neumann\), got 0/,
  ],
  'K < 1 of one engine': [
    {
      protocol: 'gradient',
      engines: [{ id: 'tbptt', name: 'rbp', method: 'bptt', steps: 0 }],
      reference: 'exact',
    },
    /engines.tbptt.steps must be at least 1 for engine 'tbptt' \(rbp, method: bptt\), got 0/,
  ],
  'a number of steps of its own in lockstep': [
    ep({ steps: 5 }),
    /engines.ep.steps must be second.steps \(10\): protocol equivalence compares step by step, got 5/,
  ],
  'bptt through a phase one without steps': [
    { free: { solver: 'anderson' }, engines: [{ name: 'rbp', method: 'bptt' }], reference: 'exact' },
    /engine 'rbp' \(rbp, method: bptt\) goes back through the steps of phase one, and free.solver: anderson takes no equal steps in time; use free.solver: euler or rk4/,
  ],
  'bptt through adaptive steps': [
    { free: { solver: 'dopri5' }, engines: [{ name: 'rbp', method: 'bptt' }], reference: 'exact' },
    /free.solver: dopri5 takes no equal steps in time/,
  ],
  'steps at rest without steps': [
    { free: { solver: 'even-odd', rest_steps: 5 } },
    /free.rest_steps: free.solver: even-odd takes no equal steps in time/,
  ],
  'bptt through an input that is turned up': [
    { free: { ramp: 4, rest_steps: 5 }, engines: [{ name: 'rbp', method: 'bptt' }], reference: 'exact' },
    /free.ramp: engine 'rbp' \(rbp, method: bptt\) goes back through 10 steps of phase one, and not all of them are at the whole input; set free.rest_steps to 10/,
  ],
  'steps in the logarithm of what may be negative': [
    { protocol: { name: 'train', epochs: 1, batch: 1, optimizer: { name: 'sgd', rates: 0.1, scale: 'log' } } },
    /protocol.optimizer.scale must be linear: no tensor of hopfield must be positive/,
  ],
  'a mean that is kept of what may be negative': [
    {
      protocol: {
        name: 'train',
        epochs: 1,
        batch: 1,
        optimizer: { name: 'sgd', rates: 0.1 },
        constrain: { mean: 'kept' },
      },
    },
    /protocol.constrain.mean must be left out: no tensor of hopfield must be positive/,
  ],
  'a norm of couplings that are not there': [
    {
      network: { energy: 'hopfield', layers: [2, 2], activation: 'tanh' },
      data: { name: 'random', examples: 2 },
      protocol: {
        name: 'train',
        epochs: 1,
        batch: 1,
        optimizer: { name: 'sgd', rates: 0.1 },
        constrain: { spectral_norm: 0.95 },
      },
    },
    /protocol.constrain.spectral_norm must be left out: no tensor of hopfield couples free units/,
  ],
  'a constraint that says nothing': [
    {
      protocol: { name: 'train', epochs: 1, batch: 1, optimizer: { name: 'sgd', rates: 0.1 }, constrain: {} },
    },
    /protocol.constrain must have mean or spectral_norm/,
  ],
  'contrast of what is no sheet': [
    { protocol: 'gradient', engines: [{ name: 'contrast' }], reference: 'exact' },
    /engine 'contrast' .* needs whole-output \(outputs that are all units of the network.*use energy: creased-sheet with outputs: its number of creases/,
  ],
  'a ramp from 0 for states that are kept': [
    {
      free: { ramp: 4 },
      protocol: { name: 'train', epochs: 1, batch: 1, optimizer: { name: 'sgd', rates: 0.1 }, persistent: true },
    },
    /free.ramp starts at 0 every time, and protocol.persistent where phase one ended: they exclude each other; leave one of them out/,
  ],
  'bptt with a step of its own': [
    { engines: [{ name: 'rbp', method: 'bptt', step: 0.2 }], reference: 'exact' },
    /goes back through the steps of phase one: it has no step of its own; leave it out/,
  ],
  'a series with an integrator': [
    { engines: [{ name: 'rbp', method: 'neumann', integrator: 'rk4' }], reference: 'exact' },
    /takes Euler's steps: it has no integrator of its own/,
  ],
  'negative tolerance of a solve': [
    { protocol: 'gradient', engines: [{ name: 'rbp', method: 'cg', tolerance: -1 }], reference: 'exact' },
    /engines.0.tolerance must be at least 0, got -1/,
  ],
  'a Krylov space of nothing': [
    { protocol: 'gradient', engines: [{ name: 'rbp', method: 'gmres', restart: 0 }], reference: 'exact' },
    /engines.0.restart must be at least 1, got 0/,
  ],
  'a summary of processes that there are none of': [
    { protocol: 'gradient', record: { summary: true } },
    /record.summary: protocol gradient compares no processes/,
  ],
  'a crop with a margin as wide as the image': [
    {
      network: { energy: 'hopfield', layers: [[1, 8, 8], { channels: 2, kernel: 3 }, 10], activation: 'tanh' },
      data: { name: 'digits-synthetic', side: 8, examples: 4 },
      engines: [{ name: 'rbp', method: 'ode' }],
      protocol: { name: 'train', epochs: 1, batch: 1, optimizer: { name: 'sgd', rates: 0.1 }, augment: { crop: 8 } },
    },
    /protocol.augment.crop must be less than 8, the smaller side of the image, got 8/,
  ],
  'an assertion on a summary that nobody asked for': [
    { assert: [{ table: 'summary', engine: 'ep', quantity: 'params', column: 'rel_mse', max: 1 }] },
    /assert: protocol equivalence writes no table 'summary'; set record: \{summary: true\}/,
  ],
  'an assertion on a kind of rows that have none': [
    { assert: [{ kind: 'cumulated', engine: 'ep', quantity: 'params', column: 'error_rel', max: 1 }] },
    /assert: protocol equivalence has no kind to choose rows by; leave it out/,
  ],
  'a summary against an end point': [
    { reference: 'exact', record: { summary: true } },
    /record.summary: no reference has a process; name an engine as reference/,
  ],
  'negative step': [{ second: { step: -0.1 } }, /second.step must be greater than 0, got -0.1/],
  'fractional steps': [{ second: { steps: 1.5 } }, /second.steps/],
  'seed and seeds': [{ seed: 1, seeds: 2 }, /seed and seeds exclude each other/],
  'NaN in data': [
    { data: { name: 'inline', x: [[1, 2, Number.NaN]], y: [[1, 2]] } },
    /data.x.0.2 must be a finite number, got NaN/,
  ],
  'ragged data': [
    {
      data: {
        name: 'inline',
        x: [
          [1, 2, 3],
          [1, 2],
        ],
        y: [
          [1, 2],
          [3, 4],
        ],
      },
    },
    /data: x row 1 has 2 numbers, the network has 3 inputs/,
  ],
  'examples that disagree': [
    {
      data: {
        name: 'inline',
        x: [
          [1, 2, 3],
          [1, 2, 3],
        ],
        y: [[1, 2]],
      },
    },
    /x has 2 examples, y has 1/,
  ],
  'targets that disagree with the network': [
    { data: { name: 'inline', x: [[1, 2, 3]], y: [[1]] } },
    /y row 0 has 1 numbers, the network has 2 outputs/,
  ],
  'missing parameter file': [
    { network: { ...quick.network, parameters: { file: 'no.json' } } },
    /spec\.yaml:\d+:\d+: parameter file .*no\.json: no such file/,
  ],
  'missing tensor': [
    { network: { ...quick.network, parameters: { ...params, b2: undefined } } },
    /missing parameter 'b2' \(2 numbers\)/,
  ],
  'unknown tensor': [
    { network: { ...quick.network, parameters: { ...params, W9: [[1]] } } },
    /unknown parameter 'W9'; expected W1, b1, W2, b2/,
  ],
  'wrong shape inline': [
    { network: { ...quick.network, parameters: { ...params, W2: [[1, 2]] } } },
    /parameter W2 must be 4 × 2, got 1 × 2/,
  ],
  'ragged tensor': [
    { network: { ...quick.network, parameters: { ...params, W2: [[1, 2], [1], [1, 2], [1, 2]] } } },
    /W2 must be 4 × 2, got 4 rows of 1 and 2 numbers/,
  ],
  'bias too long': [
    { network: { ...quick.network, parameters: { ...params, b1: [1, 2, 3, 4, 5] } } },
    /parameter b1 must be 4 numbers, got 5 numbers/,
  ],
  'a tensor of three indices': [
    { network: { ...quick.network, parameters: { ...params, W2: [[[1, 2]], [[3, 4]]] } } },
    /parameter W2 must be 4 × 2, got 2 × 1 × 2/,
  ],
  'activations for other layers': [
    { network: { ...quick.network, activation: ['tanh', 'tanh', 'linear'] } },
    /network: 3 activations for a layered network of 2 layers of free units: give one name, or one for each/,
  ],
  'activations for one block': [
    { network: { ...recurrent, activation: ['tanh', 'linear'] }, data: { name: 'random', examples: 1 } },
    /network: 2 activations for a recurrent network of one block of free units/,
  ],
  'an activation in a list': [
    { network: { ...quick.network, activation: ['tanh', 'liner'] } },
    /network\.activation\.1 must be one of .*got 'liner'; did you mean 'linear'\?/,
  ],
  'bounded beside unbounded': [
    { network: { ...quick.network, activation: ['hard-sigmoid', 'tanh'] } },
    /activations that bound states \(hard-sigmoid, relu\) do not mix with others in this energy/,
  ],
  'W not symmetric': [
    {
      network: {
        ...recurrent,
        parameters: {
          ...rest,
          W: [
            [0, 1, 2],
            [9, 0, 3],
            [2, 3, 0],
          ],
        },
      },
      data: { name: 'random', examples: 1 },
    },
    /W must be symmetric, got W\[0\]\[1\] = 1 and W\[1\]\[0\] = 9/,
  ],
  'W with a diagonal': [
    { network: { ...recurrent, parameters: { ...rest, W: [[5, 1, 2], W[1], W[2]] } } },
    /W must have a zero diagonal, got W\[0\]\[0\] = 5/,
  ],
  'A not positive definite': [
    { network: { energy: 'linear', units: 3, inputs: 1, outputs: 1, parameters: { ...rest, A: W } } },
    /A must be positive definite/,
  ],
  'two engines of one id': [{ engines: [quick.engines[1], quick.engines[1]] }, /two engines are called 'rbp'/],
  'reserved id': [
    { engines: [{ ...quick.engines[0], id: 'exact' }, quick.engines[1]] },
    /engine id 'exact' is reserved/,
  ],
  'unknown reference': [{ reference: 'rpb' }, /reference 'rpb' is no engine of this spec; did you mean 'rbp'\?/],
  'no engines': [{ engines: undefined }, /missing key 'engines' \(a list\), which protocol equivalence needs/],
  'an empty list of engines': [{ engines: [] }, /spec\.yaml:\d+:\d+: engines needs at least 1 items, got \[\]/],
  'no reference': [{ reference: undefined }, /missing key 'reference' \(text, or a list\)/],
  'an assertion without an engine': [withAssert({ engine: undefined }), /missing key 'assert\.0\.engine' \(text\)/],
  'an assertion by engine where there is none': [
    { ...relaxes, ...withAssert({ column: 'residual_max' }) },
    /:\d+:\d+: assert: protocol relaxation has no engine to choose rows by; leave it out/,
  ],
  'a column of another protocol': [
    { ...relaxes, assert: [{ column: 'residual_mx', max: 1 }] },
    /assert: no column 'residual_mx'; did you mean 'residual_max'\?/,
  ],
  'memory 0': [
    { ...relaxes, free: { solver: { name: 'anderson', memory: 0 } } },
    /:\d+:\d+: free.solver.memory must be greater than 0, got 0/,
  ],
  'option of another solver': [
    { ...relaxes, free: { solver: { name: 'even-odd', memory: 5 } } },
    /unknown key 'free.solver.memory'/,
  ],
  'even-odd without layers': [
    { ...relaxes, network: recurrent, data: { name: 'random' }, free: { solver: 'even-odd' } },
    /:\d+:\d+: free.solver: even-odd updates whole layers at a time, and this network has no layers that only see other layers/,
  ],
  'anderson of even-odd without layers': [
    {
      ...relaxes,
      network: recurrent,
      data: { name: 'random' },
      free: { solver: { name: 'anderson', of: 'even-odd' } },
    },
    /free.solver: anderson of: even-odd updates whole layers/,
  ],
  'nothing to compare': [{ engines: [quick.engines[1]] }, /the only engine, 'rbp', is the reference/],
  'assertion on an absent engine': [withAssert({ engine: 'epp' }), /assert: no engine 'epp'; did you mean 'ep'\?/],
  'assertion on the reference': [withAssert({ engine: 'rbp' }), /engine 'rbp' is the reference: it has no rows/],
  'assertion on an absent quantity': [
    withAssert({ quantity: 'params.W7' }),
    /assert: no quantity 'params.W7'; did you mean 'params.W\d'\?/,
  ],
  'assertion on an absent column': [
    withAssert({ column: 'eror_abs' }),
    /assert: no column 'eror_abs'; did you mean 'error_abs'\?/,
  ],
  'assertion that cannot fail': [withAssert({ max: undefined }), /neither min nor max is given/],
  'slope over a key that is not swept': [
    {
      assert: [{ slope: 'error_abs', over: 'engines.ep.beta', engine: 'ep', quantity: 'state', range: [1, 2], min: 1 }],
    },
    /no swept key 'engines.ep.beta'; there is none/,
  ],
  'engine without its energy': [
    { network: { ...recurrent, energy: 'vector-field' } },
    /engine 'ep' \(ep, nudging: one-sided\) needs energy \(an energy E with ∂E\/∂θ\); vector-field with mse offers linearisation, rates, complex-field, analytic-field, clamping; use rule: vector-field/,
  ],
  'an angle of weights that are given': [
    {
      ...ep({ rule: 'vector-field' }),
      network: { ...recurrent, energy: 'vector-field', backward_angle: 30, parameters: { W, ...rest } },
      data: { name: 'random', examples: 2 },
    },
    /spec\.yaml:\d+:\d+: network: backward_angle turns weights as they are initialised, and these are given in parameters; leave one of them out/,
  ],
  'an angle beyond a half turn': [
    { ...ep({ rule: 'vector-field' }), network: { ...recurrent, energy: 'vector-field', backward_angle: 181 } },
    /network.backward_angle must be at most 180, got 181/,
  ],
  'a negative learning rate': [
    ep({ name: 'continual-ep', learning_rate: -1 }),
    /engines.ep.learning_rate must be at least 0, got -1/,
  ],
  'continual EP on a circle': [
    ep({ name: 'continual-ep', nudging: 'holomorphic', learning_rate: 1e-3 }),
    /engines.ep.nudging must be one of one-sided, random-sign, centered, third-phase, got 'holomorphic'/,
  ],
  'rates of layers that are not there': [
    ep({ name: 'continual-ep', learning_rate: [1e-3, 1e-3, 1e-3] }),
    /spec\.yaml:\d+:\d+: engines\.ep\.learning_rate has 3 rates for 2 layers \(W1 and b1; W2 and b2\)/,
  ],
  'a mask without weights that say what exists': [
    { network: { ...quick.network, mask: 'existing' } },
    /spec\.yaml:\d+:\d+: network: existing connections are those that are not 0 in parameters/,
  ],
  'separate backward weights of a block': [
    { network: { ...recurrent, energy: 'prototypical', backward: 'separate' } },
    /network\.backward: must be left out: separate weights are of layers that are all dense, one to the next, and this network is recurrent/,
  ],
  'a factor on separate backward weights': [
    { network: { energy: 'prototypical', layers: [3, 4, 2], activation: 'tanh', backward: 'separate', feedback: 0.5 } },
    /must be left out: backward: separate has weights of its own from above/,
  ],
  'engine without a process': [
    { engines: [quick.engines[0], { id: 'rbp', name: 'rbp', method: 'direct' }] },
    /engine 'rbp' \(rbp, method: direct\) has no process in time/,
  ],
  'integrator that cannot project': [
    { network: { ...quick.network, activation: 'hard-sigmoid' }, second: { integrator: 'rk4' } },
    /second.integrator: rk4 cannot project states to \[0, 1\], as hard-sigmoid needs; use euler/,
  ],
  'solver that cannot project': [
    { network: { ...quick.network, activation: 'relu' }, free: { solver: 'rk4' } },
    /free.solver: rk4 cannot project/,
  ],
  'step of a map': [
    { network: { ...quick.network, energy: 'prototypical' } },
    /second\.step must be 1: prototypical is a map, got 0\.1; leave it out/,
  ],
  'integrator of a map': [
    { network: { ...quick.network, energy: 'prototypical' }, second: { integrator: 'rk4' } },
    /second\.integrator must be euler: prototypical is a map, got 'rk4'; leave it out/,
  ],
  'an engine that steps a map': [
    { network: { ...quick.network, energy: 'prototypical' }, second: { steps: 5 }, ...ep({ step: 0.5 }) },
    /engines\.ep\.step must be 1: prototypical is a map, got 0\.5; leave it out/,
  ],
  'unknown nudge': [
    { network: { ...quick.network, energy: 'prototypical', nudge: 'outsied' }, second: { steps: 5 } },
    /network\.nudge must be one of inside, outside, got 'outsied'; did you mean 'outside'\?/,
  ],
  'nudge of an energy that has none': [
    { network: { ...quick.network, nudge: 'inside' } },
    /unknown key 'network\.nudge'/,
  ],
  'record of an absent tensor': [
    { record: { processes: { tensors: ['s3'] } } },
    /record.processes: no tensor 's3'; did you mean 's1'\?/,
  ],
  'record of what a protocol has none of': [
    { protocol: 'relaxation', engines: [], reference: undefined, record: { processes: true } },
    /record.processes: protocol relaxation does not write processes\.csv; it records free_state/,
  ],
  'figure without its CSV': [
    { figures: ['processes'] },
    /figure 'processes' needs processes.csv; set record: \{processes: true\}/,
  ],
  'figure without its sweep': [{ figures: ['gap-over-beta'] }, /figure 'gap-over-beta' needs a sweep over/],
  'unknown figure': [{ figures: ['gap-over-tme'] }, /did you mean 'gap-over-time'\?/],
  'swept key of an absent engine': [
    { sweep: { 'engines.epp.beta': [1] } },
    /no item 'epp' in engines; did you mean 'ep'\?/,
  ],
  'swept value of the wrong type': [
    { sweep: { 'free.step': [0.1, 'x'] } },
    /:\d+:\d+: free.step must be a number, got 'x'/,
  ],
  'wrong option of a figure': [
    { figures: [{ name: 'gap-over-time', column: 'norm' }] },
    /figures\.0\.column must be one of error_scaled, .*got 'norm'/,
  ],
  'slope without its key': [
    { assert: [{ slope: 'error_abs', engine: 'ep', quantity: 'state', range: [1, 2], min: 1 }] },
    /missing key 'assert\.0\.over' \(text\)/,
  ],
  'swept name': [{ sweep: { name: ['a', 'b'] } }, /'name' cannot be swept: it belongs to the experiment, not to a run/],
  'missing figure file': [{ figures: [{ file: 'mine.vl.json' }] }, /figure file .*mine\.vl\.json: no such file/],
  'zipped lists of unequal length': [
    { sweep: { zip: { seed: [1, 2], 'free.step': [0.1] } } },
    /zipped lists must have one length: seed has 2 values, free.step has 1/,
  ],
  'name that is no directory': [{ name: '../up' }, /name must be letters, digits/],
};

for (const [title, [change, expected]] of Object.entries(specs)) {
  test(title, (t) => {
    const file = writeSpec(workspace(t), { ...quick, ...change });
    const error = t.throws(() => plan(file), { instanceOf: UserError });
    const told = error?.issues.map(formatIssue).join('\n') ?? '';
    t.regex(told, expected);
    t.regex(told, /spec\.yaml:\d+:\d+: /);
  });
}

test('a wrong shape in a parameter file: which file and place, got, expected', async (t) => {
  const work = workspace(t);
  writeFileSync(
    join(work, 'p.json'),
    `${JSON.stringify({ ...params, W1: [[1, 2]] })
      .replace(/,"b1"/, ',\n"b1"')
      .replace('[0,0,0,0]', '[0,null,0,0]')}\n`,
  );
  const { code, stderr } = await inProcess(
    'validate',
    writeSpec(work, { ...quick, network: { ...quick.network, parameters: { file: 'p.json' } } }),
  );
  t.is(code, 2);
  t.regex(stderr, /p\.json:1:7: parameter W1 must be 3 × 4, got 1 × 2/);
  t.regex(stderr, /p\.json:2:9: b1\[1\] must be a finite number, got null/);
});

test('all problems of a spec, and of several specs, are told at once', async (t) => {
  const work = workspace(t);
  const a = writeSpec(
    work,
    {
      ...quick,
      free: { step: -1, toleranse: 1 },
      second: { integrator: 'rk5' },
      reference: 'rpb',
      ...withAssert({ engine: 'nobody' }),
    },
    'a.yaml',
  );
  const b = writeSpec(work, { ...quick, name: 'b', seed: -1 }, 'b.yaml');
  const { code, stdout, stderr } = await eprbp(work, 'run', a, b);
  t.is(code, 2);
  t.is(stdout, '');
  t.notRegex(stderr, /\n\s+at /);
  t.deepEqual(readdirSync(work), ['a.yaml', 'b.yaml']);
  for (const expected of [
    /free.step/,
    /toleranse/,
    /rk5/,
    /'rpb'/,
    /'nobody'/,
    /b\.yaml:\d+:\d+: seed must be at least 0, got -1/,
  ])
    t.regex(stderr, expected);
  t.regex(stderr, /\n6 problems\n/);
});

test('YAML that is none, and a key given twice: each with its line and column', async (t) => {
  const work = workspace(t);
  writeFileSync(join(work, 'syntax.yaml'), 'name: x\nnetwork: {layers: [1, 2\nseed: 1\n');
  writeFileSync(join(work, 'twice.yaml'), 'name: x\nseed: 1\nname: y\n');
  const { code, stderr } = await inProcess('validate', join(work, 'syntax.yaml'), join(work, 'twice.yaml'));
  t.is(code, 2);
  t.regex(stderr, /syntax\.yaml:\d+:\d+: /);
  t.regex(stderr, /twice\.yaml:3:1: key .name. is given twice, in line 1 too/);
});

test('overrides: the mistake is named by the override, several at once', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, quick);
  const { code, stderr } = await inProcess(
    'run',
    file,
    '-s',
    'engines.ep.beta=0',
    '-s',
    'free.stp=1',
    '--set',
    'second.steps=many',
  );
  t.is(code, 2);
  t.regex(stderr, /-s engines.ep.beta=0: engines.ep.beta must not be 0/);
  t.regex(stderr, /-s free.stp=1: unknown key 'free.stp'; did you mean 'step'\?/);
  t.regex(stderr, /-s second.steps=many: second.steps must be a number, got 'many'/);
  t.regex(
    (await inProcess('run', file, '-s', 'engines.epp.beta=1')).stderr,
    /-s engines.epp.beta=1: no item 'epp' in engines; did you mean 'ep'\?/,
  );
  t.regex((await inProcess('run', file, '-s', 'engines')).stderr, /-s engines: expected key=value/);
  t.regex((await inProcess('run', file, '-s', 'seed=[1')).stderr, /-s seed=\[1: the value is not YAML/);
});

test('files and folders: missing spec, folder without specs, results that cannot be written', async (t) => {
  const work = workspace(t);
  const file = writeSpec(work, quick);
  mkdirSync(join(work, 'empty'));
  const cases: [string[], RegExp][] = [
    [['run', join(work, 'none.yaml')], /none\.yaml: no such file/],
    [['run', join(work, 'empty')], /empty: no spec \(\.yaml, \.yml, \.json\) in this folder/],
    [['run', file, '--out', join(file, 'below')], /results cannot be written here/],
    [['run', file, '--out', '/proc/none'], /results cannot be written here/],
    [['plot', join(work, 'nowhere')], /nowhere: no such folder; give results\/<name>/],
    [['plot', join(work, 'empty')], /empty: no finished run/],
    [['run', file, file], /name 'quick' is that of .* too/],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await inProcess(...args);
    t.is(code, 2, stderr);
    t.regex(stderr, expected);
    t.notRegex(stderr, /\n\s+at /);
  }
});

test('the command line itself: unknown command, option, kind, template; no command', async (t) => {
  const cases: [string[], RegExp][] = [
    [['rnu'], /rnu/],
    [['run', '--forse', 'x.yaml'], /unknown option --forse; did you mean --force\?/],
    [['list', 'enginess'], /enginess/],
    [['new', 'equivalense'], /no template 'equivalense'; did you mean 'equivalence'\?/],
    [['run'], /./],
    [[], /which command\?/],
  ];
  for (const [args, expected] of cases) {
    const { code, stdout, stderr } = await inProcess(...args);
    t.is(code, 2, args.join(' '));
    t.regex(stderr, expected);
    t.is(stdout, '');
  }
});

test('settings that would look like a refutation are warned of, and run', async (t) => {
  const work = workspace(t);
  const assert = [{ engine: 'ep', quantity: 'state', column: 'error_scaled', max: 0.005 }];
  const loose = await inProcess('plan', writeSpec(work, { ...quick, free: { tolerance: 1e-3 }, assert }));
  t.is(loose.code, 0);
  t.regex(loose.stderr, /warning quick: engine 'ep': free.tolerance\/β = 1e-1 exceeds the accuracy asserted/);
  const unequal = { ...quick, engines: [quick.engines[0], { ...quick.engines[1], integrator: 'rk4', step: 0.05 }] };
  t.regex(
    (await inProcess('plan', writeSpec(work, unequal))).stderr,
    /unequal steps on the two sides \(ep by euler with step 0.1, rbp by rk4 with step 0.05\)/,
  );
  const decayed = {
    ...quick,
    second: { step: 0.5, steps: 100 },
    assert: [{ engine: 'ep', quantity: 'state', column: 'error_rel', max: 1 }],
  };
  t.regex(
    (await inProcess('plan', writeSpec(work, decayed))).stderr,
    /the curves decay to round-off.*assert on error_scaled/,
  );
  const map = { ...quick, network: { ...quick.network, energy: 'prototypical' }, second: { steps: 10 } };
  t.regex(
    (await inProcess('plan', writeSpec(work, map))).stderr,
    /processes of EP and RBP differ on prototypical, whose Jacobian is not symmetric \(the states; those of the parameters agree\)/,
  );
  t.is((await inProcess('plan', writeSpec(work, quick))).stderr, '');
});
