/** One role has one style, in every figure and in print without colours. */
import test from 'ava';
import { labelOf } from '../../src/engine/family.js';
import { ROLES, stylesOf } from '../../src/figure/roles.js';
import { registry } from '../../src/registry.js';

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
  for (const role of roles) t.truthy(ROLES[role], role);
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
