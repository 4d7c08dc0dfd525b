/** Which part of all runs a task of an array does, by what its scheduler says. */
import test from 'ava';
import { UserError } from '../../src/errors.js';
import { ARRAY_INDICES, isOfShard, shardOfArray } from '../../src/run/shard.js';

test('the shards of every scheduler are 1…n, each once, and together they have every run once', (t) => {
  for (const { variable, first } of ARRAY_INDICES) {
    const shards = Array.from({ length: 4 }, (_, i) => shardOfArray(4, { [variable]: String(i + first) }));
    t.deepEqual(
      shards.map(({ shard }) => shard),
      [1, 2, 3, 4].map((index) => ({ index, of: 4 })),
      variable,
    );
    t.true(shards.every(({ said }) => said === undefined));
    for (let place = 0; place < 11; place++)
      t.is(shards.filter(({ shard }) => isOfShard(place, shard)).length, 1, `${variable} ${place}`);
  }
});

test('an index that is none of the array is an error that says which are', (t) => {
  for (const { variable, first } of ARRAY_INDICES) {
    const outside = [String(first - 1), String(4 + first), '1.5', '-3', 'two', ' 1', '1e0', '9'.repeat(40)];
    for (const index of outside.filter((given) => given !== '0' || variable !== 'LSB_JOBINDEX')) {
      const error = t.throws(() => shardOfArray(4, { [variable]: index }), { instanceOf: UserError });
      t.true(error.message.includes(`${variable} must be ${first}…${3 + first}`), `${variable} ${index}`);
    }
  }
});

test('outside arrays auto is an error, also where a scheduler says that the job is none', (t) => {
  for (const env of [{}, { SGE_TASK_ID: 'undefined' }, { LSB_JOBINDEX: '0' }, { SLURM_ARRAY_TASK_ID: '' }])
    t.throws(() => shardOfArray(3, env), { instanceOf: UserError, message: /no task of an array.*write --shard 1\/3/ });
});

test('of several schedulers the one that is taken is named, and so are the others', (t) => {
  const env = { JOB_COMPLETION_INDEX: '0', SLURM_ARRAY_TASK_ID: '2', SGE_TASK_ID: 'undefined' };
  const { shard, said } = shardOfArray(2, env);
  t.deepEqual(shard, { index: 2, of: 2 });
  t.is(said, '--shard auto: SLURM_ARRAY_TASK_ID=2 (Slurm) is taken, not JOB_COMPLETION_INDEX=0 (Kubernetes)');
});
