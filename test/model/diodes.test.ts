/** Ideal diodes: bounds of single units that follow the input, held by solvers, engines and differences alike. */

import test from 'ava';
import type { Engine } from '../../src/engine/engine.js';
import { direct } from '../../src/engine/rbp/direct.js';
import { logLogSlope } from '../../src/metrics/slope.js';
import { diodeProblems } from '../../src/model/graph/diodes.js';
import { graphOf } from '../../src/model/graph/graph.js';
import type { Numbers } from '../../src/numerics/numbers.js';
import { checkSolver } from '../../src/plan/check-solver.js';
import { engineOf } from '../../src/plan/parts.js';
import { phaseOne } from '../../src/protocol/phase-one.js';
import { boundsOf } from '../../src/solver/field.js';
import type { Draft } from '../../src/spec/overrides.js';
import { benchOf, drain, problemOf, processOf, runSpec, specOf } from '../_support/bench.js';
import { kirchhoff } from '../_support/kirchhoff.js';
import { distance } from '../_support/numbers.js';

/** Two sources and a free node between them: halfway, as k₀ = k₁, where no diode conducts. */
const divider = (diodes?: readonly (readonly [number, number])[]) => ({
  energy: 'resistive',
  nodes: 3,
  edges: [
    [0, 2],
    [1, 2],
  ],
  sources: [0, 1],
  targets: [2],
  init: { name: 'uniform', min: 1, max: 1 },
  ...(diodes && { diodes }),
});
const x = [
  [1, 0.2],
  [0.1, 0.5],
];
const between = x.map(([a, b]) => (a + b) / 2);

for (const [what, diodes, expected, pinned] of [
  ['none', undefined, between, null],
  ['to a source: not above it', [[2, 1]], [0.2, between[1]], { units: 0.5, outputs: 0.5 }],
  ['from a source: not below it', [[1, 2]], [between[0], 0.5], { units: 0.5, outputs: 0.5 }],
  [
    'from both: the higher of the two',
    [
      [0, 2],
      [1, 2],
    ],
    [1, 0.5],
    { units: 1, outputs: 1 },
  ],
] as const) {
  for (const solver of ['euler', 'anderson', 'newton-krylov']) {
    test(`a divider by hand, diode ${what}, ${solver}`, (t) => {
      const bench = benchOf({
        network: divider(diodes),
        data: { name: 'inline', x, y: [[0], [0]] },
        free: { solver, ...(solver === 'newton-krylov' ? {} : { step: 0.1 }), tolerance: 1e-14, max_steps: 5000 },
      });
      const one = drain(phaseOne(bench), () => {});
      t.is(one.record.status, 'converged');
      for (const [i, p] of expected.entries()) t.true(Math.abs(one.start.free.data[i] - p) <= 1e-14);
      t.deepEqual(one.pinned, pinned);
    });
  }
}

const network = {
  energy: 'resistive',
  edges: { name: 'triangular', rows: 4, columns: 4 },
  sources: [0, 3, 12],
  fixed: [15],
  targets: [5, 9],
  // down to ground, up to a source, both at once, and one that may or may not conduct
  diodes: [
    [1, 15],
    [12, 13],
    [0, 6],
    [15, 6],
    [9, 3],
  ],
};
const graph = graphOf(network as never);
const data = { name: 'random', examples: 4 };

test('at rest, potentials are within their bounds, and a force is left only where it points out of them', (t) => {
  for (const seed of [1, 2, 3]) {
    const { start, pinned } = drain(phaseOne(benchOf({ network, data, seed })), () => {});
    const { lower, upper } = boundsOf(start.system)! as { lower: Numbers; upper: Numbers };
    const force = start.free.like();
    start.system.force(start.free, force);
    for (const [i, s] of start.free.data.entries()) {
      t.true(s >= lower[i] && s <= upper[i]);
      if (s > lower[i]) t.true(force.data[i] >= -1e-13);
      if (s < upper[i]) t.true(force.data[i] <= 1e-13);
    }
    t.true(pinned!.units > 0 && pinned!.units < 1);
  }
});

test('with diodes the processes of exact EP are those of RBP, and end at dJ/dθ', (t) => {
  const engines = [
    { id: 'ep', name: 'ep', nudging: 'exact' },
    { id: 'rbp', name: 'rbp', method: 'ode' },
  ];
  const { rows } = runSpec({ network, data, engines, second: { step: 0.1, steps: 60 } });
  for (const { engine, error_scaled } of rows['equivalence'])
    if (engine === 'ep') t.true(Number(error_scaled) <= 1e-12);
  const end = runSpec({
    network,
    data,
    protocol: 'gradient',
    engines: [...engines, { id: 'tied', name: 'ep', nudging: 'centered', beta: 1e-4 }],
    reference: 'finite-difference',
    second: { step: 0.1, steps: 3000 },
  });
  t.deepEqual(end.outcome.warnings, []);
  for (const { error_rel } of end.rows['gradient']) t.true(Number(error_rel) <= 1e-7, `${error_rel}`);
});

/**
 * Where the network comes to rest under its diodes, by trying every set of them that may conduct: the one that leaves all
 * potentials within their bounds, at the least power. Nodes of `held` are given beside sources and fixed nodes.
 */
function restOf(k: Numbers, x: Numbers, held: ReadonlyMap<number, number> = new Map()): number[] {
  const { edges, sources, fixed, nodes } = graph;
  const given = new Map([
    ...sources.map((node, i) => [node, x[i]] as const),
    ...fixed.map((node) => [node, 0] as const),
  ]);
  const stops = network.diodes.flatMap(([from, to]) =>
    given.has(from) ? [{ node: to, at: given.get(from)!, sign: 1 }] : [{ node: from, at: given.get(to)!, sign: -1 }],
  );
  const within = (p: number, node: number) =>
    stops
      .filter((stop) => stop.node === node)
      .reduce((q, { at, sign }) => (sign > 0 ? Math.max(q, at) : Math.min(q, at)), p);
  for (const [node, p] of held) given.set(node, within(p, node));
  const loose = stops.filter(({ node }) => !given.has(node));
  let best: { p: number[]; power: number } | undefined;
  for (let set = 0; set < 2 ** loose.length; set++) {
    const conducting = loose.filter((_, i) => (set >> i) & 1);
    const p = kirchhoff(k, edges, new Map([...given, ...conducting.map(({ node, at }) => [node, at] as const)]), nodes);
    const power = edges.reduce((sum, [i, j], e) => sum + (k[e] * (p[i] - p[j]) ** 2) / 2, 0);
    const isInside = loose.every(({ node, at, sign }) => sign * (p[node] - at) >= -1e-12);
    if (isInside && (best === undefined || power < best.power)) best = { p, power };
  }
  return best!.p;
}

const estimateBy = (engine: Engine, given: object) =>
  processOf(engine, problemOf(benchOf({ data, second: { step: 0.1, steps: 3000 }, ...given }))).estimate.gradient.data;
const coupled = (nudging: string, eta: number) => engineOf({ name: 'coupled-learning', nudging, eta });

test('with diodes coupled learning is what trying every set of them that conducts says', (t) => {
  const { edges, targets } = graph;
  for (const seed of [1, 2, 3]) {
    const { theta, x, y } = benchOf({ network, data, seed });
    const k = theta.get('k').data;
    /** Mean over the examples of ∂E/∂k where outputs are held, less that where they are free. */
    const change = (eta: number) => {
      const out = new Float64Array(edges.length);
      for (let i = 0; i < x.rows; i++) {
        const free = restOf(k, x.row(i));
        const o = targets.map((node, j) => [node, free[node] + eta * (y.row(i)[j] - free[node])] as const);
        const held = restOf(k, x.row(i), new Map(o));
        for (const [e, [a, b]] of edges.entries())
          out[e] += ((held[a] - held[b]) ** 2 - (free[a] - free[b]) ** 2) / 2 / x.rows;
      }
      return out;
    };
    const [up, down] = [change(0.1), change(-0.1)];
    const oneSided = estimateBy(coupled('one-sided', 0.1), { network, seed });
    t.true(
      distance(
        oneSided,
        up.map((value) => value / 0.1),
      ) < 1e-10,
    );
    const centered = estimateBy(coupled('centered', 0.1), { network, seed });
    t.true(
      distance(
        centered,
        up.map((value, e) => (value - down[e]) / 0.2),
      ) < 1e-10,
    );
    t.true(
      distance(oneSided, estimateBy(coupled('one-sided', 0.1), { network: { ...network, diodes: [] }, seed })) > 1e-3,
    );
  }
});

test('where no diode is at an output, coupled learning tends to RBP for the error of held outputs', (t) => {
  const given = { network: { ...network, diodes: network.diodes.filter(([from]) => from !== 9) } };
  const limit = estimateBy(direct('held'), given);
  // energies are quadratic as long as the same diodes conduct
  t.true(distance(estimateBy(coupled('centered', 1e-3), given), limit) < 1e-9);
  const gaps = [1e-3, 5e-4].map((eta): [number, number] => [
    eta,
    distance(estimateBy(coupled('one-sided', eta), given), limit),
  ]);
  t.true(Math.abs(logLogSlope(gaps) - 1) < 1e-3, JSON.stringify(gaps));
});

test('steps of phase one are differentiated within the bounds of their units', (t) => {
  const { rows } = runSpec({
    network,
    data,
    protocol: 'gradient',
    free: { solver: 'euler', step: 0.1, tolerance: 1e-14, max_steps: 5000, rest_steps: 2000 },
    engines: [{ id: 'bptt', name: 'rbp', method: 'bptt' }],
    reference: 'exact',
    second: { step: 0.1, steps: 2000 },
  });
  t.true(rows['gradient'].length > 0);
  for (const { error_rel } of rows['gradient']) t.true(Number(error_rel) <= 1e-9, `${error_rel}`);
});

test('what would not keep to the bounds is refused; so are diodes that join potentials', (t) => {
  const draft = { data: {}, locate: () => ({ file: 'test' }) } as unknown as Draft;
  for (const [solver, complaint] of [
    ['direct', /not linear in its state/],
    ['direct', /direct cannot project states to the bounds of their units, as resistive needs here/],
    ['rk4', /rk4 cannot project/],
  ] as const) {
    const spec = specOf({ network, data, free: { solver, tolerance: 1e-12, max_steps: 5 } });
    const issues = checkSolver(spec, benchOf({ network, data }).dynamics, draft);
    t.true(
      issues.some(({ message }) => complaint.test(message)),
      JSON.stringify(issues),
    );
  }
  const bench = benchOf({
    network: divider([
      [0, 2],
      [2, 1],
    ]),
    data: { name: 'inline', x: x.slice(0, 1), y: [[0]] },
  });
  t.throws(() => drain(phaseOne(bench), () => {}), {
    message: /diodes at node 2 .* in example 0: it would be at least 1 and at most 0\.2/,
  });
});

test('every way in which a diode can be wrong has its place', (t) => {
  const edges = [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
  ] as const;
  const graph = graphOf({ nodes: 5, edges, sources: [0], fixed: [4], targets: [2] });
  const wrong = [
    [1, 0],
    [1, 5],
    [1, 1],
    [1, 3],
    [0, 4],
    [1, 0],
    [0, 1],
    [3, 4],
  ] as const;
  t.deepEqual(diodeProblems(wrong, graph), [
    [['diodes', 1], 'leads to node 5, which is not there: nodes are numbered from 0 to 4'],
    [['diodes', 2], 'leads from node 1 to itself'],
    [['diodes', 3], 'joins the free nodes 1 and 3: one end must be a source or a fixed node'],
    [['diodes', 4], 'joins nodes 0 and 4, and neither is free: one end must be'],
    [['diodes', 5], 'leads from node 1 to node 0 again, as diode 0 does'],
  ]);
});
