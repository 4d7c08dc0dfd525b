/** Graphs of layers: pooling by means is a dense network, what goes down is the adjoint of what goes up, whatever the shapes. */
import { testProp } from '@fast-check/ava';
import test from 'ava';
import fc from 'fast-check';
import { hopfield } from '../../src/model/hopfield.js';
import { coloured } from '../../src/model/images/colouring.js';
import { layerGraph } from '../../src/model/images/layer-graph.js';
import { type LayerItem, shapesOf } from '../../src/model/images/shapes.js';
import { layered } from '../../src/model/layered.js';
import type { Couplings } from '../../src/model/topology.js';
import { activations } from '../../src/numerics/activation.js';
import { Blocks } from '../../src/numerics/blocks.js';
import { convolution } from '../../src/numerics/convolution.js';
import { dot } from '../../src/numerics/kernels.js';
import { Matrix } from '../../src/numerics/matrix.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { randomStream } from '../../src/numerics/random.js';
import { freeField } from '../../src/solver/field.js';
import { euler } from '../../src/solver/integrator.js';
import { settle } from '../../src/solver/relax.js';
import { distance } from '../_support/numbers.js';

function filled<T extends { readonly data: Numbers }>(of: T, purpose: string, scale = 1): T {
  const random = randomStream(3, purpose);
  for (let i = 0; i < of.data.length; i++) of.data[i] = scale * random.normal();
  return of;
}

const pooled = (kind: 'average' | 'max', size: number) => ({ kind, size });
const window = { stride: 1, padding: 0 };

const twoStages: readonly LayerItem[] = [
  [2, 7, 6],
  { channels: 3, kernel: 2, stride: 1, padding: 1, pool: pooled('average', 1) },
  { channels: 4, kernel: 3, stride: 2, padding: 1, pool: pooled('average', 2) },
  { channels: 2, kernel: 2, ...window },
  3,
];

/** What each unit of one layer sends to each of the next, from what the topology makes of one unit at a time. */
function unrolled(topology: Couplings, theta: Blocks, sizes: readonly number[]): Matrix[] {
  return sizes.slice(1).map((cols, k) => {
    const rows = sizes[k];
    const shapes = topology.states.map(({ name, cols: units }) => ({ name, rows, cols: units }));
    const [p, out] = [Blocks.real(shapes), Blocks.real(shapes)];
    const units = k === 0 ? new Matrix(rows, rows) : p.parts[0][k - 1];
    for (let i = 0; i < rows; i++) units.data[i * rows + i] = 1;
    const silent = theta.like().copy(theta);
    for (const [at, { kind }] of topology.parameters.entries()) if (kind === 'bias') silent.parts[0][at].data.fill(0);
    if (k === 0) topology.drive(silent, units, out);
    else topology.couple(silent, p, 0, out);
    return new Matrix(rows, cols, out.parts[0][k].data.slice());
  });
}

test('pooling by means is a dense network with the unrolled matrices: force, free state, energy', (t) => {
  const graph = layerGraph(shapesOf(twoStages));
  const sizes = [graph.inputs, ...graph.states.map(({ cols }) => cols)];
  t.deepEqual(sizes, [84, 168, 16, 2, 3]);
  const theta = filled(Blocks.real(graph.parameters), 'θ', 0.2);
  const dense = layered(sizes);
  const flat = Blocks.real(dense.parameters);
  const weights = unrolled(graph, theta, sizes);
  graph.states.forEach(({ cols }, k) => {
    flat.get(`W${k + 1}`).data.set(weights[k].data);
    const b = theta.get(`b${k + 1}`);
    for (let i = 0; i < cols; i++) flat.get(`b${k + 1}`).data[i] = b.data[Math.floor((i * b.cols) / cols)];
  });
  const x = filled(new Matrix(3, sizes[0]), 'x');
  const [a, b] = [graph, dense].map((topology, i) =>
    hopfield(topology, activations.tanh).bind(i === 0 ? theta : flat, x),
  );
  const s = filled(Blocks.real(a.shapes), 's');
  const [fa, fb] = [s.like(), s.like()];
  a.force(s, fa);
  b.force(s, fb);
  t.true(distance(fa.data, fb.data) <= 1e-15, `${distance(fa.data, fb.data)}`);
  t.true(distance(a.energy!.value(s), b.energy!.value(s)) <= 1e-14);
  const rule = { solver: euler, step: 0.2, tolerance: 1e-15, maxSteps: 4000 };
  const [restA, restB] = [a, b].map((system) => settle(freeField(system), Blocks.real(system.shapes), rule).state);
  t.true(distance(restA.data, restB.data) <= 1e-15);
});

const small = (max: number) => fc.integer({ min: 1, max });
const shapes = fc
  .record({
    channels: small(3),
    filters: small(3),
    kernel: small(3),
    stride: small(3),
    padding: fc.integer({ min: 0, max: 2 }),
    size: small(3),
    kind: fc.constantFrom('average', 'max'),
    rows: small(3),
    cols: small(3),
  })
  .map(({ size, kind, rows, cols, ...rest }) => {
    // a row too many that no filter reaches, where strides leave one
    const side = (n: number) => Math.max(1, (n * size - 1) * rest.stride + rest.kernel - 2 * rest.padding);
    const [height, width] = [side(rows), side(cols)];
    const places = (n: number) => Math.floor((n + 2 * rest.padding - rest.kernel) / rest.stride) + 1;
    return {
      ...rest,
      height,
      width,
      rows: places(height) / size,
      cols: places(width) / size,
      pool: { kind, size },
    } as const;
  })
  .filter(({ rows, cols }) => Number.isInteger(rows) && Number.isInteger(cols) && rows > 0 && cols > 0);

testProp(
  'what goes down is the adjoint of what goes up, pairs are its gradient, and a batch is its examples one by one, to the bit',
  [shapes, small(5)],
  (t, shape, examples) => {
    const { forward, backward, addPairs, routed } = convolution(shape);
    const [inputs, outputs] = [shape.channels * shape.height * shape.width, shape.filters * shape.rows * shape.cols];
    const cells = shape.channels * shape.kernel ** 2;
    const w = filled(new Matrix(shape.filters, cells), 'w');
    const [u, v] = [filled(new Matrix(examples, inputs), 'u'), filled(new Matrix(examples, outputs), 'v')];
    const routes = new Float64Array(v.data.length);
    const [up, down, pairs] = [v, u, w].map(({ rows, cols }) => new Matrix(rows, cols));
    forward(w, u, 0, up, routes);
    backward(1, w, v, 0, down, routes);
    addPairs(1, u, v, pairs, routes);
    const [a, b, c] = [dot(up.data, v.data), dot(u.data, down.data), dot(w.data, pairs.data)];
    t.true(
      Math.abs(a - b) <= 1e-13 * (1 + Math.abs(a)) && Math.abs(a - c) <= 1e-13 * (1 + Math.abs(a)),
      `${[a, b, c]}`,
    );
    for (let e = 0; e < examples; e++) {
      const [row, alone] = [new Matrix(1, inputs, u.row(e).slice()), new Matrix(1, outputs)];
      forward(w, row, 0, alone, new Float64Array(outputs));
      t.deepEqual(alone.data, up.row(e).slice());
    }
    // linear in u by given routes, and a start is added
    if (routed) forward(w, u, up, up, routes, true);
    else forward(w, u, up, up);
    const twice = new Matrix(examples, outputs);
    forward(w, u, 0, twice, routes, true);
    t.true(
      distance(
        up.data,
        twice.data.map((value) => 2 * value),
      ) <= 1e-14,
    );
  },
  { numRuns: 60, seed: 5 },
);

test('max pooling takes the first of equals, and hides no number that is none', (t) => {
  const shape = { channels: 1, height: 2, width: 2, filters: 1, kernel: 1, stride: 1, padding: 0, rows: 1, cols: 1 };
  const { forward } = convolution({ ...shape, pool: pooled('max', 2) });
  const [w, out, routes] = [new Matrix(1, 1, Float64Array.of(1)), new Matrix(1, 1), new Float64Array(1)];
  const routeOf = (...image: number[]) => {
    forward(w, new Matrix(1, 4, Float64Array.from(image)), 0, out, routes);
    return [routes[0], out.data[0]];
  };
  t.deepEqual(routeOf(1, 3, 3, 2), [1, 3]);
  t.deepEqual(routeOf(0, -0, 0, 0), [0, 0]);
  t.deepEqual(routeOf(-4, -3, -2, -1), [3, -1]);
  t.deepEqual(routeOf(1, Number.NaN, 3, 2)[1], Number.NaN);
});

test('of a complex state both parts go through alike, and large images as small ones, where nothing is chosen', (t) => {
  const stage = { channels: 8, kernel: 2, stride: 1, padding: 1 };
  const graph = layerGraph(shapesOf([[1, 16, 16], stage, { ...stage, pool: pooled('average', 2) }, 3]));
  const theta = filled(Blocks.real(graph.parameters), 'θ', 0.2);
  const shapes = graph.states.map(({ name, cols }) => ({ name, rows: 16, cols }));
  const z = filled(Blocks.complex(shapes), 'z');
  const out = z.like();
  graph.couple(theta, z, 0, out);
  for (const [part, whole] of [
    [z.re, out.re],
    [z.im!, out.im!],
  ] as const) {
    const [s, alone] = [Blocks.real(shapes), Blocks.real(shapes)];
    s.data.set(part);
    graph.couple(theta, s, 0, alone);
    t.deepEqual(whole.slice(), alone.data.slice());
  }
});

test('layers that do not see each other are of one colour: two where the network is bipartite', (t) => {
  const chain = (n: number) => Array.from({ length: n - 1 }, (_, k) => [k, k + 1] as const);
  t.deepEqual(coloured(5, chain(5)), [
    [0, 2, 4],
    [1, 3],
  ]);
  t.deepEqual(coloured(5, [...chain(5), [0, 3]]), coloured(5, chain(5)));
  const odd = [...chain(5), [0, 2], [1, 3]] as const;
  const groups = coloured(5, odd);
  t.is(groups.length, 3);
  t.true(odd.every(([a, b]) => !groups.some((group) => group.includes(a) && group.includes(b))));
});

for (const kind of ['average', 'max'] as const) {
  test(`backpropagation through the network run forwards is its gradient by differences: ${kind}`, (t) => {
    const items: LayerItem[] = [
      [1, 6, 6],
      { channels: 2, kernel: 3, ...window, pool: pooled(kind, 2) },
      { channels: 2, kernel: 3, stride: 1, padding: 1, pool: pooled(kind, 2) },
      2,
    ];
    const graph = layerGraph(shapesOf(items, [{ from: 1, to: 3 }]));
    const theta = filled(Blocks.real(graph.parameters), 'θ', 0.5);
    const x = filled(new Matrix(2, 36), 'x');
    const like = Blocks.real(graph.states.map(({ name, cols }) => ({ name, rows: 2, cols })));
    const cost = (at: Blocks) => {
      const { h } = graph.feedForward!(at, x, activations.tanh, like);
      return dot(h.get('s3').data, h.get('s3').data) / 2 / x.rows;
    };
    const { h, back } = graph.feedForward!(theta, x, activations.tanh, like);
    const [delta, gradient, moved] = [like.like(), theta.like(), theta.clone()];
    delta.get('s3').data.set(h.get('s3').data);
    back(delta, gradient, 'kept');
    const step = 1e-6;
    const differences = Array.from(theta.data, (value, i) => {
      const [right, left] = [1, -1].map((sign) => {
        moved.data[i] = value + sign * step;
        return cost(moved);
      });
      moved.data[i] = value;
      return (right - left) / (2 * step);
    });
    t.true(distance(gradient.data, differences) <= 1e-8, `${distance(gradient.data, differences)}`);
  });
}
