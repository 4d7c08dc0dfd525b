/** `npm run test:browser`: pages in a real browser. */
export default {
  files: ['test/browser/*.browser.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=./test/_setup/tsx.js'],
  timeout: '10m',
  concurrency: 1,
};
