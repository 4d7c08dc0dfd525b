/** Specs that would fill a machine are refused by what the schema says, before anything is made of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { stringify } from 'yaml';
import { plan } from '../../src/plan/plan.js';
import { specJsonSchema } from '../../src/spec/schema.js';
import { quick } from '../_support/cli.js';
import { complaint } from '../_support/data.js';

const folder = mkdtempSync(join(tmpdir(), 'eprbp-limits-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

function said(change: object): string {
  const file = join(folder, 'spec.yaml');
  writeFileSync(file, stringify({ ...quick, ...change }, { aliasDuplicateObjects: false }));
  return complaint(() => plan(file));
}

const engine = (options: object) => ({ engines: [{ id: 'e', ...options }, quick.engines[1]] });
const many = <T>(count: number, item: T) => Array.from({ length: count }, () => item);
const keys = (count: number, value: unknown) =>
  Object.fromEntries(many(count, value).map((item, i) => [`k.k${i}`, item]));

const large: Record<string, [change: object, said: RegExp]> = {
  points: [
    engine({ name: 'ep', nudging: 'holomorphic', beta: 0.1, points: 1e9 }),
    /points must be at most 4096, got 1000000000/,
  ],
  layers: [{ network: { ...quick.network, layers: many(20_000, 1) } }, /network\.layers takes at most 1000 items/],
  units: [{ network: { ...quick.network, layers: [3, 1e9, 2] } }, /layers\.1 must be at most 1000000/],
  examples: [{ data: { name: 'random', examples: 1e9 } }, /data\.examples must be at most 10000000/],
  arms: [{ data: { name: 'spirals', arms: 1e9 } }, /data\.arms must be at most 1000/],
  memory: [{ free: { solver: { name: 'anderson', memory: 1e9 } } }, /memory must be at most 50/],
  restart: [engine({ name: 'rbp', method: 'gmres', restart: 1e9 }), /restart must be at most 10000/],
  engines: [{ engines: many(1000, quick.engines[0]) }, /engines takes at most 200 items/],
  figures: [{ figures: many(1000, 'gap-over-time') }, /figures takes at most 200 items/],
  references: [{ reference: many(1000, 'rbp') }, /reference takes at most 200 items/],
  assertions: [{ assert: many(6000, { column: 'step', max: 1 }) }, /assert takes at most 5000 items/],
  'swept keys': [{ sweep: keys(1000, [1]) }, /sweep may have 100 keys at most/],
  'swept values': [
    { sweep: { 'free.step': { from: 1, to: 2, count: 1e9 } } },
    /1,000,000,000 runs: a spec may have 250,000 at most/,
  ],
  seeds: [{ seeds: 1e9 }, /1,000,000,000 runs/],
  'a number of 80,000 digits': [{ free: { step: '1'.repeat(80_000) } }, /free\.step must be a number, got '1{99}…'/],
  'a name of a million letters': [{ name: 'a'.repeat(1e6) }, /name takes at most 100 characters, got 'a{99}…'/],
  'words without end': [
    { data: { name: 'inline', x: many(90_000, [1, 2]), y: [[1]] } },
    /may have 500000 words, numbers and signs at most/,
  ],
  'a key of a million letters': [{ ['k'.repeat(1e6)]: 1 }, /unknown key '\?? ?k+…'|a key is longer than 1024/],
};

for (const [what, [change, expected]] of Object.entries(large))
  test(`${what}: refused`, (t) => t.regex(said(change), expected));

test('20,000 unknown keys are told as a few and a number', (t) => {
  const told = said(keys(20_000, 1)).split('\n');
  t.is(told.length, 21);
  t.regex(told[0], /spec\.yaml:\d+:1: unknown key 'k\.k0'; there is 'name'/);
  t.regex(told[20], /there are 19980 more unknown keys$/);
});

test('editors see the limits, and that keys x-… are for anchors', (t) => {
  const text = JSON.stringify(specJsonSchema());
  for (const limit of ['"maximum":4096', '"maxItems":1000', '"maximum":1000000', '"maxProperties":100', '"^x-":{}'])
    t.true(text.includes(limit), limit);
});

test('what is meant is said of characters that look like others', (t) => {
  t.regex(
    said(engine({ name: 'ep', nudging: 'one-sided', beta: '\u22120.1' })),
    /engines\.e\.beta must be a number, got '−0\.1'; write -0\.1, it has a minus sign \(U\+2212\)$/,
  );
  t.regex(said({ seed: '１２' }), /seed must be .*; write 12, it has a full-width character \(U\+FF11\)$/);
  t.regex(said({ 'se\u200bed': 1 }), /unknown key '.*'; it has a character without width \(U\+200B\)$/);
});
