/** `npm run test:slurm`: jobs on a real Slurm, on this machine alone. */
export default {
  files: ['test/slurm/*.slurm.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=./test/_setup/tsx.js'],
  timeout: '30m',
  concurrency: 1,
};
