/** The laws that the program's own energies are held to, in one line: `npx tsx --test`, or `node --test` where Node reads TypeScript. */
import { test } from 'node:test';
import { lawsOf } from 'eprbp/laws';
import { leaky } from './leaky.ts';

for (const { name, check } of lawsOf(leaky)) test(name, check);
