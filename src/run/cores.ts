/** How many runs may go side by side here, and how many threads each of them may have. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** What the number depends on; a test brings its own. */
export interface Machine {
  /** Cores that the process may be scheduled on. */
  readonly cores: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A file of the system; undefined where there is none. */
  read(path: string): string | undefined;
}

const here: Machine = {
  cores: availableParallelism(),
  env: process.env,
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
};

/** Cores of a job, as Slurm, PBS, Grid Engine and LSF say it. */
const SCHEDULERS = ['SLURM_CPUS_PER_TASK', 'PBS_NCPUS', 'PBS_NP', 'NSLOTS', 'LSB_DJOB_NUMPROC'];

/** The least of what processor affinity, the container's quota and the scheduler allow; at least 1. */
export function availableCores(machine: Machine = here): number {
  const scheduled = SCHEDULERS.map((name) => Number.parseInt(machine.env[name] ?? '', 10)).filter((n) => n > 0);
  return Math.max(1, Math.floor(Math.min(machine.cores, quota(machine), ...scheduled)));
}

/** Threads of each of so many runs side by side, so that together they have the cores there are. */
export function threadsOfEach(lanes: number, cores: number = availableCores()): number {
  return Math.max(1, Math.floor(cores / lanes));
}

/** Processor time per time of this process's control group and of those above it, in cores; Infinity without a limit. */
function quota({ read }: Machine): number {
  const [, path = '/'] = /^0::(.*)$/m.exec(read('/proc/self/cgroup') ?? '') ?? [];
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  const groups = Array.from({ length: parts.length + 1 }, (_, i) => join('/sys/fs/cgroup', ...parts.slice(0, i)));
  const second = groups.map((group) => {
    const [time, period] = (read(join(group, 'cpu.max')) ?? '').trim().split(' ');
    return ratio(time, period);
  });
  const v1 = '/sys/fs/cgroup/cpu/cpu.cfs_';
  return Math.min(...second, ratio(read(`${v1}quota_us`), read(`${v1}period_us`)));
}

function ratio(time: string | undefined, period: string | undefined): number {
  const value = Number.parseInt(time ?? '', 10) / Number.parseInt(period ?? '', 10);
  return value > 0 ? value : Number.POSITIVE_INFINITY;
}
