/** The independent reference numbers of test/golden/oracle, reproduced through the command line. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { type CsvRow, csvIn, eprbp, recordIn, root, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { distance } from '../_support/numbers.js';

/** Nested as deep as it has indices. */
type Tensor = number[] | Tensor[];
interface Moment {
  readonly state: number[][];
  readonly params: Record<string, Tensor>;
}
interface Oracle {
  readonly case: string;
  readonly network: { energy: string };
  readonly cost: string;
  readonly parameters: Record<string, Tensor>;
  readonly data: { x: number[][]; y: number[][] };
  readonly second: object;
  readonly expected: {
    readonly free_state: number[][];
    readonly energy?: number[];
    readonly objective: number;
    readonly gradient: Record<string, Tensor>;
    readonly rbp: Record<string, Moment>;
    readonly 'ep_one-sided'?: { beta: number } & Record<string, Moment>;
    readonly ep_centered?: { beta: number } & Record<string, Moment>;
    /** By η. */
    readonly coupled?: Record<string, { readonly estimate: Record<string, Tensor> }>;
    readonly coupled_limit?: Record<string, Tensor>;
  };
}

const folder = join(root, 'test/golden/oracle');

const numbersOf = (moment: Record<string, Tensor>) => Object.values(moment).flat(4) as number[];

/** The steps that an oracle holds. */
const stepsOf = (moments: Record<string, unknown>) => Object.keys(moments).filter((key) => /^\d+$/.test(key));

/** Networks in space come to rest by Newton steps; a sheet folds along the way that its oracle took. */
const phasesOne: Record<string, { tolerance: number; [option: string]: unknown }> = {
  resistive: { solver: 'direct', tolerance: 2e-15 },
  elastic: { solver: 'newton-krylov', tolerance: 5e-15, max_steps: 100 },
  'creased-sheet': { step: 0.02, tolerance: 1e-14, max_steps: 40000 },
};

/** Values of the rows in order: units of an example are spread over the layers, so examples come first. */
function values(rows: readonly CsvRow[], byExample: boolean): number[] {
  const ordered = byExample ? rows.toSorted((a, b) => Number(a['row']) - Number(b['row'])) : rows;
  return ordered.map((row) => Number(row['value']));
}

/** Phase two of an engine of which only the end is wanted. */
const atRest = { solver: 'anderson', tolerance: 1e-14, max_steps: 2000 };

const isState = (row: CsvRow) => /^s\d*$/.test(row['tensor']);

for (const file of readdirSync(folder)) {
  const oracle = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Oracle;
  const { expected } = oracle;
  const first = phasesOne[oracle.network.energy] ?? { step: 0.1, tolerance: 2e-15, max_steps: 20000 };

  test(`${oracle.case}: free state, energy, objective, gradients and processes`, async (t) => {
    const work = workspace(t);
    writeFileSync(join(work, 'parameters.json'), JSON.stringify(oracle.parameters));
    const [one, two] = [expected['ep_one-sided'], expected.ep_centered];
    const spec = {
      network: { ...oracle.network, parameters: { file: 'parameters.json' } },
      data: { name: 'inline', ...oracle.data },
      cost: oracle.cost,
      free: first,
      record: { processes: true, gradients: true, free_state: true },
    };
    const engines = [
      { id: 'rbp', name: 'rbp', method: 'ode' },
      ...(one
        ? [
            { id: 'exact-ep', name: 'ep', nudging: 'exact' },
            { id: 'one-sided', name: 'ep', nudging: 'one-sided', beta: one.beta },
          ]
        : []),
      ...(two ? [{ id: 'centered', name: 'ep', nudging: 'centered', beta: two.beta }] : []),
    ];
    const processes = {
      ...spec,
      name: 'processes',
      protocol: 'equivalence',
      second: oracle.second,
      engines,
      reference: 'exact',
    };
    const etas = Object.keys(expected.coupled ?? {});
    const ends = [
      { id: 'direct', name: 'rbp', method: 'direct' },
      ...(expected.coupled_limit ? [{ id: 'held', name: 'rbp', method: 'direct', error: 'held' }] : []),
      ...etas.map((eta, i) => ({
        id: `coupled-${i}`,
        name: 'coupled-learning',
        nudging: 'one-sided',
        eta: Number(eta),
        ...atRest,
      })),
    ];
    const gradient = {
      ...spec,
      name: 'gradient',
      protocol: 'gradient',
      engines: ends,
      reference: ['exact', 'finite-difference'],
    };
    const { code, stderr } = await eprbp(
      work,
      'run',
      '-q',
      writeSpec(work, processes, 'p.yaml'),
      writeSpec(work, gradient, 'g.yaml'),
    );
    t.is(code, 0, stderr);

    const [run] = runsIn(join(work, 'results/processes'));
    t.true((recordIn(run).free.residual_max ?? 1) <= first.tolerance);
    const free = csvIn(run, 'free_state.csv');
    t.true(distance(values(free.filter(isState), true), expected.free_state.flat()) <= 1e-10);
    const energy = values(
      free.filter((row) => row['tensor'] === 'energy'),
      false,
    );
    t.deepEqual(energy.length, expected.energy?.length ?? 0);
    if (expected.energy) t.true(distance(energy, expected.energy) <= 1e-10);
    const cost = values(
      free.filter((row) => row['tensor'] === 'cost'),
      false,
    );
    t.true(Math.abs(cost.reduce((a, b) => a + b) / cost.length - expected.objective) <= 1e-10);

    const rows = csvIn(run, 'processes.csv');
    const check = (engine: string, moments: Record<string, Moment>, tolerance: number) => {
      const steps = stepsOf(moments);
      t.true(steps.length >= 5);
      for (const step of steps) {
        const moment = moments[step];
        const own = rows.filter((row) => row['engine'] === engine && row['step'] === step);
        const state = distance(values(own.filter(isState), true), moment.state.flat());
        t.true(state <= tolerance, `${engine} state at step ${step}: ${state}`);
        const params = distance(
          Object.keys(moment.params).flatMap((tensor) =>
            values(
              own.filter((row) => row['tensor'] === tensor),
              false,
            ),
          ),
          numbersOf(moment.params),
        );
        t.true(params <= tolerance, `${engine} params at step ${step}: ${params}`);
      }
    };
    check('rbp', expected.rbp, 1e-9);
    if (one) {
      check('exact-ep', expected.rbp, 1e-9);
      check('one-sided', one, 1e-7);
    }
    if (two) check('centered', two, 1e-7);

    const [ended] = runsIn(join(work, 'results/gradient'));
    const gradients = csvIn(ended, 'gradients.csv');
    const names = Object.keys(expected.gradient);
    const wanted: [string, Record<string, Tensor> | undefined, number][] = [
      ['direct', expected.gradient, 1e-9],
      ['exact', expected.gradient, 1e-9],
      ['finite-difference', expected.gradient, 1e-7],
      ['held', expected.coupled_limit, 1e-8],
      ...etas.map((eta, i): [string, Record<string, Tensor>, number] => [
        `coupled-${i}`,
        expected.coupled![eta].estimate,
        1e-8,
      ]),
    ];
    for (const [engine, moment, tolerance] of wanted) {
      if (moment === undefined) continue;
      const truth = numbersOf(moment);
      const got = names.flatMap((tensor) =>
        values(
          gradients.filter((row) => row['engine'] === engine && row['tensor'] === tensor),
          false,
        ),
      );
      t.true(distance(got, truth) <= tolerance, `${engine}: ${distance(got, truth)}`);
    }
  });
}
