/** The independent reference numbers of rules that learn from how things change, reproduced through the command line. */
import test from 'ava';
import { type CsvRow, csvIn } from '../_support/cli.js';
import { distance } from '../_support/numbers.js';
import { byExample, fromFile, oracle, ranOnce, values } from '../_support/oracles.js';

test('STDP: the estimates of four pairings, that of EP, and the error backpropagated at rest', async (t) => {
  const { network, parameters, data, cost, second, expected } = oracle('stdp-sigmoid');
  const { beta, ...pace } = second;
  const run = await ranOnce(
    t,
    {
      protocol: 'equivalence',
      network: fromFile(network),
      data: { name: 'inline', ...data },
      cost,
      free: { solver: 'newton-krylov', tolerance: 1e-15 },
      second: pace,
      engines: [
        ...Object.keys(expected.estimate).map((id) => ({
          id,
          name: 'stdp',
          pairing: id.replace('_', '-'),
          beta,
        })),
        { id: 'ep', name: 'ep', nudging: 'one-sided', beta },
      ],
      reference: ['ep', 'early-error'],
      record: { gradients: true, free_state: true, processes: { tensors: ['s1', 's2', 's3'] } },
    },
    parameters,
  );
  const free = csvIn(run, 'free_state.csv').filter(({ tensor }) => /^s\d$/.test(tensor));
  t.true(distance(byExample(free), expected.free_state.flat()) <= 1e-12);
  const rows = csvIn(run, 'gradients.csv');
  for (const [id, truth] of Object.entries({ ...expected.estimate, ep: expected.ep_one_sided })) {
    for (const [name, tensor] of Object.entries(truth as Record<string, number[][]>)) {
      const found = values(rows.filter((row) => row['engine'] === id && row['tensor'] === name));
      t.true(distance(found, tensor.flat()) <= 1e-9, `${id} ${name}: ${distance(found, tensor.flat())}`);
    }
  }
  const early = csvIn(run, 'processes.csv').filter(({ engine }) => engine === 'early-error');
  const arrived = ['s3', 's2', 's1'].flatMap((layer, k) =>
    early
      .filter(({ tensor, step }) => tensor === layer && Number(step) === k)
      .map((row): CsvRow => ({ ...row, value: String(Number(row['value']) / pace.step ** k) })),
  );
  const inOrder = byExample(arrived.toSorted((a, b) => a['tensor'].localeCompare(b['tensor'])));
  t.true(distance(inOrder, expected.early_error.flat()) <= 1e-9);
});

test('timescales: state, side network and parameters at four steps', async (t) => {
  const { network, parameters, data, cost, settings, expected } = oracle('timescales-tanh');
  const { epsilon, step, steps } = settings;
  const run = await ranOnce(
    t,
    {
      protocol: { name: 'timescales', epsilon, step, steps, every: 1 },
      network: fromFile(network),
      data: { name: 'inline', ...data },
      cost,
      free: { solver: 'anderson' },
      record: { processes: { every: 1 } },
    },
    parameters,
  );
  const rows = csvIn(run, 'processes.csv');
  for (const [at, { state, side, params }] of Object.entries<Record<'state' | 'side', number[][]> & { params: object }>(
    expected.at,
  )) {
    const now = rows.filter((row) => row['step'] === at);
    const of = (letter: string) => byExample(now.filter(({ tensor }) => tensor.startsWith(letter)));
    t.true(distance(of('s'), state.flat()) <= 1e-9, `s at ${at}`);
    t.true(distance(of('z'), side.flat()) <= 1e-9, `z at ${at}`);
    for (const [name, tensor] of Object.entries(params)) {
      const found = values(now.filter((row) => row['tensor'] === name));
      t.true(distance(found, (tensor as number[]).flat()) <= 1e-9, `${name} at ${at}`);
    }
  }
});

test('fixed-point patterns: a recall from a cue, by weights stored as the pseudo-inverse', async (t) => {
  const { data, settings, expected } = oracle('patterns-binary');
  const run = await ranOnce(
    t,
    {
      protocol: { name: 'recall', ...settings.recall },
      network: {
        energy: 'vector-field',
        units: 8,
        inputs: 0,
        outputs: 8,
        activation: 'tanh',
        init: 'pseudo-inverse',
      },
      data: { name: 'patterns', ...data },
      record: { free_path: { every: 1 } },
    },
    {},
  );
  const path = csvIn(run, 'free_path.csv').filter(({ tensor, row }) => tensor === 's' && row === '0');
  for (const [at, state] of Object.entries<number[]>(expected.recall)) {
    const found = values(path.filter(({ step }) => step === at));
    // on the way it passes a saddle, which makes round-off 10^10 times as large by step 200
    const exact = Number(at) <= 50 ? 1e-9 : 1e-4;
    t.true(distance(found, state) <= exact, `step ${at}: ${distance(found, state)}`);
  }
  const [first] = csvIn(run, 'metrics.csv');
  t.true(Number(first['pattern_residual']) <= 1e-13);
});
