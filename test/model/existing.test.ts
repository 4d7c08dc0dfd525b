/** Only existing connections learn: in every network, and in C-VF, by an independent calculation. */
import test from 'ava';
import { existing } from '../../src/model/existing.js';
import { coordinatesOf } from '../../src/model/tensor.js';
import type { Params, System } from '../../src/model/types.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { randomStream } from '../../src/numerics/random.js';
import { assemble } from '../../src/run/assemble.js';
import { benchOf, runSpec, specOf } from '../_support/bench.js';
import { everyNetwork, title } from '../_support/networks.js';
import { distance } from '../_support/numbers.js';

type Tensors = Parameters<typeof coordinatesOf>[0];

/** Cell by cell. */
const biases = (parameters: Tensors): boolean[] =>
  parameters.flatMap(({ kind, rows, cols }) => new Array<boolean>(rows * cols).fill(kind === 'bias'));

/** θ with about a third of its weights taken out, both cells of a tied pair. */
function thinned(theta: Params, parameters: Tensors): Params {
  const out = theta.clone();
  const random = randomStream(2, 'thinned');
  const isBias = biases(parameters);
  for (const places of coordinatesOf(parameters)) {
    if (!isBias[places[0]] && random.uniform() < 1 / 3) for (const at of places) out.data[at] = 0;
  }
  return out;
}

function draws(system: System, purpose: string): Blocks {
  const random = randomStream(3, purpose);
  const out = Blocks.real(system.shapes);
  for (let i = 0; i < out.data.length; i++) out.data[i] = 0.1 + 0.8 * random.uniform();
  return out;
}

const learning = everyNetwork.filter(({ activation }) => [undefined, 'tanh'].includes(activation as never));
for (const network of learning) {
  const { dynamics, theta, x } = benchOf({ network });
  // what must be positive is nowhere 0, and a matrix must stay definite
  if (dynamics.parameters.some(({ domain }) => domain.isPositive || domain.name === 'positive definite')) continue;
  test(`${title(network)}: gradients have nothing where no connection is, and are what they were elsewhere`, (t) => {
    const thin = thinned(theta, dynamics.parameters);
    const gone = thin.data.map((value, i) => Number(value === 0 && theta.data[i] !== 0));
    const masked = existing(dynamics, thin);
    const [whole, some] = [dynamics.bind(thin, x), masked.bind(thin, x)];
    const [s, v] = [draws(whole, 's'), draws(whole, 'v')];
    const gradients = (system: System): Params[] => {
      const outs = Array.from({ length: 4 }, () => theta.like());
      system.linearise(s).gradParams(v, outs[0]);
      system.energy?.addGradChange([{ s: v, weight: { re: 1, im: 0 } }], s, outs[1]);
      system.synapses?.addPairs(1, s, v, outs[2]);
      const predictor = system.predictions?.predictor(s);
      predictor?.move(s);
      predictor?.addGrad(v, outs[3]);
      return outs;
    };
    const isBias = biases(dynamics.parameters);
    const [all, kept] = [gradients(whole), gradients(some)];
    all.forEach(({ data }, k) => {
      t.deepEqual(
        Array.from(kept[k].data),
        Array.from(data, (value, i) => (thin.data[i] === 0 && !isBias[i] ? 0 : value)),
      );
    });
    const free = new Set(coordinatesOf(masked.parameters).flat());
    t.true(gone.every((is, i) => !(is && free.has(i))));
    t.is(masked.bind(thin, x).dynamics, masked);
  });
}

const [BETA, RATE, STEP, STEPS] = [0.2, 0.01, 0.2, 30];
const x = [
  [0.9, -0.4, 0.3],
  [-0.2, 0.8, 0.5],
];
const y = [
  [1, -1],
  [-0.5, 0.7],
];

type Table = number[][];
type Layers = { W1: Table; W2: Table; B2: Table; b1: number[]; b2: number[] };

function drawn(): Layers {
  const random = randomStream(8, 'c-vf');
  const of = (rows: number, cols: number) =>
    Array.from({ length: rows }, () => Array.from({ length: cols }, () => 0.6 * random.normal()));
  return { W1: of(3, 4), W2: of(4, 2), B2: of(2, 4), b1: of(1, 4)[0], b2: of(1, 2)[0] };
}

/** C-VF by loops over units: Σ_t −(1/β) (∂F/∂θ(s_t))ᵀ(s_{t+1} − s_t), the mean over examples, while θ moves. */
function byHand(rates: readonly [number, number] = [RATE, RATE]): Layers {
  const theta = drawn();
  const total: Layers = JSON.parse(JSON.stringify(theta), (_, value) => (typeof value === 'number' ? 0 : value));
  const rho = Math.tanh;
  const field = (h: number[], o: number[], i: number) => [
    h.map((value, j) => {
      const input = x[i].reduce((sum, xi, k) => sum + xi * theta.W1[k][j], theta.b1[j]);
      return o.reduce((sum, ok, k) => sum + rho(ok) * theta.B2[k][j], input) - value;
    }),
    o.map((value, j) => h.reduce((sum, hk, k) => sum + rho(hk) * theta.W2[k][j], theta.b2[j]) - value),
  ];
  let states = x.map((_, i) => {
    let [h, o] = [
      [0, 0, 0, 0],
      [0, 0],
    ];
    for (let step = 0; step < 4000; step++) {
      const [dh, doo] = field(h, o, i);
      h = h.map((value, j) => value + STEP * dh[j]);
      o = o.map((value, j) => value + STEP * doo[j]);
    }
    return [h, o];
  });
  for (let step = 0; step < STEPS; step++) {
    const next = states.map(([h, o], i) => {
      const [dh, doo] = field(h, o, i);
      return [
        h.map((value, j) => value + STEP * dh[j]),
        o.map((value, j) => value + STEP * (doo[j] - BETA * (value - y[i][j]))),
      ];
    });
    const add = (name: keyof Layers, row: number | undefined, col: number, by: number) => {
      const share = -by / BETA / x.length;
      for (const [of, factor] of [
        [total, 1],
        [theta, -rates[Number(name[1]) - 1]],
      ] as const) {
        const list = (row === undefined ? of[name] : of[name][row]) as number[];
        list[col] += factor * share;
      }
    };
    states.forEach(([h, o], i) => {
      next[i][0].forEach((value, j) => {
        for (const [k, xi] of x[i].entries()) add('W1', k, j, xi * (value - h[j]));
        for (const [k, ok] of o.entries()) add('B2', k, j, rho(ok) * (value - h[j]));
        add('b1', undefined, j, value - h[j]);
      });
      next[i][1].forEach((value, j) => {
        for (const [k, hk] of h.entries()) add('W2', k, j, rho(hk) * (value - o[j]));
        add('b2', undefined, j, value - o[j]);
      });
    });
    states = next;
  }
  return total;
}

/** What the program estimates, by tensor. */
function estimated(network: object, rate: number | number[] = RATE): Record<string, number[]> {
  const { rows } = runSpec({
    network: { energy: 'vector-field', activation: 'tanh', ...network },
    data: { name: 'inline', x, y },
    protocol: 'gradient',
    engines: [
      { id: 'c', name: 'continual-ep', rule: 'vector-field', nudging: 'one-sided', beta: BETA, learning_rate: rate },
    ],
    reference: 'exact',
    free: { step: STEP, tolerance: 1e-15, max_steps: 4000 },
    second: { step: STEP, steps: STEPS },
    record: { gradients: true },
  });
  const found: Record<string, number[]> = {};
  for (const { engine, tensor, value } of rows['gradients']) {
    if (engine === 'c') found[tensor as string] = [...(found[tensor as string] ?? []), Number(value)];
  }
  return found;
}

/** The same network as one block of 6 units. */
function block({ W1, W2, B2, b1, b2 }: Layers): { U: Table; W: Table; b: number[] } {
  return {
    U: W1.map((row) => [...row, 0, 0]),
    W: [...W2.map((row) => [0, 0, 0, 0, ...row]), ...B2.map((row) => [...row, 0, 0])],
    b: [...b1, ...b2],
  };
}

test('C-VF of layers, and of a masked block, is what loops over units give; of a block that is not masked it is not', (t) => {
  const expected = byHand();
  const layered = estimated({ layers: [3, 4, 2], parameters: drawn() });
  for (const [name, values] of Object.entries(expected)) t.true(distance(layered[name], values.flat()) < 1e-12, name);
  const own = { units: 6, inputs: 3, outputs: 2, parameters: block(drawn()) };
  const masked = estimated({ ...own, mask: 'existing' });
  const whole = block(expected);
  const off = (given: Record<string, number[]>, name: 'U' | 'W') => {
    const exists = block(drawn())
      [name].flat()
      .map((value) => value !== 0);
    const [found, right] = [given[name], whole[name].flat()].map((list) => list.filter((_, i) => exists[i]));
    return distance(found, right) / Math.max(...right.map(Math.abs));
  };
  for (const name of ['U', 'W', 'b'] as const) t.true(distance(masked[name], whole[name].flat()) < 1e-12, name);
  const unmasked = estimated(own);
  // the 3–17 %
  for (const name of ['U', 'W'] as const) {
    t.true(off(unmasked, name) > 0.02, `${name}: ${off(unmasked, name)}`);
    t.true(off(unmasked, name) < 0.3, `${name}: ${off(unmasked, name)}`);
  }
  t.log(['U', 'W'].map((name) => off(unmasked, name as 'U')));
});

test('layers that learn at rates of their own, by the same loops', (t) => {
  const expected = byHand([0.03, 0]);
  const found = estimated({ layers: [3, 4, 2], parameters: drawn() }, [0.03, 0]);
  for (const [name, values] of Object.entries(expected)) t.true(distance(found[name], values.flat()) < 1e-12, name);
  t.true(distance(expected.B2.flat(), byHand().B2.flat()) > 1e-4);
});

test('differences and training see the connections that exist alone', (t) => {
  const parameters = block(drawn());
  const network = {
    energy: 'vector-field',
    activation: 'tanh',
    units: 6,
    inputs: 3,
    outputs: 2,
    parameters,
    mask: 'existing',
  };
  const given = { network, data: { name: 'inline', x, y }, engines: [{ name: 'rbp', method: 'direct' }] };
  const { rows } = runSpec({ ...given, protocol: 'gradient', reference: 'finite-difference' });
  const all = rows['gradient'].find(({ quantity }) => quantity === 'params')!;
  t.true(Number(all['error_rel']) < 1e-7);
  const protocol = {
    name: 'train',
    epochs: 3,
    batch: 1,
    optimizer: { name: 'momentum', rates: 0.1 },
    weights: ['json'],
  };
  const spec = specOf({ ...given, protocol, reference: [] });
  const { bench, protocol: training } = assemble({ spec, parameters: { tensors: parameters, digest: undefined } });
  t.plan(4);
  for (const event of training.run(bench)) {
    if (event.kind !== 'file' || event.name !== 'rbp-last.json') continue;
    const learned = JSON.parse(Buffer.from(event.data).toString());
    t.notDeepEqual(learned.W, parameters.W);
    for (const name of ['U', 'W'] as const) {
      const exists = (table: Table) => table.flat().map((value) => value !== 0);
      t.deepEqual(exists(learned[name]), exists(parameters[name]));
    }
  }
});
