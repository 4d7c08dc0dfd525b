/** All figures of results that are there: one role is one style, and no two series of a figure look alike, in colour or in grey. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { ROLES } from '../../src/figure/roles.js';
import { root } from '../_support/cli.js';

/** `npm start` leaves them in the repository; others are looked at by GALLERY=folder. */
const results = process.env['GALLERY'] ?? join(root, 'results');
const figures = existsSync(join(results, 'index.html'))
  ? readdirSync(results, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /^[^/]+\/figures\/(?!picture\.svg)[^/]+\.svg$/.test(file),
    )
  : [];
const gallery = figures.length === 0 ? test.skip : test;

interface Look {
  readonly colours: Set<string>;
  /** Dash and width of lines. */
  readonly strokes: Set<string>;
  /** Outlines of points, without their places. */
  readonly shapes: Set<string>;
}

/** Of the marks of each series, by its label. */
function looksIn(svg: string): Map<string, Look> {
  const looks = new Map<string, Look>();
  for (const [, label, roledescription, rest] of svg.matchAll(
    /aria-label="[^"]*series: ([^;"]+)[^"]*" role="graphics-symbol" aria-roledescription="([^"]*)"([^>]*)>/g,
  )) {
    const look = looks.get(label) ?? { colours: new Set(), strokes: new Set(), shapes: new Set() };
    looks.set(label, look);
    const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(rest)?.[1] ?? '';
    const isPoint = roledescription === 'point';
    // open ones are crosses on a curve of their series
    if (isPoint && !attribute('fill').startsWith('#')) continue;
    look.colours.add(attribute(isPoint ? 'fill' : 'stroke').toLowerCase());
    if (isPoint) look.shapes.add(attribute('d'));
    else look.strokes.add(`${attribute('stroke-dasharray')} ${attribute('stroke-width')}`);
  }
  return looks;
}

/** What run.json of an experiment calls the roles of its engines, by the first words of their labels. */
function rolesOf(experiment: string): Map<string, string> {
  const records = readdirSync(experiment, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('run.json'),
  );
  const roles = new Map<string, string>();
  for (const file of records) {
    const { labels } = JSON.parse(readFileSync(join(experiment, file), 'utf8')) as {
      labels?: { engines: Record<string, { role?: string; parts: readonly { text?: string }[] }> };
    };
    for (const { role, parts } of Object.values(labels?.engines ?? {}))
      if (role !== undefined && parts[0]?.text !== undefined) roles.set(parts[0].text, role);
  }
  return roles;
}

/** One dash, and widths that the eye does not tell apart. */
function strokesMeet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const parts = (stroke: string) => stroke.split(' ') as [dash: string, width: string];
  return [...a]
    .map(parts)
    .some(([dash, width]) =>
      [...b].map(parts).some((other) => other[0] === dash && Math.abs(Number(other[1]) - Number(width)) < 0.4),
    );
}

const meets = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>) => [...a].some((one) => b.has(one));

gallery('no colour stands twice in a figure, and any two series differ in dash, width or shape', (t) => {
  t.log(`${figures.length} figures`);
  for (const file of figures) {
    const looks = [...looksIn(readFileSync(join(results, file), 'utf8'))];
    for (const [i, [label, look]] of looks.entries()) {
      for (const [other, beside] of looks.slice(i + 1)) {
        const which = `${file}: ${label} and ${other}`;
        t.false(meets(look.colours, beside.colours), `${which}: ${[...look.colours]}`);
        const alike = [strokesMeet(look.strokes, beside.strokes), meets(look.shapes, beside.shapes)];
        const compared = [look.strokes.size * beside.strokes.size > 0, look.shapes.size * beside.shapes.size > 0];
        t.false(
          compared.includes(true) && alike.every((same, k) => same || !compared[k]),
          `${which}: ${[...look.strokes]} ${[...look.shapes]}`,
        );
      }
    }
  }
});

gallery('a role has its own colour in every figure, and no other role has that', (t) => {
  const owners = new Map(Object.entries(ROLES).map(([role, { color }]) => [color.toLowerCase(), role]));
  let seen = 0;
  for (const file of figures) {
    const roles = rolesOf(join(results, dirname(dirname(file))));
    for (const [label, { colours }] of looksIn(readFileSync(join(results, file), 'utf8'))) {
      const role = roles.get(label.split(/[,:]/)[0]);
      if (role === undefined) continue;
      for (const colour of colours) {
        const owner = owners.get(colour);
        if (owner === undefined) continue;
        seen++;
        t.is(owner, role, `${file}: ${label} is ${colour}`);
      }
    }
  }
  t.true(seen > figures.length / 2, `${seen} series with the colour of their role`);
});
