#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/bin/main.js', import.meta.url);
if (existsSync(main)) {
  process.exitCode = await (await import(main.href)).main(process.argv.slice(2));
} else {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  console.error(
    `eprbp is not built yet: run 'npm run build' in ${folder} (after npm ci --omit=dev, first npm ci without it)`,
  );
  process.exitCode = 2;
}
