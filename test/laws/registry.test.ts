/** What every entry of the registry promises to those who list, complete and try it. */
import test from 'ava';
import { entryLaw, type Listed } from '../../src/laws/entries.js';
import { exampleLaw } from '../../src/laws/networks.js';
import { registry } from '../../src/registry.js';
import { topologiesOf } from '../../src/spec/network.js';
import { everyNetwork, title } from '../_support/networks.js';

const { data, engines, ...rest } = registry;
const axes: Record<string, readonly Listed[]> = {
  ...Object.fromEntries(Object.entries(rest).map(([axis, entries]) => [axis, Object.values(entries as object)])),
  engines: Object.values(engines).flatMap(({ options, examples, members, ...family }) => [
    { ...family, options, ...(examples && { examples }) },
    ...Object.values(members).map((member) => ({ ...member, name: `${family.name} ${member.name}` })),
  ]),
};

for (const [axis, entries] of Object.entries(axes)) {
  for (const entry of entries) {
    // the networks below try those of energies whole
    const { name, check } = entryLaw(axis, entry, axis !== 'energies');
    test(name, check);
  }
}

for (const family of Object.values(registry.engines)) {
  test(`engine ${family.name}: says of every member what it claims to be, and once`, (t) => {
    for (const { claims } of Object.values(family.members)) {
      const said = family.claims ?? claims;
      t.truthy(said);
      for (const condition of [said!.local, said!.symmetric]) t.regex(condition, /^(yes|no)\b/);
    }
  });
}

test('agents say what they claim to be', (t) => {
  for (const { claims } of Object.values(registry.agents)) t.truthy(claims);
});

for (const energy of Object.values(registry.energies)) {
  const { name, check } = exampleLaw(energy);
  test(name, check);

  test(`${energy.name}: there is a topology for it, if it asks for one, and a network of every such topology`, (t) => {
    const taken = topologiesOf(energy);
    t.is(taken.length > 0, energy.takes !== undefined);
    const titles = everyNetwork.filter((network) => network.energy === energy.name).map(title);
    for (const { name } of taken) t.true(titles.some((text) => text.includes(name)));
    t.is(new Set(titles).size, titles.length);
  });
}
