/** `npm run test:slurm`: jobs on a real Slurm, on this machine alone. A test of many runs (RUNS=1000) takes its time. */
const runs = Number(process.env.RUNS ?? 60);

export default {
  files: ['test/slurm/*.slurm.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=./test/_setup/tsx.js'],
  timeout: `${30 + Math.ceil(runs / 10)}m`,
  concurrency: 1,
};
