/** Agents at tasks through the command line, and a run of them that is interrupted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { UserError } from '../../src/errors.js';
import { tableFor } from '../../src/metrics/columns.js';
import { plan } from '../../src/plan/plan.js';
import type { ProtocolEvent } from '../../src/protocol/protocol.js';
import { assembleAgent } from '../../src/run/assemble-agent.js';
import type { AgentSpec } from '../../src/spec/schema.js';
import { csvIn, recordIn, root, runsIn, workspace, writeSpec } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';
import { distance } from '../_support/numbers.js';

interface Oracle {
  readonly network: Record<string, number>;
  readonly settings: { readonly beta: number; readonly gamma: number; readonly lambda: number };
  readonly parameters: Record<string, number[][]>;
  readonly steps: readonly { readonly x: number[] | null; readonly action: number | null }[];
  readonly expected: {
    readonly steps: readonly { readonly q?: number[]; readonly value?: number; readonly delta: number }[];
    readonly parameters: Record<string, number[][]>;
  };
}

for (const name of ['augment', 'workmate']) {
  test(`the oracle of ${name}: values, δ and weights`, async (t) => {
    const oracle = JSON.parse(readFileSync(join(root, `test/golden/agents/${name}.json`), 'utf8')) as Oracle;
    const { inputs, actions, ...units } = oracle.network;
    const { beta, gamma, lambda } = oracle.settings;
    const { expected, parameters, steps } = oracle;
    const spec = writeSpec(workspace(t), {
      name,
      protocol: { name: 'trials', weights: ['json'] },
      task: { name: 'scripted', steps, actions },
      agent: { name, ...units, beta, gamma, lambda, parameters },
    });
    const folder = join(spec, '..');
    const { code, stderr } = await inProcess('run', '-q', spec, '--out', join(folder, 'results'));
    t.is(code, 0, stderr);
    const [run] = runsIn(join(folder, 'results', name));
    const rows = csvIn(run, 'metrics.csv');
    t.is(rows.length, steps.length);
    const valueAt = (at: number) => expected.steps[at].value ?? expected.steps[at].q?.[steps[at].action!] ?? Number.NaN;
    for (const [at, row] of rows.entries()) {
      t.true(Math.abs(Number(row['delta']) - expected.steps[at].delta) <= 1e-9, `δ of row ${at}`);
      if (steps[at].x === null) t.is(row['value'], 'NaN');
      else t.true(Math.abs(Number(row['value']) - valueAt(at)) <= 1e-9, `value of row ${at}`);
    }
    const last = JSON.parse(readFileSync(join(run, 'network-1-last.json'), 'utf8')) as typeof parameters;
    for (const [tensor, values] of Object.entries(expected.parameters)) {
      t.true(distance(last[tensor].flat(), values.flat()) <= 1e-9, tensor);
    }
    t.deepEqual(csvIn(run, 'learners.csv'), [{ network: '1', learned: '0', trials: '2' }]);
    t.deepEqual(recordIn(run).learners, { networks: 1, learned: 0, median_trials: null });
  });
}

const small = {
  name: 'small',
  protocol: {
    name: 'trials',
    trials: 400,
    networks: 3,
    record: 3,
    checkpoint_every: 150,
    criterion: { share: 0.05, last: 20 },
  },
  task: 'saccade',
  agent: 'augment',
};

/** All that a run yields, from its start or from a checkpoint. */
function* eventsOf(spec: AgentSpec, resume?: Uint8Array): Generator<ProtocolEvent> {
  const { protocol, bench } = assembleAgent({ spec, parameters: undefined });
  yield* protocol.play({ ...bench, resume });
}

const lines = (events: Iterable<ProtocolEvent>) =>
  [...events].flatMap((event) =>
    event.kind === 'rows' ? event.rows.map((row) => `${event.table} ${row.join()}`) : [],
  );

test('from any checkpoint a run goes on to the same rows', (t) => {
  const spec = plan(writeSpec(workspace(t), small)).runs[0].spec as AgentSpec;
  const kept = (event: ProtocolEvent): ProtocolEvent =>
    event.kind === 'checkpoint' ? { ...event, data: [Buffer.concat(event.data)] } : event;
  const events = Array.from(eventsOf(spec), kept);
  const whole = lines(events);
  const at = events.flatMap((event, i) => (event.kind === 'checkpoint' ? [i] : []));
  t.true(at.length > 3);
  for (const place of at) {
    const { data } = events[place] as Extract<ProtocolEvent, { kind: 'checkpoint' }>;
    const rows = [...lines(events.slice(0, place)), ...lines(eventsOf(spec, data[0]))];
    t.is(
      rows.findIndex((row, i) => row !== whole[i]),
      -1,
    );
    t.is(rows.length, whole.length);
  }
});

test('what a network does depends on its number, not on how many there are', (t) => {
  const runs = [2, 5].map((networks) => {
    const protocol = { ...small.protocol, networks };
    return lines(eventsOf(plan(writeSpec(workspace(t), { ...small, protocol })).runs[0].spec as AgentSpec));
  });
  t.deepEqual(
    runs[1].filter((line) => /^\w+ [12],/.test(line)),
    runs[0],
  );
});

test('tables have the columns of the contract', (t) => {
  const columns = (name: 'trials' | 'learners') =>
    tableFor(name, [])
      .columns.map((column) => column.name)
      .join();
  t.is(columns('trials'), 'network,trial,step,action,gate,reward,value,delta');
  t.is(columns('learners'), 'network,learned,trials');
});

const script = (...steps: object[]) => ({ name: 'scripted', steps });

for (const [change, message] of [
  [{ agent: undefined }, /missing key 'agent'/],
  [{ network: { energy: 'hopfield' } }, /unknown key 'network'; protocols that work on a network take it/],
  [{ agent: { name: 'workmate', time_cells: 5 } }, /cannot take saccade, which has trials of up to 23 steps/],
  [{ task: script({ x: [1], gate: 0 }, { x: null }) }, /agent augment cannot take gate 0 of step 0: it has no gates/],
  [
    { agent: 'workmate', task: script({ x: [1], gate: 3 }, { x: null }) },
    /agent workmate cannot take gate 3 of step 0: it has 3 gates/,
  ],
  [{ task: script({ x: [1] }, { x: [1, 2] }) }, /x of step 1 has 2 numbers[\s\S]*the last step must end a trial/],
  [{ task: { name: 'saccade', delay: [3, 1] } }, /task.delay: must be \[least, most\]/],
  [{ agent: { name: 'augment', parameters: { Vr: [[1]] } } }, /parameter Vr must be 5 × 3, got 1 × 1/],
  [{ agent: { name: 'augment', epsilon: 2 } }, /agent.epsilon must be at most 1, got 2/],
  [
    { sweep: { protocol: ['trials', 'relaxation'] } },
    /protocol relaxation works on network and data, which this spec has not/,
  ],
] as const) {
  test(`an input error with its place: ${message.source}`, (t) => {
    const spec = writeSpec(workspace(t), { ...small, ...change });
    const error = t.throws(() => plan(spec), { instanceOf: UserError });
    t.regex(error?.message ?? '', message);
    t.true(error?.issues.every(({ where }) => where && 'line' in where && 'column' in where));
  });
}

test('a criterion that takes more trials than there are is told before anything runs, and no other', (t) => {
  // four kinds of saccades, 18 of the last 20 trials of each
  const warnings = [71, 72].map((trials) => {
    const protocol = { ...small.protocol, trials, criterion: { share: 0.9, last: 20 } };
    return plan(writeSpec(workspace(t), { ...small, protocol })).runs[0].warnings;
  });
  t.is(warnings[0].length, 1);
  t.regex(warnings[0][0], /it takes 72 trials at least .*protocol\.trials \(now 71\)/);
  t.deepEqual(warnings[1], []);
});
