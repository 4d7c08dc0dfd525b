/** The independent reference numbers of test/golden/oracle, which were computed in double precision, from single precision. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { type Cells, runSpec } from '../_support/bench.js';
import { root } from '../_support/cli.js';
import { distance } from '../_support/numbers.js';
import { inPrecision } from '../_support/precision.js';

type Tensor = number[] | number[][];
interface Moment {
  readonly state: number[][];
  readonly params: Record<string, Tensor>;
}
type Nudged = { readonly beta: number } & Record<string, Moment>;

const folder = join(root, 'test/golden/oracle');
const isState = ({ tensor }: Cells) => /^s\d*$/.test(String(tensor));
const byExample = (rows: readonly Cells[]) => rows.toSorted((a, b) => Number(a['row']) - Number(b['row']));
const values = (rows: readonly Cells[]) => rows.map(({ value }) => Number(value));

/**
 * As in double precision; where steps lead to rest they go on there, until the residual is round-off, too: a step that is
 * smaller than half an ulp of s is none, so that F ends at ulp/(2 dt), and the sheet takes longer steps than in double precision.
 */
const phasesOne: Record<string, object> = {
  resistive: { solver: 'direct' },
  elastic: { solver: 'newton-krylov', max_steps: 100 },
  'creased-sheet': { step: 0.1, max_steps: 40000, rest_steps: 2000 },
};

for (const file of readdirSync(folder)) {
  const { network, parameters, data, cost, second, expected, ...oracle } = JSON.parse(
    readFileSync(join(folder, file), 'utf8'),
  );
  const [one, two]: (Nudged | undefined)[] = [expected['ep_one-sided'], expected.ep_centered];

  test(`${oracle.case}: RBP and exact EP to 1e-4, finite β to 1e-6/β`, (t) => {
    const engines = [
      { id: 'rbp', name: 'rbp', method: 'ode' },
      ...(one ? [{ id: 'dual', name: 'ep', nudging: 'exact' }] : []),
      ...(one ? [{ id: 'one-sided', name: 'ep', nudging: 'one-sided', beta: one.beta }] : []),
      ...(two ? [{ id: 'centered', name: 'ep', nudging: 'centered', beta: two.beta }] : []),
    ];
    const { rows } = inPrecision('float32', () =>
      runSpec({
        precision: 'float32',
        network: { ...network, parameters },
        data: { name: 'inline', ...data },
        cost,
        free: { tolerance: 1e-6, ...(phasesOne[network.energy] ?? { step: 0.1, max_steps: 20000, rest_steps: 500 }) },
        record: { processes: true },
        second,
        engines,
        reference: 'exact',
      }),
    );
    const check = (engine: string, moments: Record<string, Moment>, tolerance: number) => {
      const steps = Object.keys(moments).filter((key) => /^\d+$/.test(key));
      t.true(steps.length >= 5);
      const own = rows['processes'].filter((row) => row['engine'] === engine);
      const at = (step: string) => own.filter((row) => String(row['step']) === step);
      const all = (of: (step: string) => readonly number[]) => steps.flatMap(of);
      // of the largest entry of the process: where it begins there is less than the numbers tell
      const gaps = [
        distance(
          all((step) => values(byExample(at(step).filter(isState)))),
          all((step) => moments[step].state.flat()),
        ),
        distance(
          all((step) =>
            Object.keys(moments[step].params).flatMap((name) =>
              values(at(step).filter(({ tensor }) => tensor === name)),
            ),
          ),
          all((step) => Object.values(moments[step].params).flat(4) as number[]),
        ),
      ];
      t.true(Math.max(...gaps) <= tolerance, `${engine}: ${gaps}`);
    };
    check('rbp', expected.rbp, 1e-4);
    if (one) check('dual', expected.rbp, 1e-4);
    if (one) check('one-sided', one, 1e-6 / one.beta);
    if (two) check('centered', two, 1e-6 / two.beta);
  });
}
