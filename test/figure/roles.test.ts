/** One role has one style, in every figure and in print without colours. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { labelOf } from '../../src/engine/family.js';
import { contrast, DARK, darkHues, legible } from '../../src/figure/dress.js';
import type { FigureRequest } from '../../src/figure/figures.js';
import { ROLES, stylesOf } from '../../src/figure/roles.js';
import { INK, PAPER } from '../../src/figure/theme.js';
import { registry } from '../../src/registry.js';
import { allDrawn, metrics, processes, scratch, writeRun } from './fixture.js';
import { trainings } from './trainings.js';

test('no colour stands twice in the table, and no two roles have one dash, shape and width', (t) => {
  const looks = Object.values(ROLES);
  t.is(new Set(looks.map(({ color }) => color)).size, looks.length);
  const marks = looks.map(({ dash, shape, width }) => JSON.stringify([dash, shape, width]));
  t.is(new Set(marks).size, marks.length);
});

test('run.json says a role of every engine there is, each its own', (t) => {
  const roles = Object.values(registry.engines).flatMap((family) =>
    Object.values(family.members).map((member) => {
      const choice = family.key === undefined ? {} : { [family.key]: member.name };
      return labelOf(registry.engines, {
        name: family.name,
        ...choice,
        ...member.examples?.[0],
        ...family.examples?.[0],
      }).role!;
    }),
  );
  t.is(new Set(roles).size, roles.length - 1, 'the two outputs of backprop are one role');
  // of the table, or one of the spare looks
  const styles = stylesOf(roles.map((role, i) => ({ label: `${i}`, role })));
  t.is(new Set(styles.map(({ color }) => color)).size, roles.length);
});

test('figures of one role many times tell all of them apart: no colour twice, none alike in grey', (t) => {
  const roles = ['rbp ode', 'ep exact', ...new Array(10).fill('ep holomorphic'), undefined, undefined, 'of a stranger'];
  const styles = stylesOf(roles.map((role, i) => ({ label: `${i}`, role })));
  t.is(new Set(styles.map(({ color }) => color)).size, roles.length);
  t.is(new Set(styles.map(({ dash, width }) => JSON.stringify([dash, width]))).size, roles.length);
});

test('a role looks the same whatever stands beside it', (t) => {
  const alone = stylesOf([{ label: 'a', role: 'ep centered' }])[0];
  const beside = stylesOf([
    { label: 'b', role: 'ep exact' },
    { label: 'c', role: 'a plugin' },
    { label: 'a', role: 'ep centered' },
  ])[2];
  t.deepEqual(beside, alone);
});

/** Strokes and fills of the marks of each series, as they are read out. */
function coloursIn(svg: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, label, rest] of svg.matchAll(/aria-label="[^"]*series: ([^;"]+)[^"]*"([^>]*)>/g)) {
    const colours = [...rest.matchAll(/ (?:stroke|fill)="(#[0-9A-Fa-f]{6})"/g)].map(([, colour]) => colour);
    found.set(label, new Set([...(found.get(label) ?? []), ...colours]));
  }
  return found;
}

test('a series has one colour in all figures, and no other series of a figure has it', async (t) => {
  const run = writeRun(scratch(), 'run', { files: { 'metrics.csv': metrics(), 'processes.csv': processes() } });
  const gaps = await allDrawn([run], [{ name: 'gap-over-time' }, { name: 'processes' }].map(svgOnly), scratch());
  const learned = await allDrawn(
    trainings(scratch(), [1, 2]),
    [{ name: 'learning-curves' }, { name: 'gradient-cosine' }, { name: 'residual-over-training' }].map(svgOnly),
    scratch(),
  );
  const all = new Map<string, string>();
  for (const { name, svg } of [...gaps, ...learned]) {
    const series = coloursIn(readFileSync(svg, 'utf8'));
    t.true(series.size >= 2, name);
    const seen = new Set<string>();
    for (const [label, colours] of series) {
      t.is(colours.size, 1, `${name}: ${label}`);
      const [colour] = colours;
      t.false(seen.has(colour), `${name}: ${label}`);
      seen.add(colour);
      t.is(all.get(label) ?? colour, colour, `${name}: ${label}`);
      all.set(label, colour);
    }
  }
});

const svgOnly = (request: { readonly name: string }) => ({ ...request, format: ['svg'] }) as FigureRequest;

test('every role is seen on a light page and on a dark one, and is told apart by its colour on both', (t) => {
  const looks = Object.entries(ROLES).filter(([, { color }]) => color !== INK);
  for (const paper of [PAPER, DARK, '#12161b']) {
    const hues = looks.map(([role, { color }]) => {
      const hue = legible(color, paper === PAPER ? PAPER : DARK);
      t.true(contrast(hue, paper) >= 3, `${role} on ${paper}: ${hue}`);
      return hue;
    });
    t.is(new Set(hues).size, looks.length, paper);
  }
});

test('figures for the screen have lighter colours in the dark, and a page sets those that its figures have', async (t) => {
  const run = writeRun(scratch(), 'run', { files: { 'metrics.csv': metrics() } });
  const [{ svg }] = await allDrawn([run], [{ name: 'gap-over-time', theme: 'screen', format: ['svg'] }], scratch());
  const drawn = readFileSync(svg, 'utf8');
  const used = new Set(
    [...drawn.matchAll(/(?:stroke|fill)="var\(--c-([0-9a-f]{6}),#[0-9a-f]{6}\)"/g)].map(([, hue]) => hue),
  );
  t.true(used.size >= 2);
  const sheet = darkHues(drawn);
  for (const hue of used) t.true(sheet.includes(`--c-${hue}:${legible(`#${hue}`, DARK)}`), hue);
  t.true(drawn.includes(sheet));
});
