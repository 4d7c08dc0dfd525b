/** What every registered cost promises. */
import test from 'ava';
import { costLaws } from '../../src/laws/costs.js';
import { namedBy } from '../../src/laws/entries.js';
import { registry } from '../../src/registry.js';

for (const { name, check } of Object.values(registry.costs).flatMap(namedBy).flatMap(costLaws)) test(name, check);
