#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/bin/main.js', import.meta.url);
if (existsSync(main)) {
  // first of all: until then SIGUSR1 opens a debugger
  (await import(new URL('signals.js', main).href)).watchSignals();
  process.exitCode = await (await import(main.href)).main(process.argv.slice(2));
} else {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  console.error(
    `eprbp is not built yet: run 'npm run build' in ${folder} (after npm ci --omit=dev, first npm ci without it)`,
  );
  process.exitCode = 2;
}
