/**
 * `npm test`. Test files run in threads of this process, which start programs of their own: a fork has OpenBLAS end its
 * threads, and one at the moment when another thread unloads it waits forever. So it has none; and it reads this process's
 * environment, not those that threads have copies of.
 */
process.env.OPENBLAS_NUM_THREADS ??= '1';

export default {
  files: ['test/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=./test/_setup/tsx.js'],
  timeout: '5m',
  snapshotDir: 'test/golden',
};
