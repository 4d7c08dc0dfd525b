/** Ideal diodes: bounds of single units that follow the input, held by solvers, engines and differences alike. */
import test from 'ava';
import { diodeProblems } from '../../src/model/graph/diodes.js';
import { graphOf } from '../../src/model/graph/graph.js';
import { checkSolver } from '../../src/plan/check-solver.js';
import { phaseOne } from '../../src/protocol/phase-one.js';
import { boundsOf } from '../../src/solver/field.js';
import type { Draft } from '../../src/spec/overrides.js';
import { benchOf, drain, runSpec, specOf } from '../_support/bench.js';

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
const data = { name: 'random', examples: 4 };

test('at rest, potentials are within their bounds, and a force is left only where it points out of them', (t) => {
  for (const seed of [1, 2, 3]) {
    const { start, pinned } = drain(phaseOne(benchOf({ network, data, seed })), () => {});
    const { lower, upper } = boundsOf(start.system)! as { lower: Float64Array; upper: Float64Array };
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
