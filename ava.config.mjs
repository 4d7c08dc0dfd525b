/**
 * `npm test`. Test files run in threads of this process, which start programs of their own: a fork has OpenBLAS end its
 * threads, and one at the moment when another thread unloads it waits forever. So it has none; and it reads this process's
 * environment, not those that threads have copies of.
 */
process.env.OPENBLAS_NUM_THREADS ??= '1';

export default {
  files: ['test/**/*.test.ts'],
  // as `npm run typecheck` has compiled them: a loader that does it on the way takes a second for each of two hundred files
  typescript: { rewritePaths: { 'test/': '.test/test/' }, compile: false },
  timeout: '5m',
  snapshotDir: 'test/golden',
};
