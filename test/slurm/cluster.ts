/**
 * A Slurm of the test's own: munged, slurmctld and slurmd on loopback, with all their files in one folder. Whatever Slurm
 * this machine has is left alone. It needs root (slurmd starts jobs of others), no cgroups and no accounting.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';

/** Daemons are where a user's PATH does not lead. */
process.env['PATH'] = `${process.env['PATH']}:/usr/sbin:/sbin`;

const NEEDED = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel', 'sinfo'];
const missing = NEEDED.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
const why =
  missing.length > 0
    ? `there is no ${missing.join(', ')} on this machine (apt-get install slurm-wlm munge)`
    : process.getuid?.() === 0
      ? undefined
      : 'only root can start it';
if (why !== undefined) console.log(`tests with Slurm are skipped: ${why}`);

/** A test that is skipped where there is no Slurm. */
export const withSlurm: typeof test.serial = why === undefined ? test.serial : (test.serial.skip as typeof test.serial);

const run = (name: string, ...words: string[]) => execFileSync(name, words, { encoding: 'utf8' });

/** Half a file of an experiment, which `eprbp clean` removes: a task that is killed while it writes it leaves it. */
export const isHalf = (file: string): boolean => /(^|[/])datapackage\.json\.[0-9a-f]{12}\.part$/.test(file);

/** A task, or a job by itself, that is in the queue. */
export interface Queued {
  /** `12_3`, `13`. */
  readonly job: string;
  readonly state: string;
}

export class Cluster {
  private constructor(private readonly folder: string) {}

  /** @param more lines of its configuration, which win */
  static async start(more: Readonly<Record<string, string | number>> = {}): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'eprbp-slurm-'));
    const munge = join(folder, 'munge');
    mkdirSync(munge);
    for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
    const at = (name: string) => join(munge, name);
    writeFileSync(at('key'), crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o400 });
    chmodSync(munge, 0o755);
    chmodSync(folder, 0o755);
    const files = { socket: 'socket', 'key-file': 'key', 'pid-file': 'pid', 'log-file': 'log', 'seed-file': 'seed' };
    run('munged', '--force', ...Object.entries(files).map(([option, name]) => `--${option}=${at(name)}`));
    writeFileSync(join(folder, 'slurm.conf'), configuration(folder, at('socket'), await freePorts(), more));
    process.env['SLURM_CONF'] = join(folder, 'slurm.conf');
    const cluster = new Cluster(folder);
    run('slurmctld');
    run('slurmd');
    await cluster.until(() => spawnSync('sinfo', ['-h', '-o', '%T'], { encoding: 'utf8' }).stdout?.trim() === 'idle');
    return cluster;
  }

  queue(): Queued[] {
    const lines = run('squeue', '--noheader', '--array', '--format=%i %T').split('\n');
    return lines.filter((line) => line !== '').map((line) => ({ job: line.split(' ')[0], state: line.split(' ')[1] }));
  }

  /** Until nothing is queued and nothing runs. */
  async quiet(): Promise<void> {
    await this.until(() => this.queue().length === 0);
  }

  /** Whether it knows no job any more, those that are over among them. */
  isForgotten(): boolean {
    return /No jobs in the system/.test(run('scontrol', 'show', 'jobs'));
  }

  async until(holds: () => boolean, seconds = 1500): Promise<void> {
    const end = Date.now() + 1000 * seconds;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`not within ${seconds} s:\n${this.log()}`);
      await setTimeout(200);
    }
  }

  cancel(...words: string[]): void {
    // of a task that is over by now there is nothing to cancel
    spawnSync('scancel', words);
  }

  /** Whether Slurm took it. */
  requeue(job: string): boolean {
    return spawnSync('scontrol', ['requeue', job]).status === 0;
  }

  async stop(): Promise<void> {
    this.cancel('--me', '--signal=KILL', '--full');
    this.cancel('--me');
    await setTimeout(500);
    for (const file of ['slurmd.pid', 'slurmctld.pid', 'munge/pid']) {
      const pid = Number(readFileSync(join(this.folder, file), 'utf8'));
      process.kill(pid);
      await this.until(() => spawnSync('kill', ['-0', String(pid)]).status !== 0, 20).catch(() => {});
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private log(): string {
    return ['slurmctld.log', 'slurmd.log']
      .map((name) => readFileSync(join(this.folder, name), 'utf8').slice(-2000))
      .join('\n');
  }
}

/** A job that is queued again waits until its credential is no longer good: here for six seconds. */
function configuration(
  folder: string,
  socket: string,
  [controller, daemon]: readonly number[],
  more: Readonly<Record<string, string | number>>,
): string {
  const given = { KillWait: 5, MinJobAge: 600, MaxArraySize: 1001, ...more };
  const lines = Object.entries(given).map(([key, value]) => `${key}=${value}`);
  const host = hostname().split('.')[0];
  return `ClusterName=local
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${daemon}
AuthType=auth/munge
AuthInfo=socket=${socket},cred_expire=5
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
ReturnToService=2
MpiDefault=none
${lines.join('\n')}
EnforcePartLimits=ALL
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN
PartitionName=debug Nodes=${host} Default=YES MaxTime=60 State=UP
`;
}

async function freePorts(): Promise<number[]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
