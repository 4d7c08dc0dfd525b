import test from 'ava';
import { availableCores } from '../../src/run/cores.js';

const machine = (cores: number, files: Record<string, string> = {}, env: Record<string, string> = {}) => ({
  cores,
  env,
  read: (path: string) => files[path],
});
const cgroup = { '/proc/self/cgroup': '0::/a/b\n' };

test('without limits, all cores that the process may use', (t) => {
  t.is(availableCores(machine(8)), 8);
  t.is(availableCores(machine(8, { ...cgroup, '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n' })), 8);
});

test("a container's quota counts, its own or that of a group above, in either version of cgroups", (t) => {
  t.is(availableCores(machine(8, { ...cgroup, '/sys/fs/cgroup/a/b/cpu.max': '250000 100000\n' })), 2);
  t.is(availableCores(machine(8, { ...cgroup, '/sys/fs/cgroup/a/cpu.max': '300000 100000\n' })), 3);
  t.is(availableCores(machine(8, { ...cgroup, '/sys/fs/cgroup/cpu.max': '50000 100000\n' })), 1);
  const v1 = { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '400000', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' };
  t.is(availableCores(machine(8, v1)), 4);
  t.is(availableCores(machine(8, { ...v1, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1' })), 8);
});

test('a scheduler that gives fewer is obeyed, one that gives more is not', (t) => {
  t.is(availableCores(machine(8, {}, { SLURM_CPUS_PER_TASK: '3' })), 3);
  t.is(availableCores(machine(8, {}, { NSLOTS: '2', SLURM_CPUS_PER_TASK: '3' })), 2);
  t.is(availableCores(machine(8, {}, { PBS_NCPUS: '64' })), 8);
  t.is(availableCores(machine(8, {}, { PBS_NCPUS: 'all' })), 8);
});
